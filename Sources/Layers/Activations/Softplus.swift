/// y = ln(1 + eˣ), element-wise.
///
/// - Shapes: any → the same
public struct Softplus: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.softplus() }
}
