@_exported import Datasets
@_exported import Layers

/// A rule that changes a model's parameters along their gradients.
public protocol Optimizer: Sendable {
  /// η, above 0.
  var learningRate: Double { get set }
  /// Updates done so far.
  var steps: Int { get }

  /// Changes the trainable parameters in place, all in one kernel.
  /// - Precondition: the gradients are those of this model's trainable parameters, taken at the
  ///   `gradientPoint`; there are settings for all of these parameters or for none.
  mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: Gradients, settings: UpdateSettings)

  /// The model at whose parameters the next gradient is to be taken; nil where it is this model.
  func gradientPoint<Model: Layer>(of model: Model, settings: UpdateSettings) -> Model?

  /// Why the rule needs the gradient of the whole training set, as a clause; nil where
  /// mini-batches will do. A `Trainer` refuses other batches with this reason.
  var reasonForWholeBatch: String? { get }

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

  /// nil: the gradient is taken at the model's own parameters.
  public func gradientPoint<Model: Layer>(of model: Model, settings: UpdateSettings) -> Model? {
    nil
  }

  /// nil: mini-batches will do.
  public var reasonForWholeBatch: String? { nil }

  /// Changes the trainable parameters in place, all by the rule's own numbers.
  /// - Precondition: the gradients are those of this model's trainable parameters.
  public mutating func update<Model: Layer>(_ model: inout Model, along gradients: Gradients) {
    update(&model, along: gradients, settings: UpdateSettings())
  }
}

/// A saved state that does not fit.
public struct StateError: Error, Sendable, CustomStringConvertible {
  /// Every array that is missing, left over, or of another shape or type.
  public let problems: [String]

  /// An error of these problems, a phrase each.
  public init(_ problems: [String]) { self.problems = problems }

  public var description: String { problems.joined(separator: "; ") }
}
