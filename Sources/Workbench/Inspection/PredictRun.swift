import Formats

/// A trained model's answer for an image: the work behind `gradus predict`.
public struct PredictRun: Sendable {
  /// One class with its probability.
  public struct Class: Sendable {
    /// The class's name.
    public let label: String
    /// 0 to 1.
    public let probability: Double
  }

  /// The answer for one file.
  public struct Result: Sendable {
    /// The file's path.
    public let input: String
    /// The most probable first.
    public let classes: [Class]
    /// What was done to the picture, and what figures were left out, a sentence each.
    public let notes: [String]
    /// What the network saw before normalisation, rows from 0 (dark) to 1; nil for colour.
    public let picture: [[Double]]?

    /// The line that `gradus predict --json` prints, for scripts to read.
    /// - Parameter top: How many classes it holds, the most probable; nil for all.
    public func json(top: Int? = nil) -> JSONValue {
      [
        "input": .string(input),
        "classes": .array(
          classes.prefix(top ?? classes.count).map {
            ["label": .string($0.label), "probability": .number($0.probability)]
          }),
      ]
    }
  }

  private let model: TrainedModel
  private let images: ImagePreparation

  /// Loads a run's model.
  /// - Throws: `WorkbenchError` for a folder without a trained run, and a run on other than images.
  public init(run: String) throws { try self.init(TrainedModel(run: run)) }

  /// Predicts by a model.
  /// - Throws: `WorkbenchError` for a model of other than images.
  public init(_ model: TrainedModel) throws {
    self.model = model
    do {
      // Before anything of the samples' size is made: it comes from a file.
      _ = try model.preparation.transform(to: model.network.input)
      images =
        model.readsImageFiles
        ? try ImagePreparation(forFilesLike: model.preparation)
        : try ImagePreparation(for: model.preparation)
    } catch {
      throw WorkbenchError(error)
    }
  }

  /// The classes of the image in a PNG or JPEG file.
  /// - Parameters:
  ///   - path: The file's path.
  ///   - folder: Where figures of why are written: saliency, Grad-CAM, feature maps and the first
  ///     filters; nil draws none.
  ///   - layer: The layer that Grad-CAM and feature maps are of; nil takes the last and the first with
  ///     images.
  /// - Throws: `WorkbenchError` where the file cannot be read or is neither, and figures that cannot be
  ///   drawn or written.
  public func predict(
    _ path: String, explaining folder: String? = nil, layer: String? = nil
  ) throws -> Result {
    do {
      let prepared = try images.read(path)
      let input = try model.preparation.prepared(prepared.image, for: model.network.input)
      var context = Context(.evaluation)
      let scores = model.layers(Tensor(input.cast(to: model.layers.dtype)), &context)
      var notes = prepared.notes
      if let folder {
        notes += try Explanations(model, input, scores: scores.array, layer: layer).write(
          to: folder)
      }
      let probabilities = scores.softmax(axis: -1).array.doubles
      let classes = zip(model.classNames, probabilities)
        .map { Class(label: $0, probability: $1) }
        .sorted { $0.probability > $1.probability }
      return Result(
        input: path, classes: classes, notes: notes,
        picture: Self.rows(prepared.image, maximum: model.preparation.maximumValue))
    } catch {
      throw WorkbenchError(error)
    }
  }

  private static func rows(_ image: NDArray, maximum: Double) -> [[Double]]? {
    guard image.shape[1] == 1 else { return nil }
    let (height, width) = (image.shape[2], image.shape[3])
    let values = image.doubles
    return (0..<height).map { row in
      (0..<width).map { min(max(values[row * width + $0] / maximum, 0), 1) }
    }
  }
}
