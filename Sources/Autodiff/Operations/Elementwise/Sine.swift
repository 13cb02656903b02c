/// Sine, element-wise; ∂y/∂x = cos x.
struct Sine: UnaryOperation {
  static let name = "sin"
  static let formula = Formula(
    value: "sin(x)", gradient: "u * cos(x)")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.sin() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.x.cos()
  }
}

extension Tensor {
  /// sin x, element-wise, x in radians.
  public func sin() -> Tensor { apply(Sine(), self) }
}
