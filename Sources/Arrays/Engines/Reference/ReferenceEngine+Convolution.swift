extension ReferenceEngine {
  package func convolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray {
    switch x.dtype {
    case .float32: Self.convolution(x, weight, bias, geometry, shape, Float.self)
    case .float64: Self.convolution(x, weight, bias, geometry, shape, Double.self)
    default: Self.unsupported("convolution", x.dtype)
    }
  }

  private static func convolution<Real: RealElement>(
    _ x: NDArray, _ weight: NDArray, _ bias: NDArray?, _ geometry: ConvolutionGeometry,
    _ shape: Shape, _ type: Real.Type
  ) -> NDArray {
    let x = ordered(x)
    let weight = ordered(weight)
    let bias = bias.map(ordered)
    let result = NDArray(uninitialized: shape, dtype: Real.dtype)
    let plan = ConvolutionPlan<Real>(
      geometry, input: x.shape, weight: weight.shape, output: shape)
    let target = result.firstElement(as: type)
    if let bias {
      let values = bias.firstElement(as: type)
      for plane in 0..<shape[0] * shape[1] {
        (target + plane &* plan.outputPlane).update(
          repeating: values[plane % shape[1]], count: plan.outputPlane)
      }
    }
    let kernel = weight.firstElement(as: type)
    plan.forEachTile { tile in
      let columns = plan.unfold(x.firstElement(as: type), tile)
      MatrixKernel.multiply(
        rows: plan.outputChannels, columns: tile.width, depth: plan.depth,
        MatrixView(kernel + plan.weightOffset(tile), rowStride: plan.depth),
        MatrixView(columns.base, rowStride: columns.rowStride),
        into: target + plan.outputOffset(tile), rowStride: plan.outputPlane,
        accumulate: bias != nil)
    }
    return result
  }

  package func convolutionInputGradient(
    _ upstream: NDArray, weight: NDArray, geometry: ConvolutionGeometry, inputShape: Shape
  ) -> NDArray {
    switch upstream.dtype {
    case .float32: Self.inputGradient(upstream, weight, geometry, inputShape, Float.self)
    case .float64: Self.inputGradient(upstream, weight, geometry, inputShape, Double.self)
    default: Self.unsupported("convolutionInputGradient", upstream.dtype)
    }
  }

  private static func inputGradient<Real: RealElement>(
    _ upstream: NDArray, _ weight: NDArray, _ geometry: ConvolutionGeometry, _ shape: Shape,
    _ type: Real.Type
  ) -> NDArray {
    let upstream = ordered(upstream)
    let weight = ordered(weight)
    let result = NDArray(uninitialized: shape, dtype: Real.dtype)
    let plan = ConvolutionPlan<Real>(
      geometry, input: shape, weight: weight.shape, output: upstream.shape)
    let target = result.firstElement(as: type)
    target.update(repeating: 0, count: shape.elementCount)
    let kernel = weight.firstElement(as: type)
    let source = upstream.firstElement(as: type)
    plan.forEachTile { tile in
      let columns = plan.tileColumns(target, tile)
      MatrixKernel.multiply(
        rows: plan.depth, columns: tile.width, depth: plan.outputChannels,
        MatrixView(kernel + plan.weightOffset(tile), rowStride: 1, columnStride: plan.depth),
        MatrixView(source + plan.outputOffset(tile), rowStride: plan.outputPlane),
        into: columns.base, rowStride: columns.rowStride, accumulate: false)
      plan.fold(columns, into: target, tile)
    }
    return result
  }

  package func convolutionWeightGradient(
    _ upstream: NDArray, input: NDArray, geometry: ConvolutionGeometry, weightShape: Shape
  ) -> NDArray {
    switch upstream.dtype {
    case .float32: Self.weightGradient(upstream, input, geometry, weightShape, Float.self)
    case .float64: Self.weightGradient(upstream, input, geometry, weightShape, Double.self)
    default: Self.unsupported("convolutionWeightGradient", upstream.dtype)
    }
  }

  private static func weightGradient<Real: RealElement>(
    _ upstream: NDArray, _ x: NDArray, _ geometry: ConvolutionGeometry, _ shape: Shape,
    _ type: Real.Type
  ) -> NDArray {
    let upstream = ordered(upstream)
    let x = ordered(x)
    let result = NDArray(uninitialized: shape, dtype: Real.dtype)
    let plan = ConvolutionPlan<Real>(
      geometry, input: x.shape, weight: shape, output: upstream.shape)
    let target = result.firstElement(as: type)
    target.update(repeating: 0, count: shape.elementCount)
    let source = upstream.firstElement(as: type)
    plan.forEachTile { tile in
      let columns = plan.unfold(x.firstElement(as: type), tile)
      MatrixKernel.multiply(
        rows: plan.outputChannels, columns: plan.depth, depth: tile.width,
        MatrixView(source + plan.outputOffset(tile), rowStride: plan.outputPlane),
        MatrixView(
          UnsafePointer(columns.base), rowStride: 1, columnStride: columns.rowStride),
        into: target + plan.weightOffset(tile), rowStride: plan.depth, accumulate: true)
    }
    return result
  }

  package func convolutionParameterGradients(
    _ upstream: NDArray, input: NDArray, geometry: ConvolutionGeometry, weightShape: Shape
  ) -> (weight: NDArray, bias: NDArray) {
    let sums = reduce(.sum, upstream, axes: [0, 2, 3])
    return (
      convolutionWeightGradient(
        upstream, input: input, geometry: geometry, weightShape: weightShape),
      NDArray(storage: sums.storage, shape: [upstream.shape[1]], dtype: sums.dtype)
    )
  }
}
