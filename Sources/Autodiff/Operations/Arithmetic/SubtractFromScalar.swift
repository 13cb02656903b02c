/// c − x; ∂y/∂x = −1.
struct SubtractFromScalar: UnaryOperation {
  static let name = "subtract"
  let constant: Double
  var formula: Formula {
    Formula(value: "\(Expression.text(of: constant)) - x", gradient: "-u")
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.unary(.subtractFromScalar, alpha: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    -upstream
  }
}

extension Tensor {
  /// a − b, element-wise; ∂y/∂b = −1.
  public static func - (a: Double, b: Tensor) -> Tensor {
    apply(SubtractFromScalar(constant: a), b)
  }
}
