/// Square, element-wise; ∂y/∂x = 2x.
struct Square: UnaryOperation {
  static let name = "square"
  static let formula = Formula(
    value: "x ^ 2", gradient: "u * 2 * x")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.squared() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.x * 2
  }
}

extension Tensor {
  /// x², element-wise.
  public func squared() -> Tensor { apply(Square(), self) }
}
