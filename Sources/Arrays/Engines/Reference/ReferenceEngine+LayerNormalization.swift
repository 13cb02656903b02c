extension ReferenceEngine {
  package func layerNormalization(
    _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
  ) -> (value: NDArray, mean: NDArray, reciprocalDeviation: NDArray) {
    switch x.dtype {
    case .float32: Self.layerNormalization(x, scale, offset, epsilon, Float.self)
    case .float64: Self.layerNormalization(x, scale, offset, epsilon, Double.self)
    default: Self.unsupported("layerNormalization", x.dtype)
    }
  }

  private static func layerNormalization<Real: RealElement>(
    _ x: NDArray, _ scale: NDArray, _ offset: NDArray, _ epsilon: Double, _ type: Real.Type
  ) -> (value: NDArray, mean: NDArray, reciprocalDeviation: NDArray) {
    let x = ordered(x)
    let (scale, offset) = (ordered(scale), ordered(offset))
    let result = NDArray(uninitialized: x.shape, dtype: Real.dtype)
    let rowShape = leading(x.shape, x.rank - scale.rank)
    let mean = NDArray(uninitialized: rowShape, dtype: Real.dtype)
    let reciprocal = NDArray(uninitialized: rowShape, dtype: Real.dtype)
    let factors = scale.firstElement(as: type)
    let shifts = offset.firstElement(as: type)
    let count = scale.elementCount
    for row in 0..<rowShape.elementCount {
      let source = x.firstElement(as: type) + row &* count
      let target = result.firstElement(as: type) + row &* count
      var sum = 0.0
      for index in 0..<count { sum += source[index].double }
      let center = sum / Double(count)
      var squares = 0.0
      for index in 0..<count {
        let deviation = source[index].double - center
        squares += deviation * deviation
      }
      let inverse = 1 / (squares / Double(count) + epsilon).squareRoot()
      mean.firstElement(as: type)[row] = Real(center)
      reciprocal.firstElement(as: type)[row] = Real(inverse)
      let (middle, narrow) = (Real(center), Real(inverse))
      for index in 0..<count {
        target[index] = (source[index] - middle) * narrow * factors[index] + shifts[index]
      }
    }
    return (result, mean, reciprocal)
  }

  package func layerNormalizationGradient(
    _ upstream: NDArray, input: NDArray, scale: NDArray, mean: NDArray,
    reciprocalDeviation: NDArray
  ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
    switch input.dtype {
    case .float32:
      Self.layerGradient(upstream, input, scale, mean, reciprocalDeviation, Float.self)
    case .float64:
      Self.layerGradient(upstream, input, scale, mean, reciprocalDeviation, Double.self)
    default: Self.unsupported("layerNormalizationGradient", input.dtype)
    }
  }

  /// With x̂ = (x − mean)·r and g = u·scale: ∂scale = Σ u·x̂ and ∂offset = Σ u over the rows, and
  /// within a row ∂x = r · (g − mean(g) − x̂ · mean(g·x̂)).
  private static func layerGradient<Real: RealElement>(
    _ upstream: NDArray, _ x: NDArray, _ scale: NDArray, _ mean: NDArray, _ reciprocal: NDArray,
    _ type: Real.Type
  ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
    let (upstream, x, scale) = (ordered(upstream), ordered(x), ordered(scale))
    let (mean, reciprocal) = (ordered(mean), ordered(reciprocal))
    let result = NDArray(uninitialized: x.shape, dtype: Real.dtype)
    let factors = scale.firstElement(as: type)
    let count = scale.elementCount
    // Sums over the rows, in Double: first those of scale, then those of offset.
    let sums = NDArray.zeros([2, count], dtype: .float64)
    let scaleSums = sums.firstElement(as: Double.self)
    let offsetSums = scaleSums + count
    for row in 0..<leading(x.shape, x.rank - scale.rank).elementCount {
      let source = x.firstElement(as: type) + row &* count
      let u = upstream.firstElement(as: type) + row &* count
      let target = result.firstElement(as: type) + row &* count
      let center = mean.firstElement(as: type)[row].double
      let inverse = reciprocal.firstElement(as: type)[row].double
      var sum = 0.0
      var product = 0.0
      for index in 0..<count {
        let normalized = (source[index].double - center) * inverse
        let gradient = u[index].double
        let weighted = gradient * factors[index].double
        scaleSums[index] += gradient * normalized
        offsetSums[index] += gradient
        sum += weighted
        product += weighted * normalized
      }
      let level = sum / Double(count)
      let slope = product / Double(count)
      for index in 0..<count {
        let normalized = (source[index].double - center) * inverse
        let weighted = u[index].double * factors[index].double
        target[index] = Real(inverse * (weighted - level - normalized * slope))
      }
    }
    let scaleGradient = NDArray(uninitialized: scale.shape, dtype: Real.dtype)
    let offsetGradient = NDArray(uninitialized: scale.shape, dtype: Real.dtype)
    for index in 0..<count {
      scaleGradient.firstElement(as: type)[index] = Real(scaleSums[index])
      offsetGradient.firstElement(as: type)[index] = Real(offsetSums[index])
    }
    withExtendedLifetime(sums) {}
    return (result, scaleGradient, offsetGradient)
  }
}
