/// What a number must be for a claim to hold.
public enum Criterion: Sendable, Hashable {
  /// No less than a bound.
  case atLeast(Double)
  /// No more than a bound.
  case atMost(Double)
  /// Within a range, its ends included.
  case within(ClosedRange<Double>)

  /// Whether the number is that; NaN never is.
  public func holds(for number: Double) -> Bool {
    switch self {
    case .atLeast(let bound): number >= bound
    case .atMost(let bound): number <= bound
    case .within(let range): range.contains(number)
    }
  }
}
