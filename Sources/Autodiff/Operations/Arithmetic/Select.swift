/// a where a condition holds, else b, with broadcasting; the gradient goes where the value came
/// from.
struct Select: BinaryOperation {
  static let name = "select"
  let condition: NDArray
  var formula: Formula {
    let mask = condition
    return Formula(
      ["a", "b"], value: "select(a, b)",
      gradients: ["a": "select(u, 0)", "b": "select(0, u)"],
      functions: ["select": { NDArray.select(mask, $0[0], $0[1]) }])
  }
  var saves: Saves { [] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray { NDArray.select(condition, a, b) }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(Select(condition: condition), upstream, zero(upstream))
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(Select(condition: condition), zero(upstream), upstream)
  }

  private func zero(_ x: Tensor) -> Tensor {
    Tensor(repeating: 0, shape: .scalar, dtype: x.dtype)
  }
}

extension Tensor {
  /// `a` where the condition (bool) holds and `b` elsewhere, all three broadcast.
  public static func select(_ condition: NDArray, _ a: Tensor, _ b: Tensor) -> Tensor {
    // The operands are stretched first, so that the walk knows their own shapes.
    let shape = NDArray.select(condition, a.array, b.array).shape
    return apply(Select(condition: condition), a.broadcast(to: shape), b.broadcast(to: shape))
  }
}
