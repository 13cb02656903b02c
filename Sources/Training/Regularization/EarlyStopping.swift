/// Ends training when a metric has not got better for some epochs, and goes back to the best.
///
/// What it needs beside the best epoch's weights, which checkpoints hold, is in the history of a
/// run: a resumed run stops where the unbroken one does.
///
/// - Source: Prechelt 1998, "Early Stopping - But When?"; Goodfellow, Bengio and Courville 2016,
///   algorithm 7.1.
public struct EarlyStopping: Sendable, Hashable, Codable {
  /// What is watched.
  public var metric: TrainingMetric
  /// Epochs in a row without progress after which training ends; at least 1.
  public var patience: Int
  /// By how much the metric has to be better than the best so far to count as progress; at least 0.
  public var minimumChange: Double
  /// Whether the model ends with the parameters and statistics of its best epoch, also where the
  /// last epoch comes first. The optimizer's state stays that of the last step, whose model is kept
  /// beside, so that a run that is given more epochs goes on as if it had never ended.
  public var restoresBest: Bool

  /// A rule of when to stop; checked when it is decoded and where training begins, not here.
  public init(
    metric: TrainingMetric = .validationLoss, patience: Int = 10, minimumChange: Double = 0,
    restoresBest: Bool = true
  ) {
    self.metric = metric
    self.patience = patience
    self.minimumChange = minimumChange
    self.restoresBest = restoresBest
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case metric, patience, minimumChange, restoresBest
  }

  /// - Throws: `DecodingError` with the key, what was found and what would do.
  public init(from decoder: any Decoder) throws {
    let reader = try ConfigurationReader<CodingKeys>(decoder)
    self.init()
    metric = try reader.choice(.metric, default: metric)
    patience = try reader.value(.patience, default: patience)
    minimumChange = try reader.value(.minimumChange, default: minimumChange)
    restoresBest = try reader.value(.restoresBest, default: restoresBest)
    try reader.refuse(problem)
  }

  /// The first number that will not do.
  var problem: ConfigurationProblem<CodingKeys>? {
    .first(
      (patience >= 1, .patience, patience, "at least 1"),
      (
        minimumChange >= 0 && minimumChange.isFinite, .minimumChange, minimumChange, "at least 0"
      ))
  }

  /// The index in a history of the last epoch that was progress; nil where none was.
  public func bestEpoch(in history: [EpochRecord]) -> Int? {
    var best: (value: Double, epoch: Int)?
    for (epoch, record) in history.enumerated() {
      // What is not a number is never progress.
      guard let value = metric.value(in: record), !value.isNaN else { continue }
      let isProgress =
        best.map { best in
          metric.isBetter(value, than: best.value) && abs(value - best.value) > minimumChange
        } ?? true
      if isProgress { best = (value, epoch) }
    }
    return best?.epoch
  }

  /// Whether training ends after these epochs.
  public func isOver(_ history: [EpochRecord]) -> Bool {
    history.count - 1 - (bestEpoch(in: history) ?? -1) >= patience
  }
}

/// A number of an epoch that schedules and early stopping go by.
public enum TrainingMetric: String, Sendable, Codable, CaseIterable {
  /// The mean loss over the epoch's batches; less is better.
  case trainingLoss = "training-loss"
  /// The share of right answers over the epoch's batches; more is better.
  case trainingAccuracy = "training-accuracy"
  /// The mean loss over the validation set; less is better.
  case validationLoss = "validation-loss"
  /// The share of right answers over the validation set; more is better.
  case validationAccuracy = "validation-accuracy"

  /// Whether a validation set is needed.
  public var needsValidation: Bool { self == .validationLoss || self == .validationAccuracy }

  /// Whether less of it is better.
  public var isLoss: Bool { self == .trainingLoss || self == .validationLoss }

  /// The number in a record; nil where there was no validation.
  public func value(in record: EpochRecord) -> Double? {
    switch self {
    case .trainingLoss: record.train.loss
    case .trainingAccuracy: record.train.accuracy
    case .validationLoss: record.validation?.loss
    case .validationAccuracy: record.validation?.accuracy
    }
  }

  /// Whether one value is better than another.
  func isBetter(_ value: Double, than other: Double) -> Bool {
    isLoss ? value < other : value > other
  }
}
