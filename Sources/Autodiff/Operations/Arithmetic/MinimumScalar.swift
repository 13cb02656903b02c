/// min(x, c); ∂y/∂x = 1 for x ≤ c, else 0.
struct MinimumScalar: UnaryOperation {
  static let name = "min"
  let constant: Double
  var formula: Formula {
    let text = Expression.text(of: constant)
    return Formula(value: "min(x, \(text))", gradient: "u * atmost(x, \(text))")
  }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.unary(.minimumScalar, alpha: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor((-saved.x.array).isAtLeast(-constant))
  }
}

extension Tensor {
  /// min(x, c), element-wise; a tie gives its gradient to x.
  public func minimum(_ constant: Double) -> Tensor {
    apply(MinimumScalar(constant: constant), self)
  }
}
