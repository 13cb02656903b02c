/// tanh x, element-wise.
public struct Tanh: Layer {
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.tanh() }
}
