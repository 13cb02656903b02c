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
    /// How many samples there are, with those to train and to validate on.
    public let total: Int
    /// Damaged images that were left out.
    public let skipped: SkippedImages

    /// What `gradus evaluate --json` prints, for scripts to read.
    public var json: JSONValue {
      let confusion = JSONValue.array(
        metrics.confusion.map { .array($0.map { .integer($0) }) })
      let scores = Scores(metrics).json.object.map { Array($0) } ?? []
      return .object(
        JSONObject(
          scores.map { (key: $0.key, value: $0.value) } + [
            (key: "count", value: .integer(metrics.count)), (key: "confusion", value: confusion),
          ] + skipped.members))
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
    try perform(TrainedModel(run: run), data: data, progress: progress)
  }

  /// Evaluates a model on a data set's test part.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - data: A name or path; nil takes the data that the model was trained on.
  ///   - figures: The folder for `confusion.svg` and, of images, `mistakes.svg` with the worst of
  ///     them, the largest loss first: true class → answer, and the answer's probability; nil
  ///     draws none.
  ///   - progress: Called with the samples done and all of them.
  /// - Throws: `WorkbenchError` for data that do not fit the model, and figures that cannot be
  ///   written.
  public static func perform(
    _ model: TrainedModel, data: String?, figures: String? = nil,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Result {
    do {
      guard let name = data ?? model.data else {
        throw WorkbenchError(.usage, "--data", "is missing: the data to evaluate on")
      }
      let splits = try DataCatalog.splits(name, images: model.images)
      var set = splits.test
      guard set.classNames.count == model.classNames.count else {
        throw WorkbenchError(
          .input, name,
          "\(set.classNames.count) classes, but the model tells \(model.classNames.count) apart")
      }
      if !hasNumberedClasses(set.classNames), !hasNumberedClasses(model.classNames),
        let number = set.classNames.indices.first(where: {
          set.classNames[$0] != model.classNames[$0]
        })
      {
        throw WorkbenchError(
          .input, name,
          "class \(number) is \(Excerpt.quoted(set.classNames[number])), but "
            + "\(Excerpt.quoted(model.classNames[number])) for the model; expected the model's "
            + "classes in its order")
      }
      if let size = model.imageSize { set = try set.resized(to: [size, size]) }
      let loss = model.network.loss
      var worst = WorstMistakes(limit: 24)
      let metrics = try evaluate(
        model.layers, on: set, preparation: model.preparation, inputShape: model.network.input,
        loss: { loss($0, labels: $1) }, progress: { progress($0, set.count) },
        onBatch: { if figures != nil { worst.add($0, scores: $1) } })
      let result = Result(
        metrics: metrics, classNames: model.classNames, data: set.name,
        total: splits.train.count + splits.validation.count + set.count,
        skipped: SkippedImages([set]))
      if let figures { try draw(result, worst, of: set, in: figures) }
      return result
    } catch {
      throw WorkbenchError(error)
    }
  }

  /// Whether classes have only numbers, as those of IDX files and of weights without data have:
  /// which things they are nobody has said.
  private static func hasNumberedClasses(_ names: [String]) -> Bool {
    names.indices.allSatisfy { names[$0] == "\($0)" || names[$0] == "class \($0)" }
  }

  private static func draw(
    _ result: Result, _ worst: WorstMistakes, of set: Dataset, in folder: String
  ) throws {
    try RunFolder(folder).create()
    try AtomicFile.write(
      result.confusion.svg(title: "Answers on \(result.data)"), to: folder + "/confusion.svg")
    guard set.isImages, !worst.mistakes.isEmpty else { return }
    let grid = ImageGrid(
      "The worst of \(Excerpt.count(worst.count, "mistake")), by loss",
      images: try worst.mistakes.map {
        Raster.picture(
          try set.read([$0.index]).inputs.selecting(axis: 0, index: 0), maximum: set.maximumValue)
      },
      captions: worst.mistakes.map {
        let percent = Int(($0.confidence * 100).rounded())
        return "\(result.classNames[$0.label]) → \(result.classNames[$0.answer]) \(percent)%"
      }, columns: 4)
    try AtomicFile.write(grid.svg(), to: folder + "/mistakes.svg")
  }
}
