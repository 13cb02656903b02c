import Foundation
import TestSupport
import Testing
import Training

/// A small network on a few of the digits, with all that makes resuming hard: dropout, running
/// statistics, optimizer state, shuffling, a last batch that is shorter.
struct Lesson {
  /// An end that leaves nothing in order, as that of a process does.
  struct Crash: Error {}

  let train: Dataset
  let validation: Dataset
  let preparation: InputPreparation
  var options = TrainingOptions(epochs: 3, batchSize: 32, seed: 5, prefetch: 3)

  init() throws {
    train = try Digits.splits.train.prefix(200)
    validation = try Digits.splits.validation.prefix(40)
    preparation = try InputPreparation(fitting: train)
  }

  /// Batches of an epoch.
  let batches = 7

  static func network(dtype: DType = .float32) -> Sequential {
    Sequential {
      Conv2D(1, 4, kernel: 3, padding: 1)
      BatchNorm(4)
      ReLU()
      MaxPool2D(2)
      Dropout(0.25)
      Flatten()
      Dense(64, 10)
    }.initialized(seed: 3, dtype: dtype)
  }

  func trainer(
    _ optimizer: any Optimizer, dtype: DType = .float32
  ) -> Trainer<Sequential> {
    Trainer(model: Self.network(dtype: dtype), optimizer: optimizer, classes: 10)
  }

  /// Trains to the end.
  @discardableResult
  func run(
    _ trainer: inout Trainer<Sequential>,
    observe: (TrainingEvent, Trainer<Sequential>) throws -> TrainingControl = { _, _ in .proceed }
  ) throws -> TrainingOutcome {
    try trainer.run(
      train: train, validation: validation, preparation: preparation, inputShape: [1, 8, 8],
      options: options, loss: { crossEntropy(logits: $0, labels: $1) }, observe: observe)
  }
}

/// All that a trainer holds, to be compared to the last bit.
func bits(_ trainer: Trainer<Sequential>) -> [String: [UInt64]] {
  var result: [String: [UInt64]] = [:]
  func add(_ name: String, _ array: NDArray) {
    result["\(name) \(array.dtype) \(array.shape)"] = array.doubles.map(\.bitPattern)
  }
  for (path, array) in trainer.model.state { add(path, array) }
  for (name, array) in trainer.optimizer.state { add(name, array) }
  result["steps"] = [UInt64(trainer.optimizer.steps), UInt64(trainer.position.step)]
  result["rate"] = [trainer.optimizer.learningRate.bitPattern]
  return result
}

/// The names whose bits differ; none where two trainers are the same.
func differences(_ a: Trainer<Sequential>, _ b: Trainer<Sequential>) -> [String] {
  let (first, second) = (bits(a), bits(b))
  var names = Set(first.keys).union(second.keys).filter { first[$0] != second[$0] }.sorted()
  if a.position != b.position { names.append("position") }
  return names
}
