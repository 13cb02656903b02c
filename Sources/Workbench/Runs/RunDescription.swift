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
  /// How many samples it is trained on: another number is shuffled otherwise. Nil in files of
  /// versions that did not count them.
  public var samples: Int?
  /// How samples become the model's input, fitted on the training part.
  public var preparation: InputPreparation
  /// Whether samples are read from image files, and other pictures to be prepared as these; nil for no.
  public var readsImageFiles: Bool?
  /// Engine, instruction set and threads that the run was started with.
  public var environment: TrainingEnvironment

  /// A new run's description.
  /// - Parameters:
  ///   - request: What is to be trained, on what, and how.
  ///   - network: The network.
  ///   - training: The training part.
  /// - Throws: `WorkbenchError` for a normalisation that does not go with the samples.
  init(_ request: TrainRequest, _ network: Network, _ training: Dataset) throws {
    let preparation: InputPreparation
    var request = request
    if request.transfer != nil, request.normalization == nil {
      request.normalization = .published(request.model, channels: network.input[0])
    }
    do {
      preparation = try (request.normalization ?? .data).preparation(for: training)
    } catch {
      throw WorkbenchError(error)
    }
    version = GradusVersion.text
    self.request = request.withAbsolutePaths
    input = Array(network.input)
    classNames = training.classNames
    samples = training.count
    self.preparation = preparation
    readsImageFiles = training.isOfImageFiles ? true : nil
    environment = .current
  }

  /// How images in files become samples like those that the run is trained on.
  var images: ImageOptions {
    let shape = preparation.sampleShape
    return ImageOptions(
      size: shape.rank == 3 ? ImageOptions.Size(height: shape[1], width: shape[2]) : nil,
      channels: shape.rank == 3 ? shape[0] : nil,
      corrupt: request.corruptImages ?? .stop)
  }
}

extension TrainRequest {
  /// The same with paths that hold in whatever folder the run is evaluated or gone on with.
  fileprivate var withAbsolutePaths: TrainRequest {
    func absolute(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.path
    }
    var request = self
    if !DataCatalog.names.contains(data) { request.data = absolute(data) }
    if let file = startingWeights?.file { request.startingWeights?.file = absolute(file) }
    return request
  }
}
