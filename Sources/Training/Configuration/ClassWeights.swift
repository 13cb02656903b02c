import Formats

/// How much each class counts in a loss. Coded as `balanced`, or as a list of numbers.
public enum ClassWeights: Sendable, Hashable, Codable {
  /// By how rare it is in the training set: n ÷ (K·nₖ), so that all classes count alike together.
  ///
  /// Source: King and Zeng 2001, "Logistic Regression in Rare Events Data", section 4.2.
  case balanced
  /// A number above 0 for each class.
  case given([Double])

  /// The weight of each class of a training set. A class without samples is weighed as if it had
  /// one; damaged files count too, for which those are is known only once all are read.
  /// - Throws: `TrainingError` for another number of weights than of classes, and for one that is not
  ///   above 0.
  public func weights(for training: Dataset) throws(TrainingError) -> [Double] {
    let counts = training.classCounts
    switch self {
    case .balanced:
      return counts.map { Double(training.count) / Double(counts.count * max($0, 1)) }
    case .given(let weights):
      guard weights.count == counts.count, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw .unsuitable(
          option: "classWeights", found: weights.map { "\($0)" }.joined(separator: ", "),
          expected: "\(counts.count) numbers above 0, one for each class")
      }
      return weights
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .balanced: try container.encode("balanced")
    case .given(let weights): try container.encode(weights)
    }
  }

  /// - Throws: `DecodingError` for another word than `balanced` and numbers that are not above 0.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let weights = try? container.decode([Double].self) {
      guard weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw DecodingError.mismatch(
          decoder.codingPath, found: "\(weights)", expected: "numbers above 0")
      }
      self = .given(weights)
      return
    }
    let word = try container.decode(String.self)
    guard word == "balanced" else {
      throw DecodingError.mismatch(
        decoder.codingPath, found: Excerpt.quoted(word),
        expected: "balanced, or a list of numbers above 0")
    }
    self = .balanced
  }
}
