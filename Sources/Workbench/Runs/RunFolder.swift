import Formats
import Foundation
import Yams

/// The folder of a training run: `run.yaml`, `metrics.jsonl`, `checkpoints/`, `curves.svg`,
/// and TensorBoard's event files.
public struct RunFolder: Sendable {
  /// The folder's path, without a slash at its end.
  public let path: String

  /// A folder; nothing is read or made yet.
  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The path of `run.yaml`.
  public var descriptionPath: String { path + "/run.yaml" }
  /// The path of `metrics.jsonl`: a line of JSON for each epoch.
  public var metricsPath: String { path + "/metrics.jsonl" }
  /// The path of `curves.svg`: the loss by epoch.
  public var curvesPath: String { path + "/curves.svg" }
  /// The path of `features.npz`: what a network gives before its classifier, of `gradus transfer`.
  public var featuresPath: String { path + "/features.npz" }
  /// The folder of checkpoints, of which the two newest are kept.
  public var checkpoints: CheckpointFolder { CheckpointFolder(path + "/checkpoints") }

  /// Whether a run has been written here.
  public var exists: Bool { FileManager.default.fileExists(atPath: descriptionPath) }

  /// Refuses a folder that has a run.
  func requireNone() throws(WorkbenchError) {
    guard exists else { return }
    let what: String
    do {
      what =
        switch try read().request.transfer {
        case .features: "holds the features of a network already; give another folder"
        case .classifier:
          "holds a run of `gradus transfer` on frozen layers already, which is done in one go; give "
            + "another folder"
        case .fineTune, nil:
          "holds a run already; '--resume \(path)' goes on with it, or give another folder"
        }
    } catch {
      // Whatever it is, it is not written over.
      what = "holds a run already, which cannot be read (\(error)); give another folder"
    }
    throw WorkbenchError(.usage, "--out", "\(path) \(what)")
  }

  /// The names of what is in the folder.
  func names() throws(WorkbenchError) -> Set<String> {
    do {
      return Set(try FileManager.default.contentsOfDirectory(atPath: path))
    } catch {
      throw WorkbenchError(
        .output, path, "the folder cannot be read: \(error.localizedDescription)")
    }
  }

  /// Removes what a run that failed has written, but for what was there before it, as far as that can
  /// be done: why it failed is what is told.
  func removeParts(besides before: Set<String>) {
    let parts = ["run.yaml", "metrics.jsonl", "checkpoints", "curves.svg", "features.npz"]
    for name in (try? names()) ?? []
    where !before.contains(name)
      && (parts.contains(name) || name.hasPrefix("events.out.tfevents."))
    {
      try? FileManager.default.removeItem(atPath: path + "/" + name)
    }
  }

  /// The first of `runs/MODEL-DATA-1`, `runs/MODEL-DATA-2`, … that does not exist.
  /// - Parameters:
  ///   - model: The model's name.
  ///   - data: The data set's name, or its path, of which the last part is taken.
  ///   - folder: The folder of all runs.
  public static func next(model: String, data: String, in folder: String = "runs") -> RunFolder {
    let name = "\(model)-\(URL(fileURLWithPath: data).lastPathComponent)"
    var number = 1
    while FileManager.default.fileExists(atPath: "\(folder)/\(name)-\(number)") { number += 1 }
    return RunFolder("\(folder)/\(name)-\(number)")
  }

  /// Makes the folder, with those above it, where it is not there.
  /// - Returns: The paths of the folders that were made, from the outermost on.
  /// - Throws: `WorkbenchError` with the system's reason.
  @discardableResult
  public func create() throws(WorkbenchError) -> [String] {
    var made: [String] = []
    var prefix = path.hasPrefix("/") ? "/" : ""
    var code: Int32 = 0
    for part in path.split(separator: "/") {
      prefix += part
      if mkdir(prefix, 0o777) == 0 {
        made.append(prefix)
      } else if errno != EEXIST {
        code = errno
      }
      prefix += "/"
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    guard exists, status.st_mode & S_IFMT == S_IFDIR else {
      let reason = String(cString: strerror(code != 0 ? code : exists ? ENOTDIR : ENOENT))
      throw WorkbenchError(.output, path, "the folder cannot be made: \(reason)")
    }
    return made
  }

  /// Removes folders that `create` has made, as far as nothing is in them.
  static func removeEmpty(_ made: [String]) {
    for folder in made.reversed() { rmdir(folder) }
  }

  /// Writes `run.yaml`; it is there whole or not at all.
  /// - Throws: `FormatError` where it cannot be written.
  public func write(_ description: RunDescription) throws {
    let encoder = YAMLEncoder()
    encoder.options.sortKeys = true
    try AtomicFile.write(try encoder.encode(description), to: descriptionPath)
  }

  /// Reads `run.yaml`.
  /// - Throws: `WorkbenchError` where there is none, or it is not what `train` writes.
  public func read() throws -> RunDescription {
    guard exists else {
      throw WorkbenchError(
        .input, path, "there is no run.yaml; expected the folder of a run (gradus train --out RUN)")
    }
    let value = try YAMLValue(file: descriptionPath)
    let description: RunDescription
    do {
      description = try YAMLDecoder().decode(RunDescription.self, from: value.node)
    } catch {
      throw WorkbenchError(
        .input, descriptionPath, "found no run as gradus train writes it (\(Self.words(error)))")
    }
    guard description.format == 1 else {
      throw WorkbenchError(
        .input, descriptionPath, "found format \(description.format), expected 1")
    }
    try description.request.validate()
    guard description.classNames.count >= 2, description.input.allSatisfy({ $0 > 0 }),
      description.input.count == 1 || description.input.count == 3,
      let elements = Shape(description.input).checkedElementCount,
      elements <= LayerReader.mostElements
    else {
      throw WorkbenchError(
        .input, descriptionPath,
        "found input \(description.input) and \(description.classNames.count) classes, expected "
          + "[features] or [channels, rows, columns] and at least 2 classes")
    }
    return description
  }

  private static func words(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case .keyNotFound(let key, let context):
      return "'\(place(context.codingPath + [key]))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      return "\(place(context.codingPath)): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }

  /// The network of a run, without values.
  /// - Throws: `WorkbenchError` where the description's network file or sizes do not fit.
  public func network(_ description: RunDescription) throws -> Network {
    try Network(
      description.request.model, text: description.request.network,
      sample: Shape(description.input), classes: description.classNames.count,
      dropout: description.request.dropout, imageSize: description.request.imageSize)
  }

  /// The trained network of a run: its newest checkpoint, verified; the average of its weights where
  /// one was made.
  /// - Throws: `WorkbenchError` for a folder without a run or a checkpoint, files that have changed
  ///   since they were written, and a model that memory cannot hold.
  public func trainedNetwork() throws -> (RunDescription, Network, Sequential) {
    let description = try read()
    guard description.request.transfer != .features else {
      throw WorkbenchError(
        .input, path,
        "holds features only, and no trained model; `gradus transfer` with --way classifier or "
          + "fine-tune trains one")
    }
    let network = try network(description)
    try network.requireMemory(toUse: description.request.precision, place: descriptionPath)
    var layers = network.layers.initialized(
      seed: description.request.seed, dtype: description.request.precision)
    do {
      guard let checkpoint = try checkpoints.latest() else {
        throw WorkbenchError(
          .input, path, "the run has no checkpoint yet; train it for at least one epoch")
      }
      try layers.load(checkpoint.evaluated)
    } catch {
      throw WorkbenchError(error)
    }
    return (description, network, layers)
  }
}
