/// x + c; ∂y/∂x = 1.
struct AddScalar: UnaryOperation {
  static let name = "add"
  let constant: Double
  var formula: Formula {
    let size = Expression.text(of: abs(constant))
    return Formula(value: "x \(constant < 0 ? "-" : "+") \(size)", gradient: "u")
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.unary(.addScalar, alpha: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream
  }
}

extension Tensor {
  /// a + b, element-wise; ∂y/∂a = 1.
  public static func + (a: Tensor, b: Double) -> Tensor { apply(AddScalar(constant: b), a) }
  /// a + b, element-wise; ∂y/∂b = 1.
  public static func + (a: Double, b: Tensor) -> Tensor { apply(AddScalar(constant: a), b) }
  /// a − b, element-wise; ∂y/∂a = 1.
  public static func - (a: Tensor, b: Double) -> Tensor { apply(AddScalar(constant: -b), a) }
}
