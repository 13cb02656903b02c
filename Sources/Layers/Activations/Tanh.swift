/// y = tanh x, element-wise.
///
/// - Shapes: any → the same
public struct Tanh: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.tanh() }
}
