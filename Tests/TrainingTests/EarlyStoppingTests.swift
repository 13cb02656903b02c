import Formats
import Foundation
import TestSupport
import Testing
import Training

@Suite("Early stopping")
struct EarlyStoppingTests {
  /// Epochs whose every metric is one of these numbers.
  private static func history(_ values: [Double]) throws -> [EpochRecord] {
    try values.enumerated().map { index, value in
      let scores = #"{"loss": \#(value), "accuracy": \#(value), "topAccuracy": 1}"#
      return try JSONDecoder().decode(
        EpochRecord.self,
        from: Data(
          #"{"epoch": \#(index + 1), "train": \#(scores), "validation": \#(scores)}"#.utf8))
    }
  }

  @Test(
    "the best epoch, and when it is over",
    arguments: [
      ([], nil, false), ([3], 0, false), ([3, 2, 1], 2, false), ([1, 2], 0, false),
      ([1, 2, 3], 0, true), ([3, 1, 2, 2], 1, true), ([3, 1, 2, 0.5], 3, false),
      // Less than the least change is no progress, however often.
      ([1, 0.95, 0.92], 0, true), ([1, 0.95, 0.89], 2, false), ([1, 1, 1], 0, true),
    ] as [([Double], Int?, Bool)])
  func losses(_ values: [Double], _ best: Int?, _ over: Bool) throws {
    let stopping = EarlyStopping(patience: 2, minimumChange: 0.1)
    let history = try Self.history(values)
    #expect(stopping.bestEpoch(in: history) == best)
    #expect(stopping.isOver(history) == over)
    // Of an accuracy more is better.
    let rising = EarlyStopping(metric: .trainingAccuracy, patience: 2, minimumChange: 0.1)
    let mirrored = try Self.history(values.map { 4 - $0 })
    #expect(rising.bestEpoch(in: mirrored) == best)
    #expect(rising.isOver(mirrored) == over)
  }

  /// A rate so high that the validation loss soon stops falling.
  private static func lesson(_ stopping: EarlyStopping?) throws -> Lesson {
    var lesson = try Lesson()
    lesson.options.epochs = 30
    lesson.options.earlyStopping = stopping
    return lesson
  }

  @Test("ends the run and goes back to the best epoch")
  func restores() throws {
    let lesson = try Self.lesson(EarlyStopping(patience: 3))
    var trainer = lesson.trainer(Adam(learningRate: 0.03))
    var states: [[(path: String, array: NDArray)]] = []
    var lastStep: [Double] = []
    let outcome = try lesson.run(&trainer) { event, trainer in
      if case .step(let report) = event, report.batch == report.batches {
        states.append(trainer.model.state)
        lastStep = trainer.model.state[0].array.doubles
      }
      return .proceed
    }
    #expect(outcome == .finished)
    let losses = try trainer.position.history.map { try #require($0.validation).loss }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(losses.count == best + 4 && losses.count < 30)
    for (kept, now) in zip(states[best], trainer.model.state) {
      #expect(kept.array.doubles == now.array.doubles, "\(now.path)")
    }
    #expect(trainer.model.state[0].array.doubles != lastStep)
    // What is over stays over.
    let copy = trainer
    #expect(try lesson.run(&trainer) == .finished)
    #expect(differences(trainer, copy) == [])
    // Without it the run would have gone on, by the same steps so far.
    let whole = try Self.lesson(EarlyStopping(patience: 3, restoresBest: false))
    var other = whole.trainer(Adam(learningRate: 0.03))
    try whole.run(&other)
    #expect(other.position == trainer.position)
    #expect(other.model.state[0].array.doubles == lastStep)
  }

  @Test("the last epoch too goes back to the best")
  func lastEpoch() throws {
    var lesson = try Self.lesson(EarlyStopping(patience: 30))
    lesson.options.epochs = 12
    var trainer = lesson.trainer(Adam(learningRate: 0.1))
    try lesson.run(&trainer)
    let losses = try trainer.position.history.map { try #require($0.validation).loss }
    let metrics = try evaluate(
      trainer.model, on: lesson.validation, preparation: lesson.preparation,
      inputShape: [1, 8, 8], loss: { crossEntropy(logits: $0, labels: $1) })
    #expect(Scores(metrics).loss == losses.min())
    #expect(losses.min() != losses.last)
  }

  @Test("resumed from any epoch it stops where the unbroken run does, with the same bits")
  func resumed() async throws {
    var lesson = try Self.lesson(EarlyStopping(patience: 3))
    lesson.options.schedule = Schedule(
      .plateau(.init(metric: .trainingLoss, factor: 0.5, patience: 0, threshold: 0.3)),
      unit: .step, warmup: .init(length: 10))
    lesson.options.regularization = Regularization(l1: 1e-3, l2: 1e-3, maxNorm: 2)
    lesson.options.clipping = GradientClipping(limit: 1)
    let scratch = try ScratchFolder()
    let folder = CheckpointFolder(scratch("checkpoints"), keeping: 1000)
    let optimizer = SGD(learningRate: 0.2, momentum: 0.9, nesterov: true, form: .course)
    var whole = lesson.trainer(optimizer)
    var rates: [Double] = []
    try lesson.run(&whole) { event, trainer in
      if case .step(let report) = event {
        rates.append(report.learningRate)
        if report.step % 5 == 0 { try folder.save(Checkpoint(trainer)) }
      } else {
        try folder.save(Checkpoint(trainer))
      }
      return .proceed
    }
    #expect(Set(rates).count > 12)  // ten of the warm-up, and some of the plateau
    #expect(!whole.best.isEmpty)
    for entry in try folder.entries() {
      var resumed = lesson.trainer(optimizer)
      try folder.load(entry).restore(&resumed)
      #expect(try lesson.run(&resumed) == .finished)
      #expect(differences(resumed, whole) == [], "from step \(entry.step)")
      #expect(resumed.best.map(\.array.doubles) == whole.best.map(\.array.doubles))
    }
    // As a sequence of epochs it is the same.
    let fixed = lesson
    let sequence = fixed.trainer(optimizer).epochs(
      train: fixed.train, validation: fixed.validation, preparation: fixed.preparation,
      inputShape: [1, 8, 8], options: fixed.options,
      loss: { crossEntropy(logits: $0, labels: $1) })
    var count = 0
    for try await _ in sequence { count += 1 }
    #expect(count == whole.position.epoch)
    #expect(differences(await sequence.trainer, whole) == [])
  }

  /// Though at its end it has gone back to its best epoch, of which the last step knows nothing.
  @Test("with more epochs it goes on as if it had never ended", arguments: [nil, 0.5])
  func extended(_ averageDecay: Double?) throws {
    var lesson = try Self.lesson(EarlyStopping(patience: 30))
    lesson.options.epochs = 12
    lesson.options.averageDecay = averageDecay
    var whole = lesson.trainer(Adam(learningRate: 0.1))
    try lesson.run(&whole)
    let losses = try whole.position.history.map { try #require($0.validation).loss }
    let worse = try #require(losses.indices.dropFirst().first { losses[$0] > losses[..<$0].min()! })
    try #require(worse < 11)
    lesson.options.epochs = worse + 1
    var first = lesson.trainer(Adam(learningRate: 0.1))
    try lesson.run(&first)
    #expect(first.last[0].array.doubles != first.model.state[0].array.doubles)
    let scratch = try ScratchFolder()
    try Checkpoint(first).write(to: scratch("a.safetensors"))
    var rest = lesson.trainer(Adam(learningRate: 0.1))
    try Checkpoint(readingFrom: scratch("a.safetensors")).restore(&rest)
    #expect(differences(rest, first) == [])
    lesson.options.epochs = 12
    #expect(try lesson.run(&rest) == .finished)
    #expect(differences(rest, whole) == [])
    func values(_ arrays: [(path: String, array: NDArray)]) -> [[Double]] {
      arrays.sorted { $0.path < $1.path }.map(\.array.doubles)
    }
    #expect(!whole.last.isEmpty && values(rest.last) == values(whole.last))
    #expect(whole.lastAverage.isEmpty == (averageDecay == nil))
    #expect(values(rest.lastAverage) == values(whole.lastAverage))
    #expect(values(rest.best) == values(whole.best))
  }

  @Test("a best epoch that does not fit the model is refused")
  func anotherModel() throws {
    let lesson = try Self.lesson(EarlyStopping(patience: 3))
    var trainer = lesson.trainer(SGD())
    try lesson.run(&trainer) { event, _ in
      if case .epoch = event { return .stop }
      return .proceed
    }
    let scratch = try ScratchFolder()
    try Checkpoint(trainer).write(to: scratch("a.safetensors"))
    let (tensors, metadata) = try Safetensors.read(scratch("a.safetensors"))
    let fewer = tensors.filter { $0.name != "best/layers.6.bias" }
    #expect(fewer.count == tensors.count - 1)
    try Safetensors.write(fewer, metadata: metadata, to: scratch("a.safetensors"))
    var other = lesson.trainer(SGD())
    let error = #expect(throws: StateError.self) {
      try Checkpoint(readingFrom: scratch("a.safetensors")).restore(&other)
    }
    #expect(error?.description == "layers.6.bias is missing")
    #expect(other.position.step == 0 && other.best.isEmpty)
  }
}
