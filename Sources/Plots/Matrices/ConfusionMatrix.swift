/// How often each true class was predicted as each class.
public struct ConfusionMatrix: Sendable, Hashable {
  /// Samples by true class (row) and predicted class (column).
  public let counts: [[Int]]

  /// The classes' names.
  public let labels: [String]

  /// What is said about the numbers.
  public var wording = Wording.english

  /// A matrix of counts with the classes' names.
  /// - Precondition: `counts` is as many rows of as many counts as there are labels, none negative.
  public init(counts: [[Int]], labels: [String]) {
    let sizes = counts.map(\.count)
    guard counts.count == labels.count, sizes.allSatisfy({ $0 == labels.count }) else {
      fatalError(
        "ConfusionMatrix: \(counts.count) rows of sizes \(sizes) for \(labels.count) labels")
    }
    if let negative = counts.joined().first(where: { $0 < 0 }) {
      fatalError("ConfusionMatrix: a count is \(negative)")
    }
    self.counts = counts
    self.labels = labels
  }

  /// Classes numbered from 0.
  public init(counts: [[Int]]) {
    self.init(counts: counts, labels: counts.indices.map(String.init))
  }

  /// All samples.
  public var total: Int { counts.joined().reduce(0, +) }

  /// Samples predicted as what they are.
  public var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

  /// `correct` ÷ `total`, 0…1; not a number where there are no samples.
  public var accuracy: Double { Double(correct) / Double(total) }

  /// The share of a class's samples that were predicted as that class, 0…1; not a number where it
  /// has none.
  public func recall(_ label: Int) -> Double {
    Double(counts[label][label]) / Double(counts[label].reduce(0, +))
  }

  /// `accuracy 98.3 % (354 of 360)`
  package var accuracyText: String {
    "\(wording.accuracy) \(NumberText.percent(accuracy, decimals: 2))"
      + " (\(correct)\(wording.of)\(total))"
  }

  /// A wrong prediction, by the numbers of its classes, and how often it was made.
  package typealias Confusion = (label: Int, predicted: Int, count: Int)

  /// The wrong predictions, the most frequent first.
  package var confusions: [Confusion] {
    var result: [Confusion] = []
    for (label, row) in counts.enumerated() {
      for (predicted, count) in row.enumerated() where count > 0 && predicted != label {
        result.append((label, predicted, count))
      }
    }
    // `sort` is stable: equal counts stay in the order of the classes.
    result.sort { $0.count > $1.count }
    return result
  }
}

extension ConfusionMatrix: Figure {
  /// `Confusion matrix`, or what `wording` says.
  public var title: String { wording.title }

  public var summary: String {
    let worst = confusions.prefix(3).map { label, predicted, count in
      "\(labels[label]) taken for \(labels[predicted]) \(count) times"
    }
    let text = ["\(labels.count) classes, \(accuracyText)"] + worst
    return text.joined(separator: ". ") + "."
  }

  /// A row for each class: its name, then how often it was predicted as each class.
  public var tables: [FigureTable] {
    [
      FigureTable(
        name: "", columns: ["true class"] + labels,
        rows: zip(labels, counts).map { label, row in
          [.text(label)] + row.map { .number(Double($0)) }
        })
    ]
  }

  public func check() throws(FigureError) {
    if total > 0 { return }
    throw FigureError(
      .empty, at: "confusion matrix", found: "no samples of \(labels.count) classes",
      expected: "at least one")
  }

  public func drawing() -> SVGDocument { drawing(title: title) }

  public func characters(width: Int, color: Bool) -> String {
    terminal(width: width, color: color)
  }
}
