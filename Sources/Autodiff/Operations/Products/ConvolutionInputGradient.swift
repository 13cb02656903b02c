/// The gradient of a convolution by its input, of upstream and weight; also known as transposed
/// convolution.
struct ConvolutionInputGradient: BinaryOperation {
  static let name = "transposedConvolution"
  let geometry: ConvolutionGeometry
  let inputShape: Shape
  var formula: Formula {
    let operation = self
    return Formula(
      ["a", "b"], value: "spread(a, b)",
      gradients: ["a": "convolve(u, b)", "b": "byWeight(a, u, b)"],
      functions: [
        "spread": { operation.value($0[0], $0[1]) },
        "convolve": {
          Tensor($0[0]).convolution(weight: Tensor($0[1]), geometry: operation.geometry).array
        },
        "byWeight": {
          ConvolutionWeightGradient(geometry: operation.geometry, weightShape: $0[2].shape)
            .value($0[0], $0[1])
        },
      ])
  }
  var saves: Saves { [.first, .second] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray {
    engine(for: a.dtype).convolutionInputGradient(
      a, weight: b, geometry: geometry, inputShape: inputShape)
  }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream.convolution(weight: saved.b, geometry: geometry)
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(
      ConvolutionWeightGradient(geometry: geometry, weightShape: saved.b.shape), saved.x, upstream)
  }
}

extension Tensor {
  /// The gradient of a convolution with shape `inputShape` by its input, given that by its output.
  func convolutionInputGradient(
    weight: Tensor, geometry: ConvolutionGeometry, inputShape: Shape
  ) -> Tensor {
    apply(ConvolutionInputGradient(geometry: geometry, inputShape: inputShape), self, weight)
  }

  /// The transposed convolution: the linear map whose transpose is `convolution`.
  ///
  /// - Shapes: self [N, I, H, W], weight [I, O/groups, h, w], bias [O] → [N, O, H′, W′] with
  ///   H′ = (H − 1)·stride − 2·padding + dilation·(h − 1) + 1 + outputPadding
  /// - Precondition: one type throughout, float32 or float64; those shapes and numbers, see
  ///   `ConvolutionGeometry`.
  /// - Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
  ///   section 4.
  public func transposedConvolution(
    weight: Tensor, bias: Tensor? = nil, geometry: ConvolutionGeometry = ConvolutionGeometry(),
    outputPadding: [Int] = [0, 0]
  ) -> Tensor {
    array.checkSameType(weight.array, "transposedConvolution")
    let result = trapping { () throws(ShapeError) in
      try geometry.transposedOutputShape(
        input: shape, weight: weight.shape, outputPadding: outputPadding)
    }
    let y = convolutionInputGradient(weight: weight, geometry: geometry, inputShape: result)
    guard let bias else { return y }
    guard bias.shape == [result[1]] else {
      fatalError("transposedConvolution: bias \(bias.shape) for \(result[1]) channels")
    }
    return y + bias.reshaped([1, result[1], 1, 1])
  }
}
