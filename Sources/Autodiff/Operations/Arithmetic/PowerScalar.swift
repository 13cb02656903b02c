/// x^c; ∂y/∂x = c · x^(c−1), 0 for c = 0.
struct PowerScalar: UnaryOperation {
  static let name = "power"
  let constant: Double
  var formula: Formula {
    let (text, less) = (Expression.text(of: constant), Expression.text(of: constant - 1))
    return Formula(value: "x ^ (\(text))", gradient: "u * (\(text)) * x ^ (\(less))")
  }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.unary(.powerScalar, alpha: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    constant == 0 ? upstream * 0 : upstream * saved.x.power(constant - 1) * constant
  }
}

extension Tensor {
  /// x^exponent, element-wise; NaN for x < 0 unless the exponent is a whole number.
  public func power(_ exponent: Double) -> Tensor { apply(PowerScalar(constant: exponent), self) }
}
