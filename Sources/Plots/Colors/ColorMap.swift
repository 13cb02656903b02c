/// Colours for the numbers of a range.
public enum ColorMap: String, Sendable, Hashable, CaseIterable {
  /// From dark violet through green to yellow, in even steps of lightness, so that it reads in
  /// greys too and for people with colour vision deficiencies.
  ///
  /// - Source: S. van der Walt and N. Smith, "viridis", 2015; ten of its colours.
  case sequential
  /// From blue for negative numbers through white for 0 to red for positive ones. The range is
  /// taken as far in both directions.
  ///
  /// - Source: C. Brewer, ColorBrewer 2.0, "RdBu" of eleven classes, turned round.
  case diverging
  /// From black to white.
  case gray

  private static let stops: [ColorMap: [RGB]] = [
    .sequential: [
      "#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6DCD59",
      "#B4DE2C", "#FDE725",
    ].map(RGB.init),
    .diverging: [
      "#053061", "#2166AC", "#4393C3", "#92C5DE", "#D1E5F0", "#F7F7F7", "#FDDBC7", "#F4A582",
      "#D6604D", "#B2182B", "#67001F",
    ].map(RGB.init),
    .gray: [.black, .white],
  ]

  /// The colour at a fraction of the way, 0…1; anything else is brought into that range.
  package func color(_ fraction: Double) -> RGB {
    let stops = ColorMap.stops[self] ?? [.black, .white]
    let place = (fraction.isNaN ? 0 : min(1, max(0, fraction))) * Double(stops.count - 1)
    let index = min(stops.count - 2, Int(place))
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }

  /// The range that the map shows for numbers of a range: as far on both sides of 0 where the map
  /// has two sides, and never a single number.
  package func range(showing range: ClosedRange<Double>) -> ClosedRange<Double> {
    guard self == .diverging else { return Ticks.widened(range) }
    let limit = max(abs(range.lowerBound), abs(range.upperBound))
    return limit > 0 ? -limit...limit : -1...1
  }
}
