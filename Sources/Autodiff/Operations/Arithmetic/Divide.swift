/// a / b, element-wise with broadcasting; ∂y/∂a = 1/b, ∂y/∂b = −y/b.
struct Divide: BinaryOperation {
  static let name = "divide"
  static let formula = Formula(
    ["a", "b"], value: "a / b", gradients: ["a": "u / b", "b": "-u * y / b"])
  var formula: Formula { Self.formula }
  var saves: Saves { [.second, .output] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray { a / b }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream / saved.b
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    -(upstream * saved.y / saved.b)
  }
}

extension Tensor {
  /// a / b, element-wise with broadcasting; ∂y/∂a = 1/b, ∂y/∂b = −a/b².
  /// - Precondition: one type on both sides; the shapes broadcast.
  public static func / (a: Tensor, b: Tensor) -> Tensor { apply(Divide(), a, b) }
}
