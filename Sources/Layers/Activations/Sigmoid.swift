/// 1 / (1 + e⁻ˣ), element-wise.
public struct Sigmoid: Layer {
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.sigmoid() }
}
