import Formats
import Foundation
import Plots

/// A trained model on a data set: the work behind `gradus evaluate`.
public enum EvaluateRun {
  /// What an evaluation found.
  public struct Result: Sendable {
    /// Loss, accuracy and confusion matrix.
    public let metrics: ClassificationMetrics
    /// The name of each class.
    public let classNames: [String]
    /// The data set's name.
    public let data: String
    /// Damaged samples that were left out.
    public let skipped: Int

    /// What `gradus evaluate --json` prints, for scripts to read.
    public var json: JSONValue {
      [
        "loss": .number(metrics.loss), "accuracy": .number(metrics.accuracy),
        "count": .integer(metrics.count),
        "confusion": .array(metrics.confusion.map { .array($0.map { .integer($0) }) }),
      ]
    }

    /// The confusion matrix as a figure.
    public var confusion: ConfusionMatrix {
      ConfusionMatrix(counts: metrics.confusion, labels: classNames)
    }
  }

  /// Evaluates a run on a data set's test part.
  ///
  /// - Parameters:
  ///   - run: The run's folder.
  ///   - data: A name or path; nil takes the data that the run was trained on.
  ///   - progress: Called with the samples done and all of them.
  /// - Throws: `WorkbenchError` for a folder without a trained run, and data that do not fit it.
  public static func perform(
    run: String, data: String?, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Result {
    let (description, network, layers) = try RunFolder(run).trainedNetwork()
    do {
      let name = data ?? description.request.data
      let set = try DataCatalog.splits(name, images: description.images).test
      guard set.classNames.count == description.classNames.count else {
        throw WorkbenchError(
          .input, name,
          "\(set.classNames.count) classes, but the model tells \(description.classNames.count) apart"
        )
      }
      let loss = network.loss
      let metrics = try evaluate(
        layers, on: set, preparation: description.preparation, inputShape: network.input,
        loss: { loss($0, labels: $1) }, progress: { progress($0, set.count) })
      return Result(
        metrics: metrics, classNames: description.classNames, data: set.name,
        skipped: set.count - metrics.count)
    } catch {
      throw WorkbenchError(error)
    }
  }
}
