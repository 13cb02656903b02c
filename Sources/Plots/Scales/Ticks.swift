/// Round positions on an axis with their labels: whole multiples of 1, 2 or 5 × 10ⁿ, powers of ten
/// on a logarithmic axis, or names.
///
/// Labels have just the decimals that the step needs; where they would grow long they share a power
/// of a thousand (`0.5e6`, `1.0e6`, …, `10.0e6`).
///
/// - Source: P. S. Heckbert, "Nice Numbers for Graph Labels", Graphics Gems, 1990; values are
///   computed as integers times a power of ten, so that 3 × 0.1 is 0.3.
public struct Ticks: Sendable, Hashable {
  /// Which multiples of the step to take.
  public enum Extent: Sendable {
    /// Those within the range.
    case inside
    /// Those within and the next one on either side, unless the range ends on a multiple.
    case around
  }

  /// The positions, ascending, in the data's units.
  public let values: [Double]

  /// A label for each of `values`.
  public let labels: [String]

  /// The distance between neighbours: 1, 2 or 5 × 10ⁿ; 1 for names; on a logarithmic axis the
  /// ratio of neighbours where it is the same for all, and 0 where it is not.
  public let step: Double

  package init(values: [Double], labels: [String], step: Double) {
    self.values = values
    self.labels = labels
    self.step = step
  }

  /// Names at 0, 1, 2, ….
  package init(categories names: [String]) {
    self.init(values: names.indices.map(Double.init), labels: names, step: 1)
  }

  /// Ticks for a range of values.
  ///
  /// - Parameters:
  ///   - range: finite, its magnitude at most 1e300. One that is (nearly) a single number is
  ///     widened by a tenth of that number, or to −1…1 where the number is 0.
  ///   - count: how many intervals at most, inside the range; at least 1.
  ///   - wholeNumbers: no step below 1, as befits epochs.
  ///   - extent: which multiples of the step to take.
  public init(
    covering range: ClosedRange<Double>, about count: Int = 5, wholeNumbers: Bool = false,
    extent: Extent = .inside
  ) {
    let range = Ticks.widened(range)
    let least = (range.upperBound - range.lowerBound) / Double(max(1, count))
    var exponent = NumberText.decimalExponent(least)
    // The first nice number that is not below `least`; the tolerance forgives its rounding.
    let lead = least / NumberText.powerOfTen(exponent) * (1 - 1e-9)
    var factor = [1, 2, 5].first { Double($0) >= lead } ?? 10
    if factor == 10 { (factor, exponent) = (1, exponent + 1) }
    if wholeNumbers && exponent < 0 { (factor, exponent) = (1, 0) }

    func position(_ multiple: Int) -> Double {
      let whole = Double(multiple * factor)
      return exponent < 0
        ? whole / NumberText.powerOfTen(-exponent) : whole * NumberText.powerOfTen(exponent)
    }
    step = position(1)
    let (low, high) = (range.lowerBound / step, range.upperBound / step)
    let (first, last) =
      switch extent {
      case .inside: ((low - 1e-6).rounded(.up), (high + 1e-6).rounded(.down))
      case .around: ((low + 1e-6).rounded(.down), (high - 1e-6).rounded(.up))
      }
    let values = first <= last ? (Int(first)...Int(last)).map(position) : []
    self.values = values
    labels = Ticks.labels(of: values, exponent: exponent)
  }

  /// A range that is wide enough to tell its ends apart.
  package static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let (low, high) = (range.lowerBound, range.upperBound)
    let magnitude = max(abs(low), abs(high))
    if magnitude < 1e-290 { return -1...1 }
    if high - low > magnitude * 1e-12 { return range }
    return (low - magnitude / 10)...(high + magnitude / 10)
  }

  private static func labels(of values: [Double], exponent: Int) -> [String] {
    let magnitude = values.map(abs).max() ?? 0
    guard magnitude >= 1e6 || exponent < -4, magnitude > 0 else {
      return values.map { NumberText.fixed($0, decimals: max(0, -exponent)) }
    }
    let thousands = (Double(NumberText.decimalExponent(magnitude)) / 3).rounded(.down)
    let shared = 3 * Int(thousands)
    let unit = NumberText.powerOfTen(shared)
    return values.map {
      $0 == 0
        ? "0" : NumberText.fixed($0 / unit, decimals: max(0, shared - exponent)) + "e\(shared)"
    }
  }
}
