/// The mean of each window of each channel.
///
/// - Shapes: [N, C, H, W] → [N, C, H′, W′], H′ = ⌊(H + 2·padding − window) / stride⌋ + 1
public struct AveragePool2D: Layer {
  /// Window, stride and padding.
  public let geometry: PoolingGeometry

  /// A pooling; sizes are given as [rows, columns].
  ///
  /// - Parameters:
  ///   - window: Rows and columns; at least 1.
  ///   - stride: Steps of the window, at least 1; the window's own size where nil.
  ///   - padding: Places added on both sides, at most half the window.
  ///   - countsPadding: Whether the mean divides by the whole window even over padding; true by
  ///     default, as in PyTorch.
  public init(
    window: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0],
    countsPadding: Bool = true
  ) {
    geometry = PoolingGeometry(
      window: window, stride: stride, padding: padding, countsPadding: countsPadding)
  }

  /// A pooling with square windows and the same stride and padding along both axes.
  public init(_ window: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true) {
    self.init(
      window: [window, window], stride: stride.map { [$0, $0] }, padding: [padding, padding],
      countsPadding: countsPadding)
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.averagePool(geometry)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    try geometry.outputShape(input: input)
  }

  public var window: Window? { Window(size: geometry.window, stride: geometry.stride) }
}
