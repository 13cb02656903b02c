/// Square root, element-wise; ∂y/∂x = 1/(2y).
struct SquareRoot: UnaryOperation {
  static let name = "sqrt"
  static let formula = Formula(
    value: "sqrt(x)", gradient: "u / (2 * y)")
  var formula: Formula { Self.formula }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray { x.squareRoot() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream / (saved.y * 2)
  }
}

extension Tensor {
  /// √x, element-wise; the derivative 1/(2√x) is infinite at 0.
  public func squareRoot() -> Tensor { apply(SquareRoot(), self) }
}
