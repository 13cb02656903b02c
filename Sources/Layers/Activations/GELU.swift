/// y = x·Φ(x) with the standard normal distribution Φ, element-wise; exact or by tanh.
///
/// - Shapes: any → the same
/// - Source: Hendrycks and Gimpel 2016, "Gaussian Error Linear Units".
public struct GELU: Layer {
  /// Which form is computed.
  public let form: GELUForm

  /// A layer of the given form.
  /// - Parameter form: Exact by default, as in PyTorch.
  public init(_ form: GELUForm = .exact) { self.form = form }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.gelu(form) }
}
