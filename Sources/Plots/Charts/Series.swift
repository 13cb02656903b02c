/// A named sequence of points, joined in their order.
public struct Series: Sendable, Hashable {
  /// A point in the data's own units.
  public struct Point: Sendable, Hashable {
    /// Along the horizontal axis.
    public var x: Double
    /// Along the vertical axis.
    public var y: Double

    /// A point; any value will do, though not all can be drawn.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// The largest magnitude that can be drawn: beyond it the span of an axis might overflow.
  package static let limit = 1e300

  /// What the legend says.
  public var name: String

  /// A point with a coordinate that is not finite, or beyond ±1e300, is not drawn and breaks the
  /// line.
  public var points: [Point]

  /// A series of `points`, whose x need not ascend.
  public init(_ name: String, points: [Point]) {
    self.name = name
    self.points = points
  }

  /// A series over the numbers `first`, `first + 1`, …, such as a loss for each epoch.
  public init(_ name: String, values: [Double], from first: Int = 1) {
    self.init(
      name,
      points: values.enumerated().map { Point(x: Double(first + $0.offset), y: $0.element) })
  }

  /// Whether a number is finite and not beyond ±1e300.
  package static func isDrawable(_ value: Double) -> Bool { abs(value) <= limit }
}

extension Series.Point {
  package var isDrawable: Bool {
    Series.isDrawable(x) && Series.isDrawable(y)
  }
}
