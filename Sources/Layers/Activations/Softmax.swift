/// yₖ = e^xₖ / Σⱼ e^xⱼ along an axis. Losses take logits: leave it out in training.
///
/// - Shapes: any with the axis → the same
public struct Softmax: Layer {
  /// The axis along which outputs add up to 1; negative ones count from the last.
  public let axis: Int

  /// A layer along an axis.
  /// - Parameter axis: The last by default.
  public init(axis: Int = -1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.softmax(axis: axis)
  }
}
