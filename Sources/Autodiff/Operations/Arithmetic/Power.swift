/// a^b, element-wise with broadcasting, a > 0; ∂y/∂a = b·a^(b−1), ∂y/∂b = y·ln a.
struct Power: BinaryOperation {
  static let name = "power"
  static let formula = Formula(
    ["a", "b"], value: "a ^ b", gradients: ["a": "u * b * a ^ (b - 1)", "b": "u * y * log(a)"])
  var formula: Formula { Self.formula }
  var saves: Saves { [.first, .second, .output] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray { a.power(b) }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.b * saved.x.power(saved.b - 1)
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.y * saved.x.log()
  }
}

extension Tensor {
  /// self^exponent, element-wise with broadcasting; the base is above 0, for the gradient by the
  /// exponent needs its logarithm.
  public func power(_ exponent: Tensor) -> Tensor { apply(Power(), self, exponent) }
}
