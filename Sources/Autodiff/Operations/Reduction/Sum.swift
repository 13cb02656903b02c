/// Sum over axes, kept with size 1; ∂y/∂x = 1.
struct Sum: UnaryOperation {
  static let name = "sum"
  let axes: [Int]
  let shape: Shape
  var formula: Formula {
    let (axes, shape) = (axes, shape)
    return Formula(
      value: "sum(x)", gradient: "stretch(u)",
      functions: [
        "sum": { $0[0].sum(axes: axes, keepingAxes: true) },
        "stretch": { $0[0].broadcast(to: shape) },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.sum(axes: axes, keepingAxes: true) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { upstream.broadcast(to: shape) }
}

extension Tensor {
  /// The sum over the axes, all of them where nil; 0 over nothing.
  public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduced(along: axes, keepingAxes: keepingAxes) { apply(Sum(axes: $0, shape: shape), self) }
  }

  /// Applies a reduction that keeps its axes, and removes them unless they are to be kept.
  func reduced(
    along axes: [Int]?, keepingAxes: Bool, _ reduction: ([Int]) -> Tensor
  ) -> Tensor {
    let chosen = Set((axes ?? Array(0..<rank)).map(shape.normalizedAxis)).sorted()
    let kept = reduction(chosen)
    return keepingAxes ? kept : kept.reshaped(shape.reduced(along: chosen, keepingAxes: false))
  }

  /// Sums away the axes along which a tensor of shape `target` was stretched to this shape.
  package func summed(to target: Shape) -> Tensor {
    if target == shape { return self }
    if node == nil { return Tensor(array.summed(to: target)) }
    let axes = (0..<rank).filter { axis in
      let from = axis - (rank - target.rank)
      return from < 0 || (target[from] == 1 && shape[axis] != 1)
    }
    return sum(axes: axes, keepingAxes: true).reshaped(target)
  }
}
