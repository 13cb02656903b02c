/// What a training run reports while it goes on.
public enum TrainingEvent: Sendable {
  /// A step is done.
  case step(StepReport)
  /// An epoch is done and the model has been validated.
  case epoch(EpochRecord)
}

/// One training step.
public struct StepReport: Sendable {
  /// Epochs finished before this one.
  public let epoch: Int
  /// Batches of this epoch that are done.
  public let batch: Int
  /// Batches of an epoch in all.
  public let batches: Int
  /// Updates since the start.
  public let step: Int
  /// Samples of this epoch that are done.
  public let samples: Int
  /// Samples of an epoch in all.
  public let sampleCount: Int
  /// The batch's mean loss.
  public let loss: Double
  /// The optimizer's η times the schedule's factor, as the step took it.
  public let learningRate: Double
  /// Mean loss and accuracy over this epoch so far.
  public let running: Scores
}

/// What a callback wants of the run.
public enum TrainingControl: Sendable {
  /// Go on.
  case proceed
  /// Stop after this step, keeping the position.
  case stop
}

/// Why a run ended.
public enum TrainingOutcome: Sendable, Hashable {
  /// The last epoch is done, or early stopping has ended the run.
  case finished
  /// A callback asked for it.
  case stopped
}

/// Training that cannot go on.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
  /// The loss, a parameter or a statistic is NaN or infinite.
  ///
  /// Step and epoch are counted from 1; `place` says where such a number stands first.
  case diverged(loss: Double, step: Int, epoch: Int, place: String)
  /// An option that is out of range or does not go with the optimizer, the model or the data.
  case unsuitable(option: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .diverged(let loss, let step, let epoch, let place):
      "the loss is \(loss) at step \(step) of epoch \(epoch): \(place); "
        + "a smaller learning rate may do"
    case .unsuitable(let option, let found, let expected):
      "\(option): found \(found), expected \(expected)"
    }
  }
}
