/// The maximum of each window of each channel; padding never is the maximum, and the gradient goes
/// to the first of equal elements.
///
/// - Shapes: [N, C, H, W] → [N, C, H′, W′], H′ = ⌊(H + 2·padding − window) / stride⌋ + 1, or
///   rounded up
public struct MaxPool2D: Layer {
  /// Window, stride and padding.
  public let geometry: PoolingGeometry

  /// A pooling; sizes are given as [rows, columns].
  ///
  /// - Parameters:
  ///   - window: Rows and columns; at least 1.
  ///   - stride: Steps of the window, at least 1; the window's own size where nil.
  ///   - padding: Places added on both sides, at most half the window.
  ///   - roundsUp: Whether a last window that reaches beyond the image is kept, as in Caffe; false
  ///     by default, as in PyTorch.
  public init(
    window: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0], roundsUp: Bool = false
  ) {
    geometry = PoolingGeometry(
      window: window, stride: stride, padding: padding, roundsUp: roundsUp)
  }

  /// A pooling with square windows and the same stride and padding along both axes.
  public init(_ window: Int, stride: Int? = nil, padding: Int = 0, roundsUp: Bool = false) {
    self.init(
      window: [window, window], stride: stride.map { [$0, $0] }, padding: [padding, padding],
      roundsUp: roundsUp)
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.maximumPool(geometry)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    try geometry.outputShape(input: input)
  }

  public var window: Window? { Window(size: geometry.window, stride: geometry.stride) }
}
