import Foundation

/// The samples of which a classifier is most wrong: wrong answers of which the true class has the
/// least probability.
public struct WorstMistakes: Sendable {
  /// A wrong answer.
  public struct Mistake: Sendable, Hashable {
    /// The sample's place in the data set.
    public let index: Int
    /// Its class.
    public let label: Int
    /// The class that was answered.
    public let answer: Int
    /// −ln of the probability of its class: the sample's loss.
    public let loss: Double
    /// The probability of the answer, 0 to 1.
    public let confidence: Double
  }

  /// How many are kept at most.
  public let limit: Int
  /// The worst first; of equal ones the earlier sample.
  public private(set) var mistakes: [Mistake] = []
  /// All wrong answers so far, those too that are not kept.
  public private(set) var count = 0

  /// None so far.
  /// - Parameter limit: How many are kept at most; at least 1.
  public init(limit: Int) { self.limit = max(limit, 1) }

  /// Adds a batch.
  /// - Shapes: scores [n, K], before any softmax
  public mutating func add(_ batch: Batch, scores: NDArray) {
    let logarithms = Tensor(scores).logSoftmax(axis: -1).array.doubles
    let classes = scores.shape[1]
    for (row, label) in batch.labels.elements(as: Int32.self).enumerated() {
      let values = logarithms[(row * classes)..<((row + 1) * classes)]
      var answer = values.startIndex
      for place in values.indices where values[place] > values[answer] { answer = place }
      guard answer - values.startIndex != Int(label) else { continue }
      count += 1
      mistakes.append(
        Mistake(
          index: batch.indices[row], label: Int(label), answer: answer - values.startIndex,
          loss: -values[values.startIndex + Int(label)],
          confidence: exp(values[answer])))
    }
    mistakes.sort { ($1.loss, $0.index) < ($0.loss, $1.index) }
    if mistakes.count > limit { mistakes.removeLast(mistakes.count - limit) }
  }
}
