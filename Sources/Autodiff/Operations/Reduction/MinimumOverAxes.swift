/// The smallest element over axes, kept with size 1; its gradient goes to the first of equal elements.
struct MinimumOverAxes: UnaryOperation {
  static let name = "minimum"
  let axes: [Int]
  var formula: Formula {
    let axes = axes
    return Formula(
      value: "minimum(x)", gradient: "u * first(x)",
      functions: [
        "minimum": { $0[0].minimum(axes: axes, keepingAxes: true) },
        "first": { (-$0[0]).firstMaximumMask(axes: axes) },
      ])
  }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.minimum(axes: axes, keepingAxes: true) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor((-saved.x.array).firstMaximumMask(axes: axes))
  }
}

extension Tensor {
  /// The smallest element over the axes, all of them where nil; its gradient goes to the first of
  /// equal elements.
  public func minimum(axes: [Int]?, keepingAxes: Bool = false) -> Tensor {
    reduced(along: axes, keepingAxes: keepingAxes) { apply(MinimumOverAxes(axes: $0), self) }
  }
}
