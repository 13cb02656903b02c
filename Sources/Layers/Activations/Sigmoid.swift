/// y = σ(x) = 1 / (1 + e⁻ˣ), element-wise.
///
/// - Shapes: any → the same
public struct Sigmoid: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.sigmoid() }
}
