import TestSupport
import Testing
import Training

/// The moving average of the parameters.
@Suite("Average of the weights")
struct AverageTests {
  private static func trainer(_ lesson: Lesson) -> Trainer<Sequential> {
    lesson.trainer(Adam(learningRate: 0.01))
  }

  /// a₁ = w₁, aₜ = d·aₜ₋₁ + (1 − d)·wₜ, as PyTorch's `AveragedModel` with
  /// `get_ema_multi_avg_fn(d)`, which begins with a copy; statistics are the model's own.
  @Test func formula() throws {
    var lesson = try Lesson()
    lesson.options.averageDecay = 0.9
    lesson.options.epochs = 1
    var trainer = lesson.trainer(SGD(learningRate: 0.1), dtype: .float64)
    var expected: [String: [Double]] = [:]
    try lesson.run(&trainer) { event, trainer in
      guard case .step = event else { return .proceed }
      for (path, array) in trainer.model.state {
        let now = array.doubles
        if path.contains("running"), expected[path] != nil {
          expected[path] = now
        } else if let before = expected[path] {
          expected[path] = zip(before, now).map { 0.9 * $0 + 0.1 * $1 }
        } else {
          expected[path] = now
        }
      }
      return .proceed
    }
    #expect(trainer.position.step == 7)
    for (path, array) in trainer.evaluatedModel.state {
      for (a, b) in zip(array.doubles, expected[path]!) { #expect(abs(a - b) < 1e-14, "\(path)") }
    }
    #expect(trainer.evaluatedModel.state[0].array.doubles != trainer.model.state[0].array.doubles)
  }

  /// What validation measures, what a checkpoint offers, and what is left of the best epoch.
  @Test func evaluated() throws {
    var lesson = try Lesson()
    lesson.options.averageDecay = 0.5
    lesson.options.epochs = 1
    var trainer = Self.trainer(lesson)
    try lesson.run(&trainer)
    let metrics = try evaluate(
      trainer.evaluatedModel, on: lesson.validation, preparation: lesson.preparation,
      inputShape: [1, 8, 8], loss: { crossEntropy(logits: $0, labels: $1) })
    #expect(trainer.position.history[0].validation == Scores(metrics))
    var loaded = Lesson.network()
    try loaded.load(Checkpoint(trainer).evaluated)
    for (a, b) in zip(loaded.state, trainer.evaluatedModel.state) {
      #expect(a.array.doubles == b.array.doubles)
    }
    lesson.options.epochs = 6
    lesson.options.earlyStopping = EarlyStopping(patience: 6)
    var best = Self.trainer(lesson)
    try lesson.run(&best)
    #expect(!best.best.isEmpty)
    for (a, b) in zip(best.best, best.evaluatedModel.state) {
      #expect(a.array.doubles == b.array.doubles)
    }
  }

  /// From any step, to the last bit.
  @Test func resumed() throws {
    var lesson = try Lesson()
    lesson.options.averageDecay = 0.97
    lesson.options.batchSize = 16
    lesson.options.accumulation = 2
    let scratch = try ScratchFolder()
    let folder = CheckpointFolder(scratch("checkpoints"), keeping: 100)
    var unbroken = Self.trainer(lesson)
    try lesson.run(&unbroken) { event, trainer in
      if case .step = event { try folder.save(Checkpoint(trainer)) }
      return .proceed
    }
    func values(_ trainer: Trainer<Sequential>) -> [[UInt64]] {
      trainer.average.map { $0.array.doubles.map(\.bitPattern) }
    }
    for entry in try folder.entries() where [1, 6, 7, 8, 13, 20].contains(entry.step) {
      var resumed = Self.trainer(lesson)
      try folder.load(entry).restore(&resumed)
      try lesson.run(&resumed)
      #expect(differences(resumed, unbroken) == [], "from step \(entry.step)")
      #expect(values(resumed) == values(unbroken), "from step \(entry.step)")
    }
  }
}
