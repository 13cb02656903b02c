/// Softmax along an axis, the last by default. Losses take logits: leave it out in training.
public struct Softmax: Layer {
  public let axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.softmax(axis: axis)
  }
}
