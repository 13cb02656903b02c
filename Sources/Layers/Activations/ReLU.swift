/// max(x, 0), element-wise; the derivative at 0 is 0.
public struct ReLU: Layer {
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.relu() }
}
