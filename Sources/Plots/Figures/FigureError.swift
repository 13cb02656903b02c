/// What keeps a figure from being drawn.
///
/// The description says where, what was found and what would do:
/// `chart 'Loss', mark 'training': found no points, expected at least one`.
public struct FigureError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sort of failure, for programs that react to it.
  public enum Kind: String, Sendable, CaseIterable {
    /// There is nothing to draw.
    case empty
    /// A number is not finite, too large, or not positive on a logarithmic axis.
    case notDrawable
    /// Parts that do not fit together, such as 3 names for 4 classes.
    case mismatched
    /// More than can be drawn legibly or in reasonable time.
    case tooLarge
  }

  /// The sort of failure.
  public let kind: Kind
  /// The figure, and the place in it.
  public let place: String
  /// What is there.
  public let found: String
  /// What would do.
  public let expected: String

  /// An error of this sort, with the place, what is there and what would do.
  public init(_ kind: Kind, at place: String, found: String, expected: String) {
    self.kind = kind
    self.place = place
    self.found = found
    self.expected = expected
  }

  public var description: String { "\(place): found \(found), expected \(expected)" }

  /// The error of a number that cannot be drawn, or nil where all can.
  package static func firstUndrawable(_ values: [Double], at place: String) -> FigureError? {
    guard let index = values.firstIndex(where: { !Series.isDrawable($0) }) else { return nil }
    return FigureError(
      .notDrawable, at: "\(place)[\(index)]", found: "\(values[index])",
      expected: "a finite number up to 1e300")
  }
}
