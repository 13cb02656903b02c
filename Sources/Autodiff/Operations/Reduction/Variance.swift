/// Variance over axes, kept with size 1: the squared deviations from the mean, summed and divided
/// by n − `correction`; ∂y/∂x = 2 (x − mean) / (n − correction).
struct Variance: UnaryOperation {
  static let name = "variance"
  let axes: [Int]
  let shape: Shape
  /// 0 for the biased form, 1 for the unbiased one.
  let correction: Int
  var count: Int { axes.reduce(1) { $0 * shape[$1] } }
  var formula: Formula {
    let axes = axes
    return Formula(
      value: "sum((x - mean(x)) ^ 2) / \(count - correction)",
      gradient: "u * 2 * (x - mean(x)) / \(count - correction)",
      functions: [
        "sum": { $0[0].sum(axes: axes, keepingAxes: true) },
        "mean": { $0[0].mean(axes: axes, keepingAxes: true) },
      ])
  }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray {
    x.variance(axes: axes, keepingAxes: true, unbiased: correction == 1)
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let x = saved.x
    let deviation = x - x.mean(axes: axes, keepingAxes: true)
    return deviation * upstream * (2 / Double(count - correction))
  }
}

extension Tensor {
  /// The mean squared deviation from the mean, Σ (x − x̄)² / n, over the axes, all where nil.
  ///
  /// - Parameters:
  ///   - axes: Axes to take it over, negative ones counted from the last.
  ///   - keepingAxes: Whether those axes stay, with size 1.
  ///   - unbiased: Whether to divide by n − 1; false by default, unlike PyTorch's `var`.
  public func variance(
    axes: [Int]? = nil, keepingAxes: Bool = false, unbiased: Bool = false
  ) -> Tensor {
    reduced(along: axes, keepingAxes: keepingAxes) {
      apply(Variance(axes: $0, shape: shape, correction: unbiased ? 1 : 0), self)
    }
  }
}
