/// What stands along a side of a chart, and how numbers are placed there.
///
/// A text is an axis of that label: `Chart("Loss", x: "epoch", y: Axis("loss", unit: "nats"), …)`.
public struct Axis: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// How numbers are placed along an axis.
  public enum Scale: Sendable, Hashable {
    /// Equal differences are equally far apart.
    case linear
    /// Equal ratios are equally far apart. Numbers that are not positive cannot be shown.
    case logarithmic
    /// Names at 0, 1, 2, ….
    case categories([String])
  }

  /// The quantity; may be empty.
  public var label: String
  /// The quantity's unit, shown in brackets behind it; may be empty.
  public var unit: String
  /// How numbers are placed.
  public var scale: Scale
  /// What is shown; nil shows all that the marks have. What is outside is left out.
  public var range: ClosedRange<Double>?
  /// Whether numbers run to the left, or downwards as the rows of a matrix do.
  public var isReversed: Bool

  /// An axis; see the properties of the same names.
  public init(
    _ label: String = "", unit: String = "", scale: Scale = .linear,
    range: ClosedRange<Double>? = nil, isReversed: Bool = false
  ) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.range = range
    self.isReversed = isReversed
  }

  /// A linear axis of that label.
  public init(stringLiteral value: String) {
    self.init(value)
  }

  /// `loss (nats)`
  package var title: String {
    unit.isEmpty ? label : label.isEmpty ? unit : "\(label) (\(unit))"
  }
}
