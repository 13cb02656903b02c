/// One element a place along an axis; the gradient is added where the elements came from.
struct TakeAlong: UnaryOperation {
  static let name = "takeAlong"
  let indices: NDArray
  let axis: Int
  let shape: Shape
  var formula: Formula {
    let take = self
    return Formula(
      value: "take(x)", gradient: "add(u)",
      functions: [
        "take": { take.value($0[0]) },
        "add": {
          NDArray.addAlong($0[0], indices: take.indices, axis: take.axis, shape: take.shape)
        },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.takeAlong(indices, axis: axis) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(AddAlong(indices: indices, axis: axis, shape: shape), upstream)
  }
}

extension Tensor {
  /// One element a place along the axis: `indices` have this shape but along the axis.
  /// - Precondition: int32 indices from 0 to the axis's size − 1.
  public func takeAlong(_ indices: NDArray, axis: Int) -> Tensor {
    apply(TakeAlong(indices: indices, axis: shape.normalizedAxis(axis), shape: shape), self)
  }

  /// The largest `count` elements along the last axis, descending, with their places (int32); of
  /// equal ones the first comes first.
  /// - Shapes: [.., K] → both [.., count]
  /// - Precondition: 0 ≤ count ≤ the last axis's size.
  public func topK(_ count: Int) -> (values: Tensor, indices: NDArray) {
    let indices = array.topK(count).indices
    return (takeAlong(indices, axis: -1), indices)
  }
}
