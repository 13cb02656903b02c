/// Natural logarithm, element-wise; ∂y/∂x = 1/x.
struct Logarithm: UnaryOperation {
  static let name = "log"
  static let formula = Formula(
    value: "log(x)", gradient: "u / x")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.log() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream / saved.x
  }
}

extension Tensor {
  /// ln x, the natural logarithm, element-wise.
  public func log() -> Tensor { apply(Logarithm(), self) }
}
