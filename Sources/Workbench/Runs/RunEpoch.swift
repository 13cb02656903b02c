import Formats

/// What `metrics.jsonl` tells of an epoch.
public struct RunEpoch: Sendable, Hashable {
  /// Loss and accuracy of a pass.
  public struct Scores: Sendable, Hashable {
    /// Mean loss a sample.
    public let loss: Double
    /// Share of right answers, 0 to 1.
    public let accuracy: Double
  }

  /// Counted from 1.
  public let epoch: Int
  /// Over the epoch's batches, while the model was changing.
  public let train: Scores
  /// Over the validation set, at the epoch's end; nil where there is none.
  public let validation: Scores?
  /// The time that it took.
  public let seconds: Double

  /// The loss that runs are compared by: on the validation set where there is one.
  public var loss: Double { validation?.loss ?? train.loss }

  /// Reads a line of the log; nil where it is none.
  init?(_ line: JSONValue) {
    guard let object = line.object, let epoch = object["epoch"]?.integer,
      let train = object["train"].flatMap(Scores.init), let seconds = object["seconds"]?.double
    else { return nil }
    self.epoch = epoch
    self.train = train
    if let value = object["validation"] {
      guard let scores = Scores(value) else { return nil }
      validation = scores
    } else {
      validation = nil
    }
    self.seconds = seconds
  }
}

extension RunEpoch.Scores {
  fileprivate init?(_ value: JSONValue) {
    guard let loss = value.object?["loss"]?.double,
      let accuracy = value.object?["accuracy"]?.double
    else { return nil }
    self.init(loss: loss, accuracy: accuracy)
  }

  /// For scripts to read.
  public var json: JSONValue { ["loss": .number(loss), "accuracy": .number(accuracy)] }
}
