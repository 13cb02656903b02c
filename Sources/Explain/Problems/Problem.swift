/// A problem that can be worked out.
public protocol Problem: Sendable {
  /// The kind's name in problem files: `network`, `expression`, ….
  static var kind: String { get }

  /// The worked solution.
  /// - Parameter options: How it is to be written.
  /// - Throws: `ProblemError` with the place, what was found and what would do.
  func solved(_ options: ExplainOptions) throws -> Solution
}

/// A problem of several updates.
public protocol IteratedProblem: Problem {
  /// The number of updates, at least 1.
  var iterations: Int { get set }
}
