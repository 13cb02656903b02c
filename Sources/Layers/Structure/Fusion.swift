import Arrays

// Neighbours that are computed together, in fewer passes over memory. The results are those of one
// after another, but for last bits.

/// A layer that can take max(·, 0) of its result in the same pass.
protocol Rectifiable: Layer {
  /// What a ReLU after the layer gives.
  func rectified(_ x: Tensor, _ context: inout Context) -> Tensor
}

extension Conv2D: Rectifiable {
  func rectified(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.rectifiedConvolution(weight: weight.tensor, bias: bias?.tensor, geometry: geometry)
  }

  /// The convolution with a batch normalisation by running statistics after it, whose factors are
  /// multiplied into the filters once; nil where a gradient will be taken, or in double precision,
  /// which is for comparisons.
  ///
  /// - Source: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
  ///   Integer-Arithmetic-Only Inference", section 3.2, equation 14.
  func normalized(by norm: BatchNorm, rectifies: Bool, _ x: Tensor) -> Tensor? {
    let tensors = [x, weight.tensor, norm.weight.tensor, norm.bias.tensor]
    guard x.dtype == .float32, tensors.allSatisfy({ $0.node == nil }), bias?.tensor.node == nil,
      weight.tensor.array.isPacked, norm.weight.shape == [weight.shape[0]]
    else { return nil }
    let folded = folded(norm, for: x.shape)
    let (weight, offset) = (Tensor(folded[0]), Tensor(folded[1]))
    return rectifies
      ? x.rectifiedConvolution(weight: weight, bias: offset, geometry: geometry)
      : x.convolution(weight: weight, bias: offset, geometry: geometry)
  }

  /// W·γ/√(σ² + ε), as convolutions of such an input like it best, and β + (b − μ)·γ/√(σ² + ε); kept
  /// until one of these changes.
  private func folded(_ norm: BatchNorm, for input: Shape) -> [NDArray] {
    let (scale, offset) = (norm.weight.tensor.array, norm.bias.tensor.array)
    let (mean, variance) = (norm.runningMean.array, norm.runningVariance.array)
    let filters = weight.tensor.array
    let own = bias?.tensor.array
    let sources = [scale, offset, mean, variance] + (own.map { [$0] } ?? [])
    return filters.storage.derive(
      "folded \(filters.shape), ε \(norm.epsilon)", sources: sources.map(\.storage)
    ) {
      let factor = scale * (variance + norm.epsilon).power(-0.5)
      let shift = own.map { $0 - mean } ?? mean * -1
      let scaled = filters * factor.reshaped([factor.elementCount, 1, 1, 1])
      let output = trapping { () throws(ShapeError) in try outputShape(input) }
      return [
        engine(for: scaled.dtype).packedWeight(
          scaled, geometry: geometry, input: input, output: output), offset + shift * factor,
      ]
    }
  }
}

extension BatchNorm: Rectifiable {}

extension Residual: Rectifiable {
  func rectified(_ x: Tensor, _ context: inout Context) -> Tensor {
    let (value, shortcut) = parts(x, &context)
    return value.rectifiedSum(shortcut)
  }
}

/// A layer that gives max(·, 0) of its input, or something of that.
protocol Rectifier: Layer {
  /// What the layer gives, from max(·, 0) of its input.
  func value(ofRectified y: Tensor) -> Tensor
}

extension ReLU: Rectifier {
  func value(ofRectified y: Tensor) -> Tensor { y }
}

extension ReLU6: Rectifier {
  func value(ofRectified y: Tensor) -> Tensor { y.minimum(6) }
}

extension Sequential {
  /// Whether the layer there and the one after it, which rectifies, are computed together.
  func isRectified(at index: Int) -> Bool {
    index + 1 < layers.count && layers[index + 1] is any Rectifier
      && layers[index] is any Rectifiable
  }

  /// What the layers from a place on that are computed together give, and their number; nil where
  /// the layer there goes by itself.
  func fused(at index: Int, _ x: Tensor, _ context: inout Context) -> (value: Tensor, count: Int)? {
    guard index + 1 < layers.count, !context.observesOutputs else { return nil }
    if context.mode == .evaluation, let norm = layers[index + 1] as? BatchNorm,
      let convolution = layers[index] as? Conv2D
    {
      let rectifier = index + 2 < layers.count ? layers[index + 2] as? any Rectifier : nil
      if let y = convolution.normalized(by: norm, rectifies: rectifier != nil, x) {
        return (rectifier?.value(ofRectified: y) ?? y, rectifier == nil ? 2 : 3)
      }
    }
    guard let layer = layers[index] as? any Rectifiable,
      let rectifier = layers[index + 1] as? any Rectifier
    else { return nil }
    return (rectifier.value(ofRectified: layer.rectified(x, &context)), 2)
  }
}
