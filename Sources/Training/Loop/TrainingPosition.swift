/// How far a training run has come: what a resumed run needs, beside model and optimizer, to go on
/// as if it had never stopped.
public struct TrainingPosition: Sendable, Hashable, Codable {
  /// Epochs finished.
  public var epoch = 0
  /// Batches of the current epoch finished.
  public var batch = 0
  /// Updates done since the start.
  public var step = 0
  /// Loss and accuracy over the current epoch's batches so far.
  public var metrics: ClassificationMetrics
  /// Damaged samples of the current epoch that were left out so far, and those that they had left
  /// alone in a batch under a batch normalisation that needs two; nil for none.
  public var skipped: Int?
  /// What each finished epoch gave.
  public var history: [EpochRecord] = []
  /// Time spent in training before this process, in seconds.
  public var secondsBefore = 0.0

  /// The start of a run, for a model of so many classes.
  public init(classes: Int) { metrics = ClassificationMetrics(classes: classes) }

  /// The most steps and samples that a file may count, lest counting on from there overflow.
  static let mostSteps = 1 << 53

  /// Counts samples that were left out.
  mutating func skip(_ count: Int) {
    if count > 0 { skipped = (skipped ?? 0) + count }
  }

  /// What contradicts itself in a position read from a file, for a model of so many classes.
  func problems(classes: Int) -> [String] {
    var problems: [String] = []
    let isCounted = (0...Self.mostSteps).contains(step)
    // A batch is a step, or all its samples, at least one, have been left out.
    if epoch < 0 || batch < 0 || !isCounted || epoch > step || batch - step > skipped ?? 0 {
      problems.append("the position is step \(step), batch \(batch) of epoch \(epoch)")
    }
    if metrics.classes != classes || !metrics.isConsistent || metrics.count > Self.mostSteps {
      problems.append("its metrics are not those of \(classes) classes")
    }
    if let skipped, !(1...Self.mostSteps).contains(skipped) {
      problems.append("it has left out \(skipped) samples")
    }
    if history.count != epoch {
      problems.append("its history has \(history.count) epochs of \(epoch)")
    }
    if !secondsBefore.isFinite || secondsBefore < 0 {
      problems.append("its time is \(secondsBefore) seconds")
    }
    return problems
  }
}

/// Loss and accuracy of one pass over a data set.
public struct Scores: Sendable, Hashable, Codable {
  /// Mean loss a sample.
  public let loss: Double
  /// Share of right answers, 0 to 1.
  public let accuracy: Double
  /// Share of samples whose class was among the best few, 0 to 1.
  public let topAccuracy: Double
  /// How many the best few are, where that is worth telling: nil for few classes.
  public let top: Int?

  /// The scores of what has been added up.
  public init(_ metrics: ClassificationMetrics) {
    loss = metrics.loss
    accuracy = metrics.accuracy
    topAccuracy = metrics.topAccuracy
    top = metrics.tellsTop ? metrics.k : nil
  }
}

/// What an epoch gave.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// Counted from 1.
  public let epoch: Int
  /// Over the epoch's batches, while the model was changing.
  public let train: Scores
  /// Over the validation set, at the epoch's end; nil where that set is empty.
  public let validation: Scores?
  /// Damaged samples of both that were left out, and those of the first that they had left alone in a
  /// batch under a batch normalisation that needs two; nil for none.
  public package(set) var skipped: Int?
}
