/// A problem that cannot be worked out as it stands.
public struct ProblemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where in the problem, such as `layers[1].weight`; empty for the whole.
  public let place: String
  /// What was found and what would do.
  public let message: String

  /// - Parameters:
  ///   - place: Where in the problem; empty for the whole.
  ///   - message: What was found and what would do.
  public init(_ place: String, _ message: String) {
    self.place = place
    self.message = message
  }

  public var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
