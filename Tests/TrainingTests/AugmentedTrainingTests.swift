import Formats
import Models
import TestSupport
import Testing
import Training

@Suite("Training with augmentation", .serialized) struct AugmentedTrainingTests {
  private func lesson(_ augmentation: Augmentation?) throws -> Lesson {
    var lesson = try Lesson()
    lesson.options.augmentation = augmentation
    return lesson
  }

  private static var augmentation: Augmentation {
    get throws {
      try Augmentation(
        [
          .rotation(degrees: -10...10), .crop(padding: 1), .contrast(factor: 0.8...1.2),
          .noise(deviation: 0...0.1), .cutout(size: 2),
        ], mixup: 0.3)
    }
  }

  @Test("resumed from any step, equals an unbroken run")
  func resumed() throws {
    let lesson = try lesson(Self.augmentation)
    let scratch = try ScratchFolder()
    let folder = CheckpointFolder(scratch("checkpoints"), keeping: 100)
    var unbroken = lesson.trainer(Adam(learningRate: 0.01))
    try lesson.run(&unbroken) { event, trainer in
      if case .step = event { try folder.save(Checkpoint(trainer)) }
      return .proceed
    }
    for entry in try folder.entries() {
      var resumed = lesson.trainer(Adam(learningRate: 0.01))
      try folder.load(entry).restore(&resumed)
      try lesson.run(&resumed)
      #expect(differences(resumed, unbroken) == [], "from step \(entry.step)")
    }
    var plain = lesson.trainer(Adam(learningRate: 0.01))
    try self.lesson(nil).run(&plain)
    #expect(!differences(plain, unbroken).isEmpty)
  }

  /// The model's own kernels give other bits on other numbers of threads, the batches do not.
  @Test("batches prepared ahead or in turn give the same bits", arguments: [1, 2])
  func prefetch(_ threads: Int) throws {
    let before = Compute.threads
    Compute.threads = threads
    defer { Compute.threads = before }
    var lesson = try lesson(Self.augmentation)
    lesson.options.prefetch = 0
    var inTurn = lesson.trainer(Adam())
    try lesson.run(&inTurn)
    for ahead in [1, 4] {
      lesson.options.prefetch = ahead
      var trainer = lesson.trainer(Adam())
      try lesson.run(&trainer)
      #expect(differences(inTurn, trainer) == [])
    }
  }

  @Test("what a model is evaluated on is never changed")
  func evaluation() throws {
    // Nothing but noise is left of the training samples.
    let lesson = try lesson(Augmentation([.cutout(size: 100), .noise(deviation: 1...1)]))
    var trainer = lesson.trainer(SGD(learningRate: 0.01))
    try lesson.run(&trainer) { event, trainer in
      if case .epoch(let record) = event {
        let scores = Scores(
          try evaluate(
            trainer.model, on: lesson.validation, preparation: lesson.preparation,
            inputShape: [1, 8, 8], loss: { crossEntropy(logits: $0, labels: $1) }))
        #expect(record.validation == scores)
      }
      return .proceed
    }
  }

  @Test("the loss of a mixed batch is the cross-entropy with its distributions of labels")
  func mixedLoss() throws {
    let lesson = try lesson(Augmentation([], mixup: 1))
    let loader = try BatchLoader(
      dataset: lesson.train, preparation: lesson.preparation, inputShape: [1, 8, 8], batchSize: 32,
      shuffleSeed: 5, prefetch: 0, augmentation: lesson.options.augmentation)
    let batch = try #require(try loader.next())
    let model = Lesson.network()
    // The trainer's first step, which is that of the seed 5.
    var context = Context(.training, seed: 5, step: 0)
    let (expected, gradients) = valueWithGradients(of: model, &context) { model, context in
      crossEntropy(
        logits: model(Tensor(batch.inputs), &context),
        probabilities: Tensor(batch.labelDistributions(classes: 10)))
    }
    var trainer = lesson.trainer(SGD(learningRate: 1))
    var loss = 0.0
    try lesson.run(&trainer) { event, _ in
      if case .step(let step) = event { loss = step.loss }
      return .stop
    }
    // Float32 sums of 32 losses near 2.3 in another order, and weights near 1.
    #expect(abs(loss - expected.item) < 1e-5)
    var after: [String: [Double]] = [:]
    for entry in trainer.model.state { after[entry.path] = entry.array.doubles }
    var updated = model
    var optimizer = SGD(learningRate: 1)
    optimizer.update(&updated, along: gradients)
    updated.apply(statisticsOf: context)
    for entry in updated.state {
      let distance = zip(entry.array.doubles, after[entry.path] ?? []).map { abs($0 - $1) }.max()
      #expect((distance ?? 9) < 1e-5, "\(entry.path)")
    }
  }

  /// 200 digits alone are learned by heart; moved and turned ones are not.
  @Test("a network that sees changed samples does better on new ones")
  func generalization() throws {
    let train = try Digits.splits.train.prefix(200)
    let preparation = try InputPreparation(fitting: train)
    func accuracy(_ augmentation: Augmentation?) throws -> Double {
      var trainer = Trainer(
        model: leNet5().initialized(seed: 0), optimizer: Adam(learningRate: 0.002), classes: 10)
      _ = try trainer.run(
        train: train, validation: nil, preparation: preparation, inputShape: [1, 32, 32],
        options: TrainingOptions(epochs: 100, augmentation: augmentation),
        loss: { crossEntropy(logits: $0, labels: $1) }, observe: { _, _ in .proceed })
      return try evaluate(
        trainer.model, on: Digits.splits.test, preparation: preparation, inputShape: [1, 32, 32],
        loss: { crossEntropy(logits: $0, labels: $1) }
      ).accuracy
    }
    let plain = try accuracy(nil)
    let augmented = try accuracy(
      Augmentation([.rotation(degrees: -10...10), .crop(padding: 2)]))
    #expect(augmented > plain + 0.015, "\(augmented) against \(plain)")
  }

  @Test(
    "options in a file",
    arguments: [
      (
        #"{"augmentation": {"steps": [{"step": "scale", "factor": [0, 2]}]}}"#,
        "augmentation.steps[0].factor: found [0.0, 2.0], expected numbers from 0.1 to 10.0"
      ),
      (
        #"{"augmentation": {"steps": [{"step": "twist"}]}}"#,
        "augmentation.steps[0].step: found \"twist\", expected one of shift, rotation, scale, shear, "
          + "flip, crop, brightness, contrast, saturation, hue, noise, cutout"
      ),
      (
        #"{"augmentation": {"mixup": 1000}}"#,
        "augmentation.mixup: found 1000.0, expected from 0.01 to 100"
      ),
    ])
  func files(_ text: String, _ expected: String) throws {
    let scratch = try ScratchFolder()
    let path = scratch("options.json")
    try AtomicFile.write(Array(text.utf8), to: path)
    do {
      _ = try ConfigurationFile.read(TrainingOptions.self, from: path)
      Issue.record("no error")
    } catch {
      #expect("\(error)".hasSuffix(expected), "\(error)")
    }
    let options = TrainingOptions(augmentation: try Self.augmentation)
    try ConfigurationFile.write(options, to: path)
    #expect(try ConfigurationFile.read(TrainingOptions.self, from: path) == options)
  }
}
