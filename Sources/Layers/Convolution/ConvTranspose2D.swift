/// A transposed two-dimensional convolution: the linear map whose transpose is `Conv2D`.
///
/// - Shapes: x [N, C, H, W], W [C, filters/groups, h, w], b [filters] → [N, filters, H′, W′],
///   H′ = (H − 1)·stride − 2·padding + dilation·(h − 1) + 1 + outputPadding
/// - Source: Dumoulin and Visin 2016, section 4.
public struct ConvTranspose2D: Layer {
  /// The filters W, [C, filters/groups, h, w]: the axes of the convolution that this transposes.
  public var weight: Parameter
  /// The offset b of each output channel, [filters]; nil for a layer without.
  public var bias: Parameter?
  /// Stride, padding, dilation and groups of the convolution that this transposes.
  public let geometry: ConvolutionGeometry
  /// Rows and columns added at one side, to choose among the sizes that the stride rounds off.
  public let outputPadding: [Int]

  /// A transposed convolution; sizes along the image's axes are given as [rows, columns].
  ///
  /// - Parameters:
  ///   - channels: Input channels; divisible by the groups.
  ///   - filters: Output channels; divisible by the groups.
  ///   - kernel: Rows and columns of a filter; at least 1.
  ///   - stride: Steps of the window in the output; at least 1.
  ///   - padding: Rows and columns cut off on both sides of the output; at least 0.
  ///   - outputPadding: Added at one side of the output; at least 0 and less than the stride.
  ///   - dilation: Distance between a filter's taps; at least 1.
  ///   - groups: Number of groups of channels that do not see each other; at least 1.
  ///   - bias: Whether there is an offset a filter, which starts at 0.
  ///   - initializer: How the filters are drawn; Xavier's uniform form by default.
  /// - Precondition: both channel counts divide by the groups; the kernel has two sizes.
  public init(
    _ channels: Int, _ filters: Int, kernel: [Int], stride: [Int] = [1, 1],
    padding: [Int] = [0, 0], outputPadding: [Int] = [0, 0], dilation: [Int] = [1, 1],
    groups: Int = 1, bias: Bool = true, initializer: Initializer = .xavierUniform
  ) {
    guard groups >= 1, channels % groups == 0, filters % groups == 0, kernel.count == 2 else {
      fatalError(
        "ConvTranspose2D: \(channels) channels, \(filters) filters, kernel \(kernel), "
          + "\(groups) groups")
    }
    geometry = ConvolutionGeometry(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
    self.outputPadding = outputPadding
    let taps = kernel[0] * kernel[1]
    let fans = Parameter.Fans(
      inputs: channels / groups * taps, outputs: filters / groups * taps)
    weight = Parameter(
      [channels, filters / groups, kernel[0], kernel[1]], initializer: initializer, fans: fans)
    self.bias = bias ? Parameter([filters], initializer: .zeros, fans: fans) : nil
  }

  /// A transposed convolution with square filters and the same numbers along both axes; otherwise
  /// as the other initialiser.
  public init(
    _ channels: Int, _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    initializer: Initializer = .xavierUniform
  ) {
    self.init(
      channels, filters, kernel: [kernel, kernel], stride: [stride, stride],
      padding: [padding, padding], outputPadding: [outputPadding, outputPadding],
      dilation: [dilation, dilation], groups: groups, bias: bias, initializer: initializer)
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.transposedConvolution(
      weight: weight.tensor, bias: bias?.tensor, geometry: geometry, outputPadding: outputPadding)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("weight", &weight)
    visit("bias", &bias)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    try geometry.transposedOutputShape(
      input: input, weight: weight.shape, outputPadding: outputPadding)
  }

  public func multiplyAdds(input: Shape, output: Shape) -> Int {
    input.dropFirst().reduce(1, *) * weight.shape.dropFirst().reduce(1, *)
  }
}
