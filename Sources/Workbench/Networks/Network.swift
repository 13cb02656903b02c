import Foundation

/// A model by name or by file, for data of a given shape: what `train` and `summary` work on.
public struct Network: Sendable {
  /// A zoo name or the name in the file.
  public let name: String
  /// The file's text, where it came from one.
  public let text: String?
  /// The shape of an input (batch axis left out).
  public let input: Shape
  /// The layers, without values.
  public let layers: Sequential
  /// What it is trained on.
  public let loss: ModelCatalog.Loss

  /// Finds the model.
  ///
  /// - Parameters:
  ///   - model: A name of the catalogue, or the path of a network file.
  ///   - text: The file's text where it is known already, as in a run.
  ///   - sample: The shape of the data's samples; nil where there is no data, as in `summary`.
  ///   - classes: The number of classes; nil where there is no data.
  ///   - dropout: Probability for the models that have dropout, 0 ≤ p < 1; nil for their usual one. A
  ///     network file has its own.
  ///   - imageSize: Rows and columns of an image, for a model of the catalogue that takes images of
  ///     another size usually; nil for its usual size, or the samples'. A network file whose `input` is
  ///     of another size is refused.
  /// - Throws: `WorkbenchError` for an unknown name, a file that is wrong, with the place in it,
  ///   and data that do not fit.
  public init(
    _ model: String, text: String? = nil, sample: Shape?, classes: Int?, dropout: Double? = nil,
    imageSize: Int? = nil
  ) throws {
    if let text {
      try self.init(file: NetworkFile(text: text, file: model), sample: sample, classes: classes)
    } else if let entry = ModelCatalog.entry(model) {
      try self.init(
        entry, sample: sample, classes: classes ?? entry.classes, dropout: dropout,
        imageSize: imageSize)
    } else if Self.isFile(model) {
      let file = try NetworkFile(path: model)
      guard dropout == nil else {
        throw WorkbenchError(
          .usage, "--dropout",
          "found with the network file of \(file.name), which says itself where units are dropped")
      }
      try Self.require(imageSize, of: file)
      try self.init(file: file, sample: sample, classes: classes)
    } else {
      throw WorkbenchError.unknown(
        "model", model, among: ModelCatalog.entries.map(\.name) + ["a path to a .yaml file"])
    }
  }

  /// Refuses images of another size than a network file says that it takes.
  private static func require(_ imageSize: Int?, of file: NetworkFile) throws(WorkbenchError) {
    guard let imageSize, let input = file.input, input.rank == 3,
      input[1] != imageSize || input[2] != imageSize
    else { return }
    throw WorkbenchError(
      .usage, "--image-size",
      "found \(imageSize), but \(file.name) takes images of \(input[1]) × \(input[2]); expected "
        + (input[1] == input[2] ? "\(input[1])" : "none")
        + ", or a network file with another 'input' or without one")
  }

  /// The size of images that a model takes; nil where it takes any, and for an unknown model, which
  /// `init` refuses.
  static func imageSize(of model: String, text: String? = nil) throws -> ImageOptions.Size? {
    var sizes: [Int]?
    if let text {
      sizes = try NetworkFile(text: text, file: model).input.map { Array($0.dropFirst()) }
    } else if let entry = ModelCatalog.entry(model) {
      sizes = entry.imageSize
    } else if isFile(model) {
      sizes = try NetworkFile(path: model).input.map { Array($0.dropFirst()) }
    }
    guard let sizes, sizes.count == 2 else { return nil }
    return ImageOptions.Size(height: sizes[0], width: sizes[1])
  }

  private static func isFile(_ model: String) -> Bool {
    model.hasSuffix(".yaml") || model.hasSuffix(".yml") || model.contains("/")
  }

  private init(
    _ entry: ModelCatalog.Entry, sample: Shape?, classes: Int, dropout: Double?, imageSize: Int?
  ) throws {
    guard entry.dropout != nil || dropout ?? 0 == 0 else {
      let others = ModelCatalog.entries.filter { $0.dropout != nil }.map(\.name)
      throw WorkbenchError(
        .usage, "--dropout",
        "\(entry.name) has no dropout layer; \(others.joined(separator: ", ")) have, or write a "
          + "network file")
    }
    name = entry.name
    text = nil
    if let size = entry.imageSize {
      if let sample, sample.rank != 3 {
        throw WorkbenchError(
          .usage, "model",
          "\(entry.name) takes images, but the data's samples have shape \(sample); "
            + "perceptron, logistic and mlp take any")
      }
      input = [
        sample?[0] ?? entry.channels, imageSize ?? size[0], imageSize ?? size[1],
      ]
    } else {
      input = sample ?? [1, imageSize ?? 28, imageSize ?? 28]
    }
    layers = entry.make(input, classes, dropout ?? entry.dropout ?? 0)
    loss = entry.loss
    do {
      // The error of a summary names the layer.
      _ = try layers.summary(input: Shape([1] + input))
    } catch {
      guard let usual = entry.imageSize else { throw WorkbenchError(error) }
      throw Self.unsuitable(entry, input, usual, error, option: imageSize != nil)
    }
  }

  /// The error of images that a model of the catalogue cannot take, with the size from which on it can.
  private static func unsuitable(
    _ entry: ModelCatalog.Entry, _ input: Shape, _ usual: [Int], _ error: ShapeError, option: Bool
  ) -> WorkbenchError {
    let size = max(input[1], input[2])
    let fitting = (size + 1..<max(size + 1, usual[0])).first { size in
      let input: Shape = [input[0], size, size]
      return (try? entry.make(input, entry.classes, 0).outputShape(Shape([1] + input))) != nil
    }
    return WorkbenchError(
      option ? .usage : .input, option ? "--image-size" : "model",
      "found \(input[1]) × \(input[2]) pixels, expected "
        + (fitting.map { "at least \($0) × \($0)" } ?? "\(usual[0]) × \(usual[1])")
        + " for \(entry.name) (\(error))")
  }

  private init(file: NetworkFile, sample: Shape?, classes: Int?) throws {
    guard let input = file.input ?? sample else {
      throw WorkbenchError(
        .usage, "input", "the network file says no 'input', and there is no data to take it from")
    }
    name = file.name
    text = file.text
    self.input = input
    layers = try file.layers(for: input)
    loss = file.loss
    if let classes {
      let summary: Summary
      do {
        summary = try layers.summary(input: Shape([1] + input))
      } catch {
        throw WorkbenchError(error)
      }
      if let row = summary.rows.first(where: { $0.kind == "Embedding" }) {
        throw WorkbenchError(
          .input, file.name,
          "\(row.path) is an embedding, which takes whole numbers, but the data set's samples are "
            + "measurements")
      }
      let output = summary.output
      guard output == [1, classes] else {
        throw WorkbenchError(
          .input, file.name,
          "the last layer gives \(output), but the data has \(classes) classes: "
            + "expected [1, \(classes)]")
      }
    }
  }

  /// The layers' shapes.
  private func summary() throws -> Summary {
    do {
      return try layers.summary(input: Shape([1] + input))
    } catch {
      throw WorkbenchError(error)
    }
  }

  /// The bytes that training takes; see `Summary.trainingBytes`.
  public func trainingBytes(batchSize: Int, dtype: DType, optimizerStates: Int) throws -> Int {
    try summary().trainingBytes(
      batchSize: batchSize, dtype: dtype, optimizerStates: optimizerStates)
  }

  /// Refuses training that memory cannot hold, and says which batch it could.
  func requireMemory(toTrain request: TrainRequest, samples: Int) throws {
    let summary = try summary()
    let states = request.makeOptimizer().stateCount
    let sizes = [request.batchSize] + (request.batchSizeChanges ?? []).map(\.size)
    let batch = min(sizes.max() ?? 1, samples)
    do {
      try MemoryPool.shared.require(batch: batch, for: "a batch of \(batch)") { batch in
        summary.trainingBytes(
          samples: samples, batchSize: batch, dtype: request.precision, optimizerStates: states)
      }
    } catch {
      throw WorkbenchError(.memory, "--batch-size", error.description)
    }
  }

  /// Refuses a model of which memory cannot hold the use on one sample.
  func requireMemory(toUse precision: DType, place: String) throws {
    let needed = try summary().evaluationBytes(batchSize: 1, dtype: precision, prefetch: 0)
    do {
      try MemoryPool.shared.require(byteCount: needed, for: "the model")
    } catch {
      throw WorkbenchError(.memory, place, error.description)
    }
  }
}
