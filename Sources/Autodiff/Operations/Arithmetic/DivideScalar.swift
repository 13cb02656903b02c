/// x / c; ∂y/∂x = 1/c.
struct DivideScalar: UnaryOperation {
  static let name = "divide"
  let constant: Double
  var formula: Formula {
    let text = Expression.text(of: constant)
    return Formula(value: "x / (\(text))", gradient: "u / (\(text))")
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x / constant }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream / constant
  }
}

extension Tensor {
  /// a / b, element-wise; ∂y/∂a = 1/b.
  public static func / (a: Tensor, b: Double) -> Tensor { apply(DivideScalar(constant: b), a) }
}
