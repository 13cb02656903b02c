/// The largest element over axes, kept with size 1; its gradient goes to the first of equal elements.
struct MaximumOverAxes: UnaryOperation {
  static let name = "maximum"
  let axes: [Int]
  var formula: Formula {
    let axes = axes
    return Formula(
      value: "maximum(x)", gradient: "u * first(x)",
      functions: [
        "maximum": { $0[0].maximum(axes: axes, keepingAxes: true) },
        "first": { $0[0].firstMaximumMask(axes: axes) },
      ])
  }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.maximum(axes: axes, keepingAxes: true) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * Tensor(saved.x.array.firstMaximumMask(axes: axes))
  }
}

extension Tensor {
  /// The largest element over the axes, all of them where nil; its gradient goes to the first of
  /// equal elements.
  public func maximum(axes: [Int]?, keepingAxes: Bool = false) -> Tensor {
    reduced(along: axes, keepingAxes: keepingAxes) { apply(MaximumOverAxes(axes: $0), self) }
  }
}

extension NDArray {
  /// 1 at the first largest element over the axes, in row-major order of those axes, else 0.
  func firstMaximumMask(axes: [Int]) -> NDArray {
    if elementCount == 0 { return self }
    let kept = (0..<rank).filter { !axes.contains($0) }
    let order = kept + axes
    let moved = permuted(order)
    let width = axes.reduce(1) { $0 * shape[$1] }
    let places = moved.reshaped([elementCount / width, width]).argumentOfMaximum(axis: 1)
    let mask = places.oneHot(depth: width, dtype: dtype).reshaped(moved.shape)
    return mask.permuted(order.indices.map { order.firstIndex(of: $0)! })
  }
}
