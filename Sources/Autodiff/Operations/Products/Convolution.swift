/// Two-dimensional convolution (cross-correlation) with an optional bias, or max(·, 0) of it.
///
/// It is bilinear: the gradients by input and weight are operations of their own, whose gradients
/// are again among the three. Where it rectifies, the upstream gradient is cut off first.
///
/// - Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
///   sections 2 and 4.
struct Convolution: GeneralOperation {
  static let name = "convolution"
  let geometry: ConvolutionGeometry
  let inputShape: Shape
  let weightShape: Shape
  let hasBias: Bool
  var rectifies = false
  var formula: Formula {
    let convolution = self
    let result = hasBias ? "convolve(x, w) + channels(b)" : "convolve(x, w)"
    let u = rectifies ? "u * step(\(result))" : "u"
    return Formula(
      hasBias ? ["x", "w", "b"] : ["x", "w"],
      value: rectifies ? "max(\(result), 0)" : result,
      gradients: [
        "x": "byInput(\(u), w)", "w": "byWeight(\(u), x)", "b": "sum(\(u))",
      ].filter { hasBias || $0.key != "b" },
      functions: [
        "convolve": { convolution.plain($0[0], $0[1]) },
        "channels": { $0[0].reshaped([1, $0[0].elementCount, 1, 1]) },
        "byInput": {
          ConvolutionInputGradient(
            geometry: convolution.geometry, inputShape: convolution.inputShape
          )
          .value($0[0], $0[1])
        },
        "byWeight": {
          ConvolutionWeightGradient(
            geometry: convolution.geometry, weightShape: convolution.weightShape
          ).value($0[0], $0[1])
        },
        "sum": { $0[0].sum(axes: [0, 2, 3]) },
      ])
  }
  var savedInputs: [Int] { [0, 1] }

  private func plain(_ x: NDArray, _ weight: NDArray) -> NDArray {
    Convolution(
      geometry: geometry, inputShape: inputShape, weightShape: weightShape, hasBias: false
    ).evaluate([x, weight]).outputs[0]
  }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let shape = trapping { () throws(ShapeError) in
      try geometry.outputShape(input: inputShape, weight: weightShape)
    }
    let (engine, bias) = (engine(for: inputs[0].dtype), hasBias ? inputs[2] : nil)
    if rectifies {
      let y = engine.trackedRectifiedConvolution(
        inputs[0], weight: inputs[1], bias: bias, geometry: geometry, shape: shape)
      return ([y], [y])
    }
    let y = engine.convolution(
      inputs[0], weight: inputs[1], bias: bias, geometry: geometry, shape: shape)
    return ([y], [])
  }

  func gradients(_ upstream: consuming [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    guard var gradient = upstream[0] else { return [nil, nil, nil] }
    upstream = []
    if rectifies {
      // Before there is a gradient by the input, the upstream one goes, or the values.
      gradient =
        saved.recording
        ? gradient * saved.output(0, keptAs: 0).isPositive()
        : Tensor(reluGradient(gradient.array, saved))
    }
    let input =
      saved.needs[0]
      ? gradient.convolutionInputGradient(
        weight: saved.input(1), geometry: geometry, inputShape: inputShape) : nil
    if hasBias, saved.needs[1], saved.needs[2], !saved.recording {
      let (weight, bias) = engine(for: gradient.dtype).convolutionParameterGradients(
        gradient.array, input: saved.input(0).array, geometry: geometry, weightShape: weightShape)
      return [input, Tensor(weight), Tensor(bias)]
    }
    let weight =
      saved.needs[1]
      ? apply(
        ConvolutionWeightGradient(geometry: geometry, weightShape: weightShape), gradient,
        saved.input(0)) : nil
    let bias = hasBias && saved.needs[2] ? gradient.sum(axes: [0, 2, 3]) : nil
    return [input, weight, bias]
  }
}

extension Tensor {
  /// The convolution (cross-correlation) with a weight.
  ///
  /// - Shapes: self [N, C, H, W], weight [O, C/groups, h, w], bias [O] → [N, O, H′, W′] with
  ///   H′ = ⌊(H + 2·padding − dilation·(h − 1) − 1) / stride⌋ + 1
  /// - Precondition: one type throughout, float32 or float64; those shapes and numbers, see
  ///   `ConvolutionGeometry`.
  /// - Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
  ///   section 2.
  public func convolution(
    weight: Tensor, bias: Tensor? = nil, geometry: ConvolutionGeometry = ConvolutionGeometry()
  ) -> Tensor {
    convolved(weight, bias, geometry, rectifies: false)
  }

  /// max(·, 0) of the convolution, in the same pass over memory or in place.
  /// - Shapes: as of `convolution`
  /// - Precondition: as of `convolution`.
  public func rectifiedConvolution(
    weight: Tensor, bias: Tensor? = nil, geometry: ConvolutionGeometry = ConvolutionGeometry()
  ) -> Tensor {
    convolved(weight, bias, geometry, rectifies: true)
  }

  private func convolved(
    _ weight: Tensor, _ bias: Tensor?, _ geometry: ConvolutionGeometry, rectifies: Bool
  ) -> Tensor {
    checkConvolution(weight, bias)
    if node == nil, weight.node == nil, bias?.node == nil {
      let engine = engine(for: dtype)
      let output = convolutionShape(weight, geometry)
      return Tensor(
        rectifies
          ? engine.rectifiedConvolution(
            array, weight: weight.array, bias: bias?.array, geometry: geometry, shape: output)
          : engine.untrackedConvolution(
            array, weight: weight.array, bias: bias?.array, geometry: geometry, shape: output))
    }
    let operation = Convolution(
      geometry: geometry, inputShape: shape, weightShape: weight.shape, hasBias: bias != nil,
      rectifies: rectifies)
    return apply(operation, [self, weight] + (bias.map { [$0] } ?? []))[0]
  }

  private func checkConvolution(_ weight: Tensor, _ bias: Tensor?) {
    array.checkSameType(weight.array, "convolution")
    if let bias, bias.shape != [weight.shape.first ?? 0] {
      fatalError("convolution: bias \(bias.shape) for weight \(weight.shape)")
    }
  }

  private func convolutionShape(_ weight: Tensor, _ geometry: ConvolutionGeometry) -> Shape {
    let (input, weight) = (shape, weight.shape)
    return trapping { () throws(ShapeError) in
      try geometry.outputShape(input: input, weight: weight)
    }
  }
}
