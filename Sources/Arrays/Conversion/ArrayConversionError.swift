/// Bytes or lists from outside that make no array.
public struct ArrayConversionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where: `bytes`, `byte 12`, or `nested[1]`.
  public let place: String
  /// What stands there.
  public let found: String
  /// What would do.
  public let expected: String

  /// An error of these parts.
  public init(place: String, found: String, expected: String) {
    self.place = place
    self.found = found
    self.expected = expected
  }

  /// `place: found this, expected that`.
  public var description: String { "\(place): found \(found), expected \(expected)" }
}
