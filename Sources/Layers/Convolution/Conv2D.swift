/// A two-dimensional convolution (cross-correlation) with learned filters.
///
/// - Shapes: x [N, C, H, W], W [filters, C/groups, h, w], b [filters] → [N, filters, H′, W′],
///   H′ = ⌊(H + 2·padding − dilation·(h − 1) − 1) / stride⌋ + 1
public struct Conv2D: Layer {
  /// The filters W, [filters, C/groups, h, w].
  public var weight: Parameter
  /// The offset b of each filter, [filters]; nil for a layer without.
  public var bias: Parameter?
  /// Stride, padding, dilation and groups.
  public let geometry: ConvolutionGeometry

  /// A convolution; sizes along the image's axes are given as [rows, columns].
  ///
  /// - Parameters:
  ///   - channels: Input channels; divisible by the groups.
  ///   - filters: Output channels; divisible by the groups.
  ///   - kernel: Rows and columns of a filter; at least 1.
  ///   - stride: Steps of the window; at least 1.
  ///   - padding: Zeros added on both sides of each axis; at least 0.
  ///   - dilation: Distance between a filter's taps; at least 1.
  ///   - groups: Number of groups of channels that do not see each other; at least 1.
  ///   - bias: Whether there is an offset a filter, which starts at 0.
  ///   - initializer: How the filters are drawn; Xavier's uniform form by default, with fans
  ///     C/groups·h·w and filters/groups·h·w.
  /// - Precondition: both channel counts divide by the groups; the kernel has two sizes.
  public init(
    _ channels: Int, _ filters: Int, kernel: [Int], stride: [Int] = [1, 1],
    padding: [Int] = [0, 0], dilation: [Int] = [1, 1], groups: Int = 1, bias: Bool = true,
    initializer: Initializer = .xavierUniform
  ) {
    guard groups >= 1, channels % groups == 0, filters % groups == 0, kernel.count == 2 else {
      fatalError(
        "Conv2D: \(channels) channels, \(filters) filters, kernel \(kernel), \(groups) groups")
    }
    geometry = ConvolutionGeometry(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
    let taps = kernel[0] * kernel[1]
    let fans = Parameter.Fans(
      inputs: channels / groups * taps, outputs: filters / groups * taps)
    weight = Parameter(
      [filters, channels / groups, kernel[0], kernel[1]], initializer: initializer, fans: fans)
    self.bias = bias ? Parameter([filters], initializer: .zeros, fans: fans) : nil
  }

  /// A convolution with square filters and the same stride, padding and dilation along both axes;
  /// otherwise as the other initialiser.
  public init(
    _ channels: Int, _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    initializer: Initializer = .xavierUniform
  ) {
    self.init(
      channels, filters, kernel: [kernel, kernel], stride: [stride, stride],
      padding: [padding, padding], dilation: [dilation, dilation], groups: groups, bias: bias,
      initializer: initializer)
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.convolution(weight: weight.tensor, bias: bias?.tensor, geometry: geometry)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("weight", &weight)
    visit("bias", &bias)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    try geometry.outputShape(input: input, weight: weight.shape)
  }

  public func multiplyAdds(input: Shape, output: Shape) -> Int {
    output.dropFirst().reduce(1, *) * weight.shape.dropFirst().reduce(1, *)
  }

  public var window: Window? {
    Window(
      size: [weight.shape[2], weight.shape[3]], stride: geometry.stride,
      dilation: geometry.dilation)
  }
}
