/// Absolute value, element-wise; ∂y/∂x = sign x, 0 at 0.
struct Absolute: UnaryOperation {
  static let name = "abs"
  static let formula = Formula(
    value: "abs(x)", gradient: "u * sign(x)")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.absolute() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.x.sign()
  }
}

extension Tensor {
  /// |x|, element-wise; the derivative is sign x, 0 at 0.
  public func absolute() -> Tensor { apply(Absolute(), self) }
}
