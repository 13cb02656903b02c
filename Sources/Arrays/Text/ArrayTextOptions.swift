/// How arrays are written as text; the defaults are NumPy's.
public struct ArrayTextOptions: Sendable, Hashable {
  /// The most elements that are written in full; of larger arrays only the edges are. 1000.
  public var threshold: Int
  /// Elements shown at each end of an axis of a shortened array, at least 1. 3.
  public var edgeItems: Int
  /// The most digits after the point, at least 0. 8.
  public var precision: Int
  /// Characters after which a line is broken. 75.
  public var lineWidth: Int

  /// - Precondition: `edgeItems` of at least 1, the others of at least 0.
  public init(threshold: Int = 1000, edgeItems: Int = 3, precision: Int = 8, lineWidth: Int = 75) {
    self.threshold = threshold
    self.edgeItems = edgeItems
    self.precision = precision
    self.lineWidth = lineWidth
    check()
  }

  /// Traps on numbers that make no sense; they may have been set after `init`.
  func check() {
    guard threshold >= 0, edgeItems >= 1, precision >= 0, lineWidth >= 0 else {
      fatalError(
        "ArrayTextOptions: threshold \(threshold), edgeItems \(edgeItems), precision \(precision), "
          + "lineWidth \(lineWidth); expected at least 1 for edgeItems, 0 for the others")
    }
  }
}
