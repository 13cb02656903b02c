@_exported import Datasets
@_exported import Layers

/// A rule that changes a model's parameters along their gradients.
public protocol Optimizer: Sendable {
  /// η, above 0.
  var learningRate: Double { get set }
  /// Updates done so far.
  var steps: Int { get }

  /// Changes the trainable parameters in place, all in one kernel.
  /// - Precondition: the gradients are those of this model's trainable parameters.
  mutating func update<Model: Layer>(_ model: inout Model, along gradients: Gradients)

  /// How many arrays of a parameter's size the rule keeps for each parameter, for the estimate of
  /// memory.
  var stateCount: Int { get }

  /// The arrays that the rule carries from step to step, by name and parameter path.
  var state: [(name: String, array: NDArray)] { get }

  /// Takes up a state that was saved after `steps` updates.
  /// - Throws: `StateError` where an array is missing, left over, or of another shape or type; the
  ///   optimizer is then unchanged.
  mutating func restore<Model: Layer>(
    _ state: [String: NDArray], steps: Int, for model: Model) throws
}

extension Optimizer {
  /// 2, as Adam keeps: rather too many than too few.
  public var stateCount: Int { 2 }
}

/// A saved state that does not fit.
public struct StateError: Error, Sendable, CustomStringConvertible {
  /// Every array that is missing, left over, or of another shape or type.
  public let problems: [String]

  /// An error of these problems, a phrase each.
  public init(_ problems: [String]) { self.problems = problems }

  public var description: String { problems.joined(separator: "; ") }
}
