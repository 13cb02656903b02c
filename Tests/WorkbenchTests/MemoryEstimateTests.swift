import TestSupport
import Testing
import Workbench

/// What training and evaluation are said to need, against the most that arrays held meanwhile.
///
/// In a process of their own, since the pool is the process's.
@Suite("Memory estimates", .serialized)
struct MemoryEstimateTests {
  /// A run to measure.
  struct Case: Sendable, Codable, CustomStringConvertible {
    let model: String
    let precision: DType
    let optimizer: TrainRequest.OptimizerName
    let batch: Int

    var description: String { "\(model), \(precision), \(optimizer), batch \(batch)" }
  }

  static let cases = ["mlp", "lenet5", "Examples/small-cnn.yaml"].flatMap { model in
    [
      Case(model: model, precision: .float32, optimizer: .adam, batch: 32),
      Case(model: model, precision: .float32, optimizer: .adam, batch: 2),
      Case(model: model, precision: .float32, optimizer: .sgd, batch: 1000),
      Case(model: model, precision: .float64, optimizer: .momentum, batch: 128),
    ]
  }

  /// The estimate over the measurement: less would be refused too late, and much more too early.
  static let honest = 0.97...2.0

  @Test(arguments: cases)
  func training(_ item: Case) async {
    await #expect(processExitsWith: .success) { [item = item as Case] in
      let (ratio, text) = try Self.ratio(item, evaluation: false)
      #expect(Self.honest.contains(ratio), "\(text)")
    }
  }

  @Test(arguments: cases)
  func evaluation(_ item: Case) async {
    await #expect(processExitsWith: .success) { [item = item as Case] in
      let (ratio, text) = try Self.ratio(item, evaluation: true)
      #expect(Self.honest.contains(ratio), "\(text)")
    }
  }

  /// Trains an epoch, or evaluates, and compares.
  private static func ratio(_ item: Case, evaluation: Bool) throws -> (Double, String) {
    let data = try Digits.splits.train.prefix(40 * item.batch)
    let network = try Network(item.model, sample: data.sampleShape, classes: 10)
    let request = TrainRequest(
      model: item.model, batchSize: item.batch, optimizer: item.optimizer,
      precision: item.precision)
    let preparation = try InputPreparation(fitting: data)
    let summary = try network.layers.summary(input: Shape([1] + network.input))
    let pool = MemoryPool.shared
    pool.resetPeak()
    let before = pool.statistics.bytesInUse
    var trainer = Trainer(
      model: network.layers.initialized(dtype: item.precision),
      optimizer: request.makeOptimizer(), classes: 10)
    let loss = network.loss
    let estimate: Int
    if evaluation {
      estimate = summary.evaluationBytes(
        samples: data.count, batchSize: item.batch, dtype: item.precision)
      _ = try evaluate(
        trainer.model, on: data, preparation: preparation, inputShape: network.input,
        batchSize: item.batch, loss: { loss($0, labels: $1) })
    } else {
      estimate = summary.trainingBytes(
        samples: data.count, batchSize: item.batch, dtype: item.precision,
        optimizerStates: trainer.optimizer.stateCount)
      _ = try trainer.run(
        train: data, validation: nil, preparation: preparation, inputShape: network.input,
        options: TrainingOptions(epochs: 1, batchSize: item.batch),
        loss: { loss($0, labels: $1) }, observe: { _, _ in .proceed })
    }
    let peak = pool.statistics.peakBytesInUse - before
    let ratio = Double(estimate) / Double(peak)
    return (ratio, "\(item): \(estimate) bytes estimated, \(peak) measured")
  }
}
