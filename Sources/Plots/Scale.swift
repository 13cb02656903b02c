/// An axis: the interval that it shows and the ticks on it.
package struct Scale: Sendable {
  package let lower: Double
  package let upper: Double
  package let ticks: Ticks

  /// - Parameters:
  ///   - values: what has to be shown; none gives 0…1. All whole numbers give whole ticks.
  ///   - extent: `.around` ends the axis on a tick, `.inside` on the outermost value.
  package init(showing values: [Double], about count: Int, extent: Ticks.Extent) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    let wholeNumbers = values.allSatisfy { $0 == $0.rounded() && abs($0) < 1e9 } && !values.isEmpty
    let range = Ticks.widened(low...high)
    ticks = Ticks(covering: range, about: count, wholeNumbers: wholeNumbers, extent: extent)
    (low, high) = (range.lowerBound, range.upperBound)
    if extent == .around, let first = ticks.values.first, let last = ticks.values.last {
      (low, high) = (min(low, first), max(high, last))
    }
    (lower, upper) = (low, high)
  }

  /// Where `value` stands between the axis's ends: 0 at the lower, 1 at the upper one.
  package func fraction(_ value: Double) -> Double {
    (value - lower) / (upper - lower)
  }
}
