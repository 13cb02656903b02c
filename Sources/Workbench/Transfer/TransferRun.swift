import Formats
import Foundation

/// A network that was trained for another task, used for this one: the work behind `gradus transfer`.
///
/// With frozen layers each sample's features are computed once, batch by batch; see
/// `FeatureExtractor`. Fine-tuning is a ``TrainRun`` from given weights.
public struct TransferRun: Sendable {
  /// What came of it.
  public enum Outcome: Sendable {
    /// The features of all parts of the data have been saved: `count` for each of so many samples.
    case features(file: String, count: Int, samples: Int, skipped: SkippedImages)
    /// The run was stopped before all features were there, or its task cancelled; nothing is kept, and
    /// no folder left.
    case stopped
    /// A model has been trained.
    case trained(TrainRun.Result)
  }

  private enum Work: Sendable {
    case training(TrainRun)
    case frozen(FrozenFeatures)
  }

  private var work: Work

  /// Sets up a run.
  ///
  /// - Parameters:
  ///   - request: What is trained, on what, and how: with `transfer` and `startingWeights`. Without
  ///     an image size, images are brought to the size that the model of the catalogue is meant for, or
  ///     that a network file has as its input; without a normalisation they are normalised as published
  ///     weights of the model want it.
  ///   - out: The folder; nil takes the next free one in `runs/`.
  /// - Throws: `WorkbenchError` before anything is written.
  public init(_ request: TrainRequest, out: String?) throws {
    var request = request
    guard let way = request.transfer, var weights = request.startingWeights else {
      throw WorkbenchError(
        .usage, "--weights", "is missing: the file of the weights that are to be used")
    }
    weights.hasNewClassifier = true
    weights.rateBelow = way == .fineTune ? weights.rateBelow ?? 0.1 : nil
    request.startingWeights = weights
    let size = try Network.imageSize(of: request.model)
    if let size, size.height == size.width { request.imageSize = request.imageSize ?? size.height }
    work =
      way == .fineTune
      ? .training(try TrainRun(request, out: out)) : .frozen(try FrozenFeatures(request, out: out))
  }

  /// Computes features, trains, and writes what came of it.
  ///
  /// - Parameters:
  ///   - logger: Told what training tells; see ``TrainRun``.
  ///   - shouldStop: Asked after each step of training and each batch of features.
  ///   - progress: Called with the name of a part of the data, samples whose features are done, and
  ///     all of them.
  ///   - report: Called with what training reports.
  /// - Throws: `WorkbenchError` where training diverged or a file cannot be written.
  public mutating func run(
    logger: Logger = .silent, shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: (String, Int, Int) -> Void = { _, _, _ in }, report: (TrainRun.Event) throws -> Void
  ) throws -> Outcome {
    do {
      switch work {
      case .training(var run):
        return .trained(try run.run(logger: logger, shouldStop: shouldStop, report: report))
      case .frozen(let run):
        return try run.perform(
          logger: logger, shouldStop: shouldStop, progress: progress, report: report)
      }
    } catch {
      throw WorkbenchError(error)
    }
  }
}
