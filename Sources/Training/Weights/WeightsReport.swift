import Formats

/// How a file of weights fits a model.
public struct WeightsReport: Sendable, Hashable, CustomStringConvertible {
  /// A tensor of the model or the file that does not fit.
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// In what way.
    public enum Kind: Sendable, Hashable {
      /// The model has it, the file has not.
      case missing
      /// The file has it, the model has not.
      case unexpected
      /// Both have it, in different shapes.
      case misshapen(found: [Int], expected: [Int])
      /// Both have it, and the file's is of a type that is no floating-point number.
      case mistyped(found: String)
    }

    /// In what way it does not fit.
    public let kind: Kind
    /// Its path.
    public let path: String
    /// The path on the other side that was probably meant, for a tensor that only one side has.
    public let nearest: String?

    public var description: String {
      switch kind {
      case .missing:
        "\(path) is missing" + (nearest.map { " (the file has \($0))" } ?? "")
      case .unexpected:
        "\(path) is not in the model" + (nearest.map { " (which has \($0))" } ?? "")
      case .misshapen(let found, let expected):
        "\(path) has shape \(found), the model's is \(expected)"
      case .mistyped(let found): "\(path) is \(found), expected floating-point numbers"
      }
    }
  }

  /// The file's path.
  public let file: String
  /// Paths of the tensors that fit, in the model's order.
  public let fitting: [String]
  /// The number of parameters and statistics that the model has.
  public let count: Int
  /// All that does not fit: what the model has in its order, then what only the file has.
  public let problems: [Problem]

  /// Such as `60 of 62 tensors taken from resnet20.safetensors; not:`, and a line for each that was not.
  public var description: String {
    let taken = "\(fitting.count) of \(count) tensors taken from \(file)"
    return problems.isEmpty
      ? taken : taken + "; not:" + problems.map { "\n  " + $0.description }.joined()
  }
}

/// Weights that do not fit a model; the description has a line for each tensor that is missing, left
/// over, misshapen or of another type.
public struct WeightsError: Error, Sendable, CustomStringConvertible {
  /// What fits and what does not.
  public let report: WeightsReport

  /// An error of a report with problems.
  public init(report: WeightsReport) { self.report = report }

  public var description: String {
    let count = report.problems.count
    return
      "\(count) \(count == 1 ? "tensor does" : "tensors do") not fit "
      + "(\(report.fitting.count) of the model's \(report.count) are there):"
      + report.problems.map { "\n  " + $0.description }.joined()
  }
}
