import Foundation

/// `run.yaml`: everything needed to repeat a run and to use its model.
public struct RunDescription: Sendable, Codable {
  /// Version of this file.
  public var format = 1
  /// The version of Gradus that wrote it.
  public var version: String
  /// What was to be trained, on what, and how.
  public var request: TrainRequest
  /// The shape of an input of the model.
  public var input: [Int]
  /// The name of each class.
  public var classNames: [String]
  /// How samples become the model's input, fitted on the training part.
  public var preparation: InputPreparation
  /// Engine, instruction set and threads that the run was started with.
  public var environment: TrainingEnvironment

  /// How images in files become samples like those that the run is trained on.
  var images: ImageOptions {
    let shape = preparation.sampleShape
    return ImageOptions(
      size: shape.rank == 3 ? ImageOptions.Size(height: shape[1], width: shape[2]) : nil,
      corrupt: request.corruptImages ?? .stop)
  }
}
