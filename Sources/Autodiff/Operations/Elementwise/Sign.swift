/// Sign, element-wise: −1, 0 or 1; the derivative is 0 (at 0 too, where there is none).
struct Sign: UnaryOperation {
  static let name = "sign"
  static let formula = Formula(
    value: "sign(x)", gradient: "u * 0")
  var formula: Formula { Self.formula }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.sign() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * 0
  }
}

extension Tensor {
  /// The sign, element-wise: −1, 0 or 1, with sign(0) = 0; the derivative is 0 everywhere.
  public func sign() -> Tensor { apply(Sign(), self) }
}
