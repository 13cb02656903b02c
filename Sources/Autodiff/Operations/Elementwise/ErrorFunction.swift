/// Gauss error function, element-wise; ∂y/∂x = 2/√π · e^(−x²).
struct ErrorFunction: UnaryOperation {
  static let name = "erf"
  static let formula = Formula(
    value: "erf(x)", gradient: "u * exp(-x ^ 2) * 1.1283791670955126")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.errorFunction() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * ((-saved.x.squared()).exp() * 1.1283791670955126)
  }
}

extension Tensor {
  /// erf x = 2/√π ∫₀ˣ e^(−t²) dt, element-wise.
  public func errorFunction() -> Tensor { apply(ErrorFunction(), self) }
}
