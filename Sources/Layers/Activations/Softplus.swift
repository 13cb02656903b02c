/// ln(1 + eˣ), element-wise.
public struct Softplus: Layer {
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.softplus() }
}
