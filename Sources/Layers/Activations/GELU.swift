/// x·Φ(x), element-wise, exact or by tanh.
///
/// - Source: Hendrycks and Gimpel 2016, "Gaussian Error Linear Units".
public struct GELU: Layer {
  public let form: GELUForm

  public init(_ form: GELUForm = .exact) { self.form = form }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.gelu(form) }
}
