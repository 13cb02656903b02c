/// Exponential, element-wise; ∂y/∂x = y.
struct Exponential: UnaryOperation {
  static let name = "exp"
  static let formula = Formula(
    value: "exp(x)", gradient: "u * y")
  var formula: Formula { Self.formula }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray { x.exp() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.y
  }
}

extension Tensor {
  /// eˣ, element-wise.
  public func exp() -> Tensor { apply(Exponential(), self) }
}
