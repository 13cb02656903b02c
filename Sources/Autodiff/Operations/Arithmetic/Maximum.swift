/// max(a, b), element-wise with broadcasting; a tie gives its gradient to a.
struct Maximum: BinaryOperation {
  static let name = "max"
  static let formula = Formula(
    ["a", "b"], value: "max(a, b)", gradients: ["a": "u * atleast(a, b)", "b": "u * less(a, b)"])
  var formula: Formula { Self.formula }
  var saves: Saves { [.first, .second] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray { a.maximum(b) }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor(saved.x.array.isGreaterOrEqual(to: saved.b.array).cast(to: upstream.dtype))
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor(saved.b.array.isGreater(than: saved.x.array).cast(to: upstream.dtype))
  }
}

extension Tensor {
  /// The larger element of two, with broadcasting; a tie gives its gradient to the first.
  public func maximum(_ other: Tensor) -> Tensor { apply(Maximum(), self, other) }
}
