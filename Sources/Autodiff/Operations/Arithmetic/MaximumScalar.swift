/// max(x, c); ∂y/∂x = 1 for x ≥ c, else 0.
struct MaximumScalar: UnaryOperation {
  static let name = "max"
  let constant: Double
  var formula: Formula {
    let text = Expression.text(of: constant)
    return Formula(value: "max(x, \(text))", gradient: "u * atleast(x, \(text))")
  }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.unary(.maximumScalar, alpha: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor(saved.x.array.isAtLeast(constant))
  }
}

extension Tensor {
  /// max(x, c), element-wise; a tie gives its gradient to x.
  public func maximum(_ constant: Double) -> Tensor {
    apply(MaximumScalar(constant: constant), self)
  }

  /// x kept between two bounds, element-wise; the gradient is passed on where x is between them or
  /// on one, and is 0 beyond.
  public func clamped(_ range: ClosedRange<Double>) -> Tensor {
    maximum(range.lowerBound).minimum(range.upperBound)
  }
}

extension NDArray {
  /// 1 where the element is at least the bound, else 0, in the array's own type.
  func isAtLeast(_ bound: Double) -> NDArray {
    isGreaterOrEqual(to: NDArray(repeating: bound, shape: .scalar, dtype: dtype)).cast(to: dtype)
  }
}
