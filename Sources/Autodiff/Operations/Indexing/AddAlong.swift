/// Zeros to which one element a place along an axis is added: the transpose of `TakeAlong`.
struct AddAlong: UnaryOperation {
  static let name = "addAlong"
  let indices: NDArray
  let axis: Int
  let shape: Shape
  var formula: Formula {
    let add = self
    return Formula(
      value: "add(x)", gradient: "take(u)",
      functions: [
        "add": { add.value($0[0]) },
        "take": { $0[0].takeAlong(add.indices, axis: add.axis) },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray {
    NDArray.addAlong(x, indices: indices, axis: axis, shape: shape)
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream.takeAlong(indices, axis: axis)
  }
}

extension Tensor {
  /// Zeros of `shape` to which the updates are added at takeAlong's places: its transpose.
  /// - Precondition: int32 indices from 0 to the axis's size − 1; updates have the indices' shape.
  public static func addAlong(
    _ updates: Tensor, indices: NDArray, axis: Int, shape: Shape
  ) -> Tensor {
    apply(AddAlong(indices: indices, axis: shape.normalizedAxis(axis), shape: shape), updates)
  }
}
