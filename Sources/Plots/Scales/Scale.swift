/// An axis as it is drawn: the interval that it shows and the ticks on it.
package struct Scale: Sendable {
  /// The ends, as their logarithms to the base of ten on a logarithmic axis.
  package let lower: Double
  package let upper: Double
  package let ticks: Ticks
  package let isLogarithmic: Bool
  package let isReversed: Bool
  package let isCategorical: Bool

  /// The least number on a logarithmic axis, as far from 1 as the largest one.
  package static let leastPositive = 1 / Series.limit

  /// - Parameters:
  ///   - values: what has to be shown; none gives 0…1. All whole numbers give whole ticks.
  ///   - extent: `.around` ends the axis on a tick, `.inside` on the outermost value.
  package init(showing values: [Double], about count: Int, extent: Ticks.Extent) {
    self.init(Axis(), showing: values, about: count, extent: extent, padding: 0)
  }

  /// - Parameters:
  ///   - padding: the share of the interval that is left free at either end, where the axis does
  ///     not say what it shows.
  ///   - wholeNumbers: whether there are whole ticks only; nil for that all values are whole.
  package init(
    _ axis: Axis, showing values: [Double], about count: Int, extent: Ticks.Extent, padding: Double,
    wholeNumbers: Bool? = nil
  ) {
    let areWhole =
      values.allSatisfy { $0 == $0.rounded() && abs($0) < 1e9 } && !values.isEmpty
    isReversed = axis.isReversed
    isLogarithmic = axis.scale == .logarithmic
    let extent = axis.range == nil ? extent : .inside
    let padding = axis.range == nil ? padding : 0
    let values = axis.range.map { [$0.lowerBound, $0.upperBound] } ?? values
    switch axis.scale {
    case .categories(let names):
      isCategorical = true
      ticks = Ticks(categories: names)
      (lower, upper) =
        axis.range.map { ($0.lowerBound, $0.upperBound) }
        ?? (min(values.min() ?? 0, -0.5), max(values.max() ?? 0, Double(max(1, names.count)) - 0.5))
    case .logarithmic:
      isCategorical = false
      let positive = values.filter { $0 >= Scale.leastPositive }
      var low = decimalLogarithm(positive.min() ?? 1)
      var high = decimalLogarithm(positive.max() ?? 10)
      if high - low < 1e-9 { (low, high) = (low - 0.2, high + 0.2) }
      let margin = padding * (high - low)
      (low, high) = (max(-300, low - margin), min(300, high + margin))
      ticks = Ticks(logarithmic: power(10, low)...power(10, high), about: count, extent: extent)
      if extent == .around, let first = ticks.values.first, let last = ticks.values.last {
        (low, high) = (min(low, decimalLogarithm(first)), max(high, decimalLogarithm(last)))
      }
      (lower, upper) = (low, high)
    case .linear:
      isCategorical = false
      var (low, high) = (values.min() ?? 0, values.max() ?? 1)
      var range = Ticks.widened(low...high)
      let margin = padding * (range.upperBound - range.lowerBound)
      range = (range.lowerBound - margin)...(range.upperBound + margin)
      ticks = Ticks(
        covering: range, about: count, wholeNumbers: wholeNumbers ?? areWhole, extent: extent)
      (low, high) = (range.lowerBound, range.upperBound)
      if extent == .around, let first = ticks.values.first, let last = ticks.values.last {
        (low, high) = (min(low, first), max(high, last))
      }
      (lower, upper) = (low, high)
    }
  }

  /// Where `value` stands between the axis's ends: 0 at the left or lower, 1 at the right or upper
  /// one.
  package func fraction(_ value: Double) -> Double {
    let place = ((isLogarithmic ? decimalLogarithm(value) : value) - lower) / (upper - lower)
    return isReversed ? 1 - place : place
  }

  /// The value at a fraction of the way.
  package func value(at fraction: Double) -> Double {
    let place = lower + (isReversed ? 1 - fraction : fraction) * (upper - lower)
    return isLogarithmic ? power(10, place) : place
  }

  /// Whether the axis has a place for `value`, if perhaps outside of what is shown.
  package func hasPlace(for value: Double) -> Bool {
    Series.isDrawable(value) && (!isLogarithmic || value >= Scale.leastPositive)
  }
}
