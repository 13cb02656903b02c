/// Zeros to which rows are added by number; the gradient is gathered from there.
struct ScatterAdd: UnaryOperation {
  static let name = "scatterAdd"
  let indices: NDArray
  let axis: Int
  let shape: Shape
  var formula: Formula {
    let scatter = self
    return Formula(
      value: "scatter(x)", gradient: "gather(u)",
      functions: [
        "scatter": { scatter.value($0[0]) },
        "gather": { $0[0].gather(scatter.indices, axis: scatter.axis) },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray {
    NDArray.scatterAdd(x, indices: indices, axis: axis, shape: shape)
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream.gather(indices, axis: axis)
  }
}

extension Tensor {
  /// Zeros of `shape` to which the updates are added along the axis at the indices: the transpose
  /// of `gather`.
  /// - Precondition: int32 indices from 0 to the axis's size − 1; updates have `shape` with the
  ///   axis replaced by the axes of `indices`.
  public static func scatterAdd(
    _ updates: Tensor, indices: NDArray, axis: Int = 0, shape: Shape
  ) -> Tensor {
    apply(ScatterAdd(indices: indices, axis: shape.normalizedAxis(axis), shape: shape), updates)
  }
}
