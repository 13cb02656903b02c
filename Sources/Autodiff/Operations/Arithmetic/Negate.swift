/// −x; ∂y/∂x = −1.
struct Negate: UnaryOperation {
  static let name = "negate"
  static let formula = Formula(value: "-x", gradient: "-u")
  var formula: Formula { Self.formula }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { -x }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { -upstream }
}

extension Tensor {
  /// −x, element-wise; ∂y/∂x = −1.
  public static prefix func - (x: Tensor) -> Tensor { apply(Negate(), x) }
}
