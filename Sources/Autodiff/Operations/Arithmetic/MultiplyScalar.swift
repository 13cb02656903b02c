/// x · c; ∂y/∂x = c.
struct MultiplyScalar: UnaryOperation {
  static let name = "multiply"
  let constant: Double
  var formula: Formula {
    let text = Expression.text(of: constant)
    return Formula(value: "x * (\(text))", gradient: "u * (\(text))")
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.unary(.multiplyScalar, alpha: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * constant
  }
}

extension Tensor {
  /// a · b, element-wise; ∂y/∂a = b.
  public static func * (a: Tensor, b: Double) -> Tensor { apply(MultiplyScalar(constant: b), a) }
  /// a · b, element-wise; ∂y/∂b = a.
  public static func * (a: Double, b: Tensor) -> Tensor { apply(MultiplyScalar(constant: a), b) }
}
