import Foundation

/// `run.yaml`: everything needed to repeat a run and to use its model.
public struct RunDescription: Sendable, Codable {
  /// Version of this file.
  public var format = 1
  /// The version of Gradus that wrote it.
  public var version: String
  public var request: TrainRequest
  /// The shape of an input of the model.
  public var input: [Int]
  public var classNames: [String]
  public var preparation: InputPreparation
  public var environment: TrainingEnvironment
}
