/// Rows along an axis by number; the gradient is added to the rows it came from.
struct Gather: UnaryOperation {
  static let name = "gather"
  let indices: NDArray
  let axis: Int
  let shape: Shape
  var formula: Formula {
    let gather = self
    return Formula(
      value: "gather(x)", gradient: "scatter(u)",
      functions: [
        "gather": { gather.value($0[0]) },
        "scatter": {
          NDArray.scatterAdd(
            $0[0], indices: gather.indices, axis: gather.axis, shape: gather.shape)
        },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.gather(indices, axis: axis) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    Tensor.scatterAdd(upstream, indices: indices, axis: axis, shape: shape)
  }
}

extension Tensor {
  /// Rows by number: the axis is replaced by the axes of `indices`. A row that is taken several
  /// times gets the sum of its gradients.
  /// - Precondition: int32 indices from 0 to the axis's size − 1.
  public func gather(_ indices: NDArray, axis: Int = 0) -> Tensor {
    apply(Gather(indices: indices, axis: shape.normalizedAxis(axis), shape: shape), self)
  }
}
