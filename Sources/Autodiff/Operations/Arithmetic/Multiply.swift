/// a · b, element-wise with broadcasting; ∂y/∂a = b, ∂y/∂b = a.
struct Multiply: BinaryOperation {
  static let name = "multiply"
  static let formula = Formula(
    ["a", "b"], value: "a * b", gradients: ["a": "u * b", "b": "u * a"])
  var formula: Formula { Self.formula }
  var saves: Saves { [.first, .second] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray { a * b }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.b
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.x
  }
}

extension Tensor {
  /// a · b, element-wise with broadcasting; ∂y/∂a = b, ∂y/∂b = a. `matmul` is the matrix product.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public static func * (a: Tensor, b: Tensor) -> Tensor { apply(Multiply(), a, b) }
}
