import Formats
@_exported import Models
@_exported import Training

/// Why a request could not be carried out, in words for the person who made it.
public struct WorkbenchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sort of failure; decides the exit code of the command line.
  public enum Kind: String, Sendable, CaseIterable {
    /// The request itself is wrong: an unknown name, a value out of range.
    case usage
    /// A file or folder is missing, unreadable, or not what it should be.
    case input
    /// A file or folder cannot be written.
    case output
    /// The work went wrong, such as a training that diverged.
    case failed
    /// More memory would be needed than there is.
    case memory
  }

  /// The sort of failure.
  public let kind: Kind
  /// Where: an option, a file with the place in it, a parameter.
  public let place: String
  /// What was found and what would do.
  public let message: String

  /// An error of this sort; an empty place means the request as a whole.
  public init(_ kind: Kind, _ place: String, _ message: String) {
    self.kind = kind
    // Names and keys from files come into both.
    self.place = Excerpt.message(place)
    self.message = Excerpt.message(message)
  }

  public var description: String { place.isEmpty ? message : "\(place): \(message)" }

  /// An unknown name, with the nearest right one.
  /// - Parameters:
  ///   - what: What it should be the name of, such as "model".
  ///   - name: The name that was found.
  ///   - names: The names that are known.
  ///   - option: The option that it was given for, the place of the error; nil for `what`.
  public static func unknown(
    _ what: String, _ name: String, among names: [String], option: String? = nil
  ) -> WorkbenchError {
    let nearest = nearestName(name, among: names).map { "did you mean \($0)? " } ?? ""
    return WorkbenchError(
      .usage, option ?? what,
      "unknown \(what) '\(name)'; \(nearest)known: \(names.joined(separator: ", "))")
  }

  /// Any error as one of these.
  public init(_ error: any Error) {
    switch error {
    case let error as WorkbenchError: self = error
    case let error as FormatError:
      let kind: Kind =
        switch error.kind {
        case .unwritable: .output
        case .tooLarge, .outOfMemory: .memory
        case .missing, .unreadable, .malformed, .unsupported: .input
        }
      self.init(
        kind, error.place.isEmpty ? error.file : "\(error.file): \(error.place)",
        "found \(error.found), expected \(error.expected)")
    case let error as DatasetError:
      self.init(
        error.kind == .unknown ? .usage : error.kind == .tooLarge ? .memory : .input, error.place,
        "found \(error.found), expected \(error.expected)")
    case let error as OutOfMemoryError: self.init(.memory, error.purpose, error.description)
    case let error as ShapeError:
      self.init(
        .input, error.operation, String(error.description.dropFirst(error.operation.count + 2)))
    case let error as StateError: self.init(.input, "checkpoint", error.description)
    case let error as WeightsError:
      self.init(
        .input, error.report.file,
        error.description
          + (error.canBePartial ? "\n--partial goes on with those that fit" : ""))
    case TrainingError.unsuitable(let option, let found, let expected):
      self.init(.usage, Self.option(option), "found \(found), expected \(expected)")
    case let error as TrainingError: self.init(.failed, "training", error.description)
    case is CancellationError: self.init(.failed, "task", "was cancelled")
    default: self.init(.failed, "", "\(error)")
    }
  }

  /// The command line's name of an option of training.
  private static func option(_ path: String) -> String {
    switch path.split(separator: ".").first {
    case "batchSize", "batchSizeChanges": "--batch-size"
    case "accumulation": "--accumulate"
    case "averageDecay": "--ema"
    case "classWeights": "--class-weights"
    case "layer": "--layer"
    case "schedule": "--schedule"
    case "earlyStopping": "--patience"
    default: path
    }
  }
}
