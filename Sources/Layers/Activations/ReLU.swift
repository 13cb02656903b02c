/// y = max(x, 0), element-wise; the derivative at 0 is 0.
///
/// - Shapes: any → the same
/// - Source: Nair and Hinton 2010, "Rectified Linear Units Improve Restricted Boltzmann Machines".
public struct ReLU: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.relu() }
}
