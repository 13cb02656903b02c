/// Arithmetic mean over axes, kept with size 1; ∂y/∂x = 1/n.
struct Mean: UnaryOperation {
  static let name = "mean"
  let axes: [Int]
  let shape: Shape
  var count: Int { axes.reduce(1) { $0 * shape[$1] } }
  var formula: Formula {
    let (axes, shape) = (axes, shape)
    return Formula(
      value: "sum(x) / \(count)", gradient: "stretch(u) / \(count)",
      functions: [
        "sum": { $0[0].sum(axes: axes, keepingAxes: true) },
        "stretch": { $0[0].broadcast(to: shape) },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.mean(axes: axes, keepingAxes: true) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    (upstream / Double(count)).broadcast(to: shape)
  }
}

extension Tensor {
  /// The arithmetic mean over the axes, all of them where nil; NaN over nothing.
  public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduced(along: axes, keepingAxes: keepingAxes) { apply(Mean(axes: $0, shape: shape), self) }
  }
}
