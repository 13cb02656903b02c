/// How the numbers of a range are coloured, and what the bar beside the figure says about it.
package struct ColorScale: Sendable {
  package let map: ColorMap
  package let scale: Scale
  /// The bounds between areas of one colour; none where colours run on.
  package let levels: [Double]
  /// The quantity, beside the bar.
  package let label: String

  package init(
    _ map: ColorMap, range: ClosedRange<Double>, label: String, levels: [Double] = [],
    isLogarithmic: Bool = false
  ) {
    self.map = map
    self.label = label
    self.levels = levels
    scale = Scale(
      Axis(scale: isLogarithmic ? .logarithmic : .linear),
      showing: [range.lowerBound, range.upperBound], about: 6, extent: .inside, padding: 0,
      wholeNumbers: false)
  }

  /// Where a number stands in the range, 0…1; in the middle of its area where there are levels.
  package func fraction(_ value: Double) -> Double {
    if levels.isEmpty { return min(1, max(0, scale.fraction(value))) }
    return Double(levels.count { $0 <= value }) / Double(levels.count)
  }

  package func color(_ value: Double) -> RGB { map.color(fraction(value)) }

  /// The bar from the lowest to the highest number, in pieces with the fraction where each ends.
  package var pieces: [(end: Double, color: RGB)] {
    if levels.isEmpty {
      return (0..<48).map { (Double($0 + 1) / 48, map.color((Double($0) + 0.5) / 48)) }
    }
    return (0...levels.count).map { index in
      let end = index == levels.count ? 1 : min(1, max(0, scale.fraction(levels[index])))
      return (end, map.color(Double(index) / Double(levels.count)))
    }
  }
}
