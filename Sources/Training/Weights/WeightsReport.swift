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
      /// Both have it, and the file's has NaN or infinity among its numbers.
      case notFinite
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
      case .notFinite: "\(path) has NaN or infinity among its numbers"
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
  /// What stands before each name of the file that the model has not, where it has all of them
  /// without that: `module.` where PyTorch's DataParallel wrote it.
  public let prefix: String?

  /// - Throws: `WeightsError` where not everything fits, unless `partial`; then where nothing does.
  public func require(partial: Bool) throws(WeightsError) {
    guard problems.isEmpty || (partial && !fitting.isEmpty) else {
      throw WeightsError(report: self, isPartial: partial)
    }
  }

  /// The same with more problems, of tensors that were thought to fit.
  func adding(_ broken: [Problem]) -> WeightsReport {
    let paths = Set(broken.map(\.path))
    return WeightsReport(
      file: file, fitting: fitting.filter { !paths.contains($0) }, count: count,
      problems: problems + broken, prefix: prefix)
  }

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
  /// Whether what fits would have been taken, had there been anything.
  public let isPartial: Bool

  /// An error of a report with problems.
  public init(report: WeightsReport, isPartial: Bool = false) {
    self.report = report
    self.isPartial = isPartial
  }

  public var description: String {
    let count = report.problems.count
    let prefix = report.prefix.map {
      " All names of the file begin with '\($0)': without it they fit."
    }
    return
      "\(count) \(count == 1 ? "tensor does" : "tensors do") not fit "
      + "(\(report.fitting.count) of the model's \(report.count) are there)"
      + (prefix.map { "." + $0 } ?? ":")
      + report.problems.map { "\n  " + $0.description }.joined()
  }

  /// Whether `partial` would go on.
  public var canBePartial: Bool {
    !isPartial && !report.fitting.isEmpty
      && !report.problems.contains { if case .notFinite = $0.kind { true } else { false } }
  }
}
