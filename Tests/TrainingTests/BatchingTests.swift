import TestSupport
import Testing
import Training

/// Gradients of several batches added up, batches whose size changes, and batches of one sample.
@Suite("Batches and steps")
struct BatchingTests {
  private struct Row: Sendable {
    var batchSize = 32
    var accumulation = 1
    var changes: [BatchSizeChange] = []
  }

  /// A network whose loss is a mean over samples: without batch normalisation and dropout.
  private static let plain = Sequential {
    Conv2D(1, 4, kernel: 3, padding: 1)
    ReLU()
    MaxPool2D(2)
    Flatten()
    Dense(64, 10)
  }

  private func trained(
    _ row: Row, model: Sequential = plain, dtype: DType = .float64, epochs: Int = 2,
    clipping: GradientClipping? = nil, augmentation: Augmentation? = nil
  ) throws -> (Trainer<Sequential>, steps: [StepReport]) {
    var lesson = try Lesson()
    lesson.options.epochs = epochs
    lesson.options.batchSize = row.batchSize
    lesson.options.accumulation = row.accumulation
    lesson.options.batchSizeChanges = row.changes
    lesson.options.clipping = clipping
    lesson.options.augmentation = augmentation
    var trainer = Trainer(
      model: model.initialized(seed: 3, dtype: dtype),
      optimizer: SGD(learningRate: 0.05, momentum: 0.9), classes: 10)
    var steps: [StepReport] = []
    try lesson.run(&trainer) { event, _ in
      if case .step(let report) = event { steps.append(report) }
      return .proceed
    }
    return (trainer, steps)
  }

  /// 200 samples by 3 × 16 are 5 steps, the last of 8 samples; by 4 × 13 they are 4, the last of
  /// which has 3 × 13 + 5.
  @Test(arguments: [(48, 16, 3), (52, 13, 4), (200, 64, 4)])
  func accumulationIsALargeBatch(_ whole: Int, _ size: Int, _ count: Int) throws {
    let clipping = GradientClipping(.globalNorm, limit: 0.5)
    let mixup = try Augmentation([], mixup: 0.4)
    let (large, steps) = try trained(
      Row(batchSize: whole), clipping: clipping, augmentation: mixup)
    let (small, others) = try trained(
      Row(batchSize: size, accumulation: count), clipping: clipping, augmentation: mixup)
    #expect(steps.map(\.step) == others.map(\.step))
    #expect(steps.map(\.samples) == others.map(\.samples))
    for (a, b) in zip(steps, others) { #expect(abs(a.loss - b.loss) < 1e-12) }
    for (a, b) in zip(large.model.state, small.model.state) {
      // Sums in another order, in float64.
      #expect(agree(b.array, a.array, within: 1e-12), "\(a.path)")
    }
    #expect(
      large.position.history.map(\.train.accuracy)
        == small.position.history.map(\.train.accuracy))
  }

  /// Statistics follow every part, and dropout draws for each anew.
  @Test func statisticsOfParts() throws {
    let normalized = Sequential {
      BatchNorm(1, momentum: 1)
      Dropout(0.5)
      Flatten()
      Dense(64, 10)
    }
    let (parts, _) = try trained(
      Row(batchSize: 100, accumulation: 2), model: normalized, epochs: 1)
    let lesson = try Lesson()
    let loader = try BatchLoader(
      dataset: lesson.train, preparation: lesson.preparation, inputShape: [1, 8, 8],
      batchSize: 100, shuffleSeed: 5, epoch: 0, startBatch: 1)
    let last = try #require(try loader.next()).inputs
    // With a momentum of 1 the running mean is that of the last part.
    let mean = parts.model.state.first { $0.path == "layers.0.running_mean" }!.array.item
    #expect(abs(mean - last.doubles.reduce(0, +) / 6400) < 1e-6)

    var context = Context(.training)
    let x = Tensor(NDArray.ones([50, 40]))
    let dropout = Dropout(0.5).initialized()
    #expect(dropout(x, &context).array.doubles != dropout(x, &context).array.doubles)
  }

  @Test func sizesByEpoch() throws {
    let row = Row(
      batchSize: 100, changes: [BatchSizeChange(epoch: 2, size: 50), .init(epoch: 4, size: 200)])
    let (trainer, steps) = try trained(row, epochs: 4)
    #expect(steps.map(\.batches) == [2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 1])
    #expect(trainer.position.step == 11)
    let options = try Lesson().options
    var changed = options
    changed.batchSize = 100
    changed.batchSizeChanges = row.changes
    #expect((0...6).map { changed.steps(before: $0, samples: 200) } == [0, 2, 6, 10, 11, 12, 13])
    #expect(options.steps(before: 3, samples: 200) == 21)
  }

  /// The schedule's last step is the last of all epochs, whatever sizes they have.
  @Test func scheduleOverSizes() throws {
    var lesson = try Lesson()
    lesson.options.epochs = 2
    lesson.options.batchSize = 100
    lesson.options.batchSizeChanges = [BatchSizeChange(epoch: 2, size: 25)]
    lesson.options.schedule = Schedule(.polynomial(power: 1), unit: .step)
    var trainer = Trainer(
      model: Self.plain.initialized(seed: 3), optimizer: SGD(learningRate: 1e-3), classes: 10)
    var rates: [Double] = []
    try lesson.run(&trainer) { event, _ in
      if case .step(let report) = event { rates.append(report.learningRate * 1e3) }
      return .proceed
    }
    #expect(rates.count == 10)
    for (step, rate) in rates.enumerated() { #expect(abs(rate - (1 - Double(step) / 10)) < 1e-9) }
  }

  @Test func oneSampleUnderBatchNormalization() throws {
    let narrow = Sequential {
      Conv2D(1, 4, kernel: 8)
      BatchNorm(4)
      Flatten()
      Dense(4, 10)
    }
    func message(_ row: Row, _ model: Sequential = narrow) -> String {
      do {
        _ = try trained(row, model: model, epochs: 1)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      message(Row(batchSize: 1))
        == "batchSize: found a batch of 1 sample, in which layers.1 (BatchNorm) sees one value a "
        + "channel, expected at least 2 samples in every batch, for it to have a variance")
    #expect(
      message(Row(batchSize: 199)).hasPrefix(
        "batchSize: found a batch of 1 sample, the last of 200 by 199, in which layers.1"))
    #expect(message(Row(batchSize: 100, changes: [.init(epoch: 2, size: 199)])) != "none")
    #expect(message(Row(batchSize: 198)) == "none")
    // Images of several pixels have a variance.
    #expect(message(Row(batchSize: 199), Lesson.network()) == "none")
  }

  @Test func refused() throws {
    func message(_ change: (inout TrainingOptions) -> Void) throws -> String {
      var lesson = try Lesson()
      change(&lesson.options)
      var trainer = lesson.trainer(Adam())
      do {
        try lesson.run(&trainer)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      try message { $0.accumulation = 0 } == "accumulation: found 0, expected from 1 to 1000000")
    #expect(
      try message { $0.averageDecay = 1 } == "averageDecay: found 1.0, expected from 0 to below 1")
    #expect(
      try message {
        $0.batchSizeChanges = [.init(epoch: 5, size: 3), .init(epoch: 4, size: 6)]
      }
        == "batchSizeChanges: found 3 from epoch 5, 6 from epoch 4, expected sizes of at least 1 "
        + "from ascending epochs on, the first of them at least 2")
  }
}
