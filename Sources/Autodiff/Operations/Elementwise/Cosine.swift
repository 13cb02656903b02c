/// Cosine, element-wise; ∂y/∂x = −sin x.
struct Cosine: UnaryOperation {
  static let name = "cos"
  static let formula = Formula(
    value: "cos(x)", gradient: "-(u * sin(x))")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.cos() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    -(upstream * saved.x.sin())
  }
}

extension Tensor {
  /// cos x, element-wise, x in radians.
  public func cos() -> Tensor { apply(Cosine(), self) }
}
