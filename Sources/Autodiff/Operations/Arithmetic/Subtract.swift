/// a − b with broadcasting; ∂y/∂a = 1, ∂y/∂b = −1.
struct Subtract: BinaryOperation {
  static let name = "subtract"
  static let formula = Formula(
    ["a", "b"], value: "a - b", gradients: ["a": "u", "b": "-u"])
  var formula: Formula { Self.formula }
  var saves: Saves { [] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray { a - b }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    -upstream
  }
}

extension Tensor {
  /// a − b, element-wise with broadcasting; ∂y/∂a = 1, ∂y/∂b = −1.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public static func - (a: Tensor, b: Tensor) -> Tensor { apply(Subtract(), a, b) }
}
