/// Loss, accuracy, top-k accuracy and confusion matrix, added up batch by batch.
public struct ClassificationMetrics: Sendable, Hashable, Codable {
  /// Number of classes.
  public let classes: Int
  /// k of the top-k accuracy.
  public let k: Int
  /// Samples so far.
  public private(set) var count = 0
  /// Sum of the samples' losses, each times its weight.
  public private(set) var lossSum = 0.0
  /// Sum of the samples' weights, where classes have some; nil where every sample counts once.
  public private(set) var weightSum: Double?
  /// Samples whose class had the largest score.
  public private(set) var correct = 0
  /// Samples whose class was among the k largest scores.
  public private(set) var topCorrect = 0
  /// Rows are the true classes, columns the predicted ones.
  public private(set) var confusion: [[Int]]

  /// Metrics of no samples yet.
  /// - Parameters:
  ///   - classes: Number of classes; at least 1.
  ///   - k: Of the top-k accuracy, at least 1; 5, or the number of classes where that is fewer.
  public init(classes: Int, k: Int = 5) {
    self.classes = classes
    self.k = min(k, classes)
    confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
  }

  /// Adds a batch. Of equal scores the first counts as the largest.
  /// - Shapes: scores [N, classes], labels [N] of int32 from 0 to classes − 1
  /// - Parameters:
  ///   - scores: The model's.
  ///   - labels: The samples' classes.
  ///   - loss: The batch's mean loss.
  ///   - weight: The sum of the samples' weights, by which that mean was divided; nil for their number.
  public mutating func add(
    scores: NDArray, labels: NDArray, loss: Double, weight: Double? = nil
  ) {
    let rows = labels.elementCount
    if weight != nil || weightSum != nil {
      weightSum = (weightSum ?? Double(count)) + (weight ?? Double(rows))
    }
    count += rows
    lossSum += loss * (weight ?? Double(rows))
    let values = scores.floats
    let truth = labels.elements(as: Int32.self)
    for row in 0..<rows {
      let start = row * classes
      let label = Int(truth[row])
      let own = values[start + label]
      var best = 0
      var above = 0  // scores that rank before the label's: larger, or equal and earlier
      for index in 0..<classes {
        let value = values[start + index]
        if value > values[start + best] { best = index }
        if value > own || (value == own && index < label) { above += 1 }
      }
      if best == label { correct += 1 }
      if above < k { topCorrect += 1 }
      confusion[label][best] += 1
    }
  }

  /// Whether the numbers, which may come from a file, are some that `add` could have made.
  var isConsistent: Bool {
    guard classes >= 1, k >= 1, k <= classes, confusion.count == classes,
      confusion.allSatisfy({ $0.count == classes && $0.allSatisfy { $0 >= 0 } }),
      weightSum.map({ $0 >= 0 && $0.isFinite }) ?? true
    else { return false }
    var sum = 0
    for cell in confusion.joined() {
      let (next, overflow) = sum.addingReportingOverflow(cell)
      if overflow { return false }
      sum = next
    }
    return count == sum && (0...count).contains(correct) && (0...count).contains(topCorrect)
  }

  /// Whether the top-k accuracy is worth telling beside the accuracy: where there are twice as many
  /// classes at least, 10 for the top 5.
  public var tellsTop: Bool { k > 1 && classes >= 2 * k }

  /// Mean loss over samples, by their weights where they have some; NaN without samples.
  public var loss: Double { lossSum / (weightSum ?? Double(count)) }
  /// Share of right answers, 0 to 1.
  public var accuracy: Double { Double(correct) / Double(count) }
  /// Share of samples whose class was among the k best, 0 to 1.
  public var topAccuracy: Double { Double(topCorrect) / Double(count) }
}

extension NDArray {
  /// The sum of the weights of labels, by class.
  func weight(by classWeights: [Double]) -> Double {
    elements(as: Int32.self).reduce(0) { $0 + classWeights[Int($1)] }
  }
}
