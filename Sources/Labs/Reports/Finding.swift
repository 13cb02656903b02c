import Explain

/// A statement that a number decides.
public struct Finding: Sendable {
  /// What is said, such as "the network errs on no row of XOR".
  public let statement: Prose
  /// The number that decides it.
  public let measured: Double
  /// What the number must be.
  public let criterion: Criterion

  /// Whether the statement holds.
  public var passed: Bool { criterion.holds(for: measured) }
}

/// A number that a lab measured, for scripts.
public struct Measure: Sendable {
  /// The name, such as `test-error-degree-9`.
  public let name: String
  /// The number.
  public let value: Double
}
