/// min(a, b), element-wise with broadcasting; a tie gives its gradient to a.
struct Minimum: BinaryOperation {
  static let name = "min"
  static let formula = Formula(
    ["a", "b"], value: "min(a, b)", gradients: ["a": "u * atmost(a, b)", "b": "u * greater(a, b)"])
  var formula: Formula { Self.formula }
  var saves: Saves { [.first, .second] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray { a.minimum(b) }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor(saved.x.array.isLessOrEqual(to: saved.b.array).cast(to: upstream.dtype))
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor(saved.b.array.isLess(than: saved.x.array).cast(to: upstream.dtype))
  }
}

extension Tensor {
  /// The smaller element of two, with broadcasting; a tie gives its gradient to the first.
  public func minimum(_ other: Tensor) -> Tensor { apply(Minimum(), self, other) }
}
