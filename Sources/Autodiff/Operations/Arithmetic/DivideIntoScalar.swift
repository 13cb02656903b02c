/// c / x; ∂y/∂x = −c / x².
struct DivideIntoScalar: UnaryOperation {
  static let name = "divide"
  let constant: Double
  var formula: Formula {
    Formula(value: "\(Expression.text(of: constant)) / x", gradient: "-u * y / x")
  }
  var saves: Saves { [.first, .output] }

  func value(_ x: NDArray) -> NDArray { x.unary(.divideIntoScalar, alpha: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    -(upstream * saved.y / saved.x)
  }
}

extension Tensor {
  /// a / b, element-wise; ∂y/∂b = −a/b².
  public static func / (a: Double, b: Tensor) -> Tensor {
    apply(DivideIntoScalar(constant: a), b)
  }
}
