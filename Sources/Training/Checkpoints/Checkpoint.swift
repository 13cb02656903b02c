import Arrays
import Formats
import Foundation

/// A model in training as one file: parameters, statistics, optimizer state and position.
///
/// The file is safetensors: `model/PATH`, `optimizer/NAME/PATH`, with early stopping `best/PATH` of
/// the best epoch, which `model/` is too once the run has ended, `last/PATH` then being the last
/// step's; with a moving average `average/PATH`, and then `last-average/PATH`; with a JSON description
/// as the metadata entry `gradus`.
public struct Checkpoint: Sendable {
  /// What the file says about itself.
  public struct Description: Sendable, Codable, Hashable {
    /// Version of this description.
    public var format = 1
    /// How far the run had come.
    public var position: TrainingPosition
    /// Updates that the optimizer had done.
    public var optimizerSteps: Int
    /// The η of the optimizer.
    public var learningRate: Double
    /// The engine, instruction set and threads; a run goes on with the same bits where these are
    /// the same.
    public var environment: TrainingEnvironment
    /// Paths of the parameters that were not trained; nil where all were, as in older files.
    public var frozen: [String]?
  }

  /// What the file says about itself.
  public let description: Description
  /// Parameters and statistics by path.
  public let model: [(path: String, array: NDArray)]
  /// The optimizer's arrays by name.
  public let optimizer: [(name: String, array: NDArray)]
  /// Parameters and statistics of the best epoch by path, where early stopping keeps them.
  public let best: [(path: String, array: NDArray)]
  /// Parameters and statistics after the last step by path, where the run has gone back to the best
  /// epoch.
  public let last: [(path: String, array: NDArray)]
  /// The moving average of the parameters by path, where one is made.
  public let average: [(path: String, array: NDArray)]
  /// The moving average after the last step, beside `last`.
  public let lastAverage: [(path: String, array: NDArray)]

  /// What is evaluated and used: parameters, by their average where one is made, and statistics.
  public var evaluated: [(path: String, array: NDArray)] { Self.averaged(model, by: average) }

  /// A state with the averages in place of the parameters that have one.
  private static func averaged(
    _ state: [(path: String, array: NDArray)], by average: [(path: String, array: NDArray)]
  ) -> [(path: String, array: NDArray)] {
    var averages: [String: NDArray] = [:]
    for (path, array) in average { averages[path] = array }
    return state.map { (path: $0.path, array: averages[$0.path] ?? $0.array) }
  }

  /// The trainer as it is now.
  public init<Model: Layer>(_ trainer: Trainer<Model>) {
    var copy = trainer.model
    var frozen: [String] = []
    copy.forEachParameter { if !$0.isTrainable { frozen.append($0.path) } }
    description = Description(
      position: trainer.position, optimizerSteps: trainer.optimizer.steps,
      learningRate: trainer.optimizer.learningRate, environment: .current,
      frozen: frozen.isEmpty ? nil : frozen)
    model = trainer.model.state
    optimizer = trainer.optimizer.state
    best = trainer.best
    last = trainer.last
    average = trainer.average
    lastAverage = trainer.lastAverage
  }

  private static let entry = "gradus"

  /// Writes the file; it is there whole or not at all.
  /// - Throws: `FormatError` where it cannot be written.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let text = String(decoding: try encoder.encode(description), as: UTF8.self)
    try Safetensors.write(
      model.map { (name: "model/" + $0.path, array: $0.array) }
        + optimizer.map { (name: "optimizer/" + $0.name, array: $0.array) }
        + best.map { (name: "best/" + $0.path, array: $0.array) }
        + last.map { (name: "last/" + $0.path, array: $0.array) }
        + average.map { (name: "average/" + $0.path, array: $0.array) }
        + lastAverage.map { (name: "last-average/" + $0.path, array: $0.array) },
      metadata: [Self.entry: text], to: path)
  }

  /// Reads a file.
  /// - Throws: `FormatError` where it cannot be read or is no checkpoint.
  public init(readingFrom path: String) throws {
    let (tensors, metadata) = try Safetensors.read(path)
    func malformed(_ found: String) -> FormatError {
      FormatError(
        .malformed, file: path, place: "metadata", found: found,
        expected: "a checkpoint written by gradus train")
    }
    guard let text = metadata[Self.entry] else { throw malformed("no entry \"\(Self.entry)\"") }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      description = try decoder.decode(Description.self, from: Data(text.utf8))
    } catch {
      throw malformed("an entry \"\(Self.entry)\" that does not read (\(error))")
    }
    guard description.format == 1 else { throw malformed("format \(description.format)") }
    func named(_ prefix: String) -> [(path: String, array: NDArray)] {
      tensors.filter { $0.name.hasPrefix(prefix) }
        .map { (path: String($0.name.dropFirst(prefix.count)), array: $0.array) }
    }
    model = named("model/")
    optimizer = named("optimizer/").map { (name: $0.path, array: $0.array) }
    best = named("best/")
    last = named("last/")
    average = named("average/")
    lastAverage = named("last-average/")
  }

  /// Sets the trainer to what was saved: model, which of its parameters are frozen, best epoch,
  /// optimizer state, learning rate and position. The
  /// trainer is made as it was for the first part of the run, with the same architecture and the
  /// same kind of optimizer.
  /// - Throws: `StateError` listing every parameter that is missing, left over, misshapen or of
  ///   another type, and every number that contradicts itself; the trainer is then unchanged.
  public func restore<Model: Layer>(_ trainer: inout Trainer<Model>) throws {
    var problems = description.position.problems(classes: trainer.position.metrics.classes)
    if !(0...TrainingPosition.mostSteps).contains(description.optimizerSteps) {
      problems.append("its optimizer has done \(description.optimizerSteps) steps")
    }
    if !(description.learningRate > 0 && description.learningRate.isFinite) {
      problems.append("its learning rate is \(description.learningRate)")
    }
    guard problems.isEmpty else { throw StateError(problems) }
    var loaded = trainer.model
    // To see that they fit.
    for state in [best, last] where !state.isEmpty { try loaded.load(state) }
    let averaged = try Self.parameters(of: loaded, model, by: average, "average")
    let lastAveraged = try Self.parameters(of: loaded, last, by: lastAverage, "last-average")
    try loaded.load(model)
    if let frozen = description.frozen.map(Set.init) {
      loaded.forEachParameter { if frozen.contains($0.path) { $0.isTrainable = false } }
    }
    var optimizer = trainer.optimizer
    optimizer.learningRate = description.learningRate
    var arrays: [String: NDArray] = [:]
    for (name, array) in self.optimizer { arrays[name] = array }
    try optimizer.restore(arrays, steps: description.optimizerSteps, for: loaded)
    trainer.model = loaded
    trainer.optimizer = optimizer
    trainer.best = best
    trainer.last = last
    trainer.average = averaged
    trainer.lastAverage = lastAveraged
    trainer.position = description.position
  }

  /// The moving average of a state in the model's order, seen to fit.
  private static func parameters<Model: Layer>(
    of model: Model, _ state: [(path: String, array: NDArray)],
    by average: [(path: String, array: NDArray)], _ name: String
  ) throws -> [(path: String, array: NDArray)] {
    guard !average.isEmpty else { return [] }
    let (own, found) = (model.parameters.map(\.path), average.map(\.path))
    let (ownPaths, foundPaths) = (Set(own), Set(found))
    let problems =
      own.filter { !foundPaths.contains($0) }.map { "\(name)/\($0) is missing" }
      + found.filter { !ownPaths.contains($0) }.map { "\(name)/\($0) is not in the model" }
    guard problems.isEmpty else { throw StateError(problems) }
    var averaged = model
    try averaged.load(Self.averaged(state, by: average))
    return averaged.parameters
  }
}

extension Layer {
  /// Takes parameters and statistics by path.
  /// - Throws: `StateError` listing every one that is missing, left over or misshapen; the model is
  ///   then unchanged.
  public mutating func load(_ state: [(path: String, array: NDArray)]) throws {
    var arrays: [String: NDArray] = [:]
    for (path, array) in state { arrays[path] = array }
    var problems: [String] = []
    var used: Set<String> = []
    let dtype = self.dtype
    func check(_ path: String, _ shape: Shape) {
      used.insert(path)
      if let array = arrays[path] {
        if array.shape != shape {
          problems.append("\(path) has shape \(array.shape), the model's is \(shape)")
        } else if array.dtype != dtype {
          problems.append("\(path) is \(array.dtype), the model \(dtype)")
        }
      } else {
        problems.append("\(path) is missing")
      }
    }
    var copy = self
    copy.forEachParameter { check($0.path, $0.shape) }
    copy.forEachStatistic { check($0.path, $0.shape) }
    problems += state.filter { !used.contains($0.path) }.map { "\($0.path) is not in the model" }
    guard problems.isEmpty else { throw StateError(problems) }
    copy.forEachParameter { $0.tensor = Tensor(arrays[$0.path]!) }
    copy.forEachStatistic { $0.array = arrays[$0.path]! }
    self = copy
  }
}
