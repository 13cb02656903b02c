/// How many of a list of numbers fall into each of a row of intervals of one width. An interval
/// holds its lower bound; the last one holds its upper bound too.
public struct Histogram: Sendable, Hashable {
  /// The intervals' bounds, one more than there are intervals.
  public let edges: [Double]
  /// How many numbers are in each interval.
  public let counts: [Int]
  /// How many numbers are in none.
  public let outside: Int

  /// Counts numbers.
  ///
  /// - Parameters:
  ///   - values: those that are not finite are in no interval.
  ///   - bins: how many intervals, at least 1 and at most 10,000; nil for the rule of Freedman and
  ///     Diaconis, within 5…100.
  ///   - range: what they cover; nil for all values.
  /// - Source: D. Freedman and P. Diaconis, "On the Histogram as a Density Estimator", 1981: a
  ///   width of twice the interquartile range divided by the third root of the count.
  public init(_ values: [Double], bins: Int? = nil, range: ClosedRange<Double>? = nil) {
    let finite = values.filter(Series.isDrawable).sorted()
    let range = Ticks.widened(range ?? (finite.first ?? 0)...(finite.last ?? 1))
    let (low, high) = (range.lowerBound, range.upperBound)
    let count = bins.map { min(10_000, max(1, $0)) } ?? Histogram.count(finite, in: range)
    let edges = (0...count).map { index in
      let share = Double(index) / Double(count)
      return index == count ? high : low * (1 - share) + high * share
    }
    var counts = Array(repeating: 0, count: count)
    var inside = 0
    for value in finite where range.contains(value) {
      var bin = min(count - 1, Int((value - low) / (high - low) * Double(count)))
      // The quotient is rounded: the bounds themselves decide.
      while bin > 0 && value < edges[bin] { bin -= 1 }
      while bin < count - 1 && value >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
      inside += 1
    }
    self.edges = edges
    self.counts = counts
    outside = values.count - inside
  }

  /// The counts divided by all that were counted and by the interval's width: areas that add up
  /// to 1.
  public var densities: [Double] {
    let total = max(1, counts.reduce(0, +))
    return counts.indices.map { Double(counts[$0]) / Double(total) / (edges[$0 + 1] - edges[$0]) }
  }

  private static func count(_ sorted: [Double], in range: ClosedRange<Double>) -> Int {
    guard sorted.count > 1 else { return 5 }
    let quartile = { (share: Double) in sorted[Int(share * Double(sorted.count - 1))] }
    let width =
      2 * (quartile(0.75) - quartile(0.25)) / power(Double(sorted.count), 1.0 / 3)
    let count = (range.upperBound - range.lowerBound) / width
    return count.isFinite ? min(100, max(5, Int(count.rounded(.up)))) : 20
  }
}
