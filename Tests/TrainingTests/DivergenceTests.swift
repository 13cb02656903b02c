import TestSupport
import Testing
import Training

@Suite("A loss that is no number")
struct DivergenceTests {
  private static func plain() -> Sequential {
    Sequential {
      Flatten()
      Dense(64, 16)
      ReLU()
      Dense(16, 10)
    }.initialized(seed: 1)
  }

  private func failure(
    _ lesson: Lesson, _ trainer: inout Trainer<Sequential>,
    observe: (TrainingEvent, Trainer<Sequential>) throws -> TrainingControl = { _, _ in .proceed }
  ) -> (loss: Double, step: Int, epoch: Int, place: String, text: String)? {
    do {
      try lesson.run(&trainer, observe: observe)
    } catch let error as TrainingError {
      guard case .diverged(let loss, let step, let epoch, let place) = error else { return nil }
      return (loss, step, epoch, place, error.description)
    } catch {
      Issue.record(error)
    }
    return nil
  }

  @Test("a learning rate of 1e30 stops at the layer where it shows, the good checkpoint kept")
  func learningRate() throws {
    let lesson = try Lesson()
    let scratch = try ScratchFolder()
    let folder = CheckpointFolder(scratch("checkpoints"))
    var trainer = Trainer(model: Self.plain(), optimizer: SGD(learningRate: 1e30), classes: 10)
    try folder.save(Checkpoint(trainer))
    let failure = try #require(failure(lesson, &trainer))
    #expect(failure.step == 2)
    #expect(failure.epoch == 1)
    #expect(!failure.loss.isFinite)
    #expect(failure.place == "first in the output of layers.3 (Dense)")
    #expect(
      failure.text
        == "the loss is \(failure.loss) at step 2 of epoch 1: first in the output of layers.3 "
        + "(Dense); a smaller learning rate may do")
    let kept = try #require(try folder.latest())
    var restored = Trainer(model: Self.plain(), optimizer: SGD(learningRate: 0.1), classes: 10)
    try kept.restore(&restored)
    #expect(restored.position.step == 0)
    #expect(restored.model.state.allSatisfy { $0.array.doubles.allSatisfy(\.isFinite) })
  }

  @Test("a NaN among the parameters is named", arguments: [Double.nan, .infinity])
  func parameter(_ value: Double) throws {
    let lesson = try Lesson()
    var trainer = Trainer(model: Self.plain(), optimizer: Adam(), classes: 10)
    var weights = trainer.model.state.map(\.array)[2].doubles
    weights[7] = value
    var state = trainer.model.state
    state[2].array = NDArray(weights, shape: [10, 16]).cast(to: .float32)
    try trainer.model.load(state)
    let failure = try #require(failure(lesson, &trainer))
    #expect(failure.step == 1)
    #expect(failure.place == "layers.3.weight has values that are not finite")
    #expect(throws: TrainingError.self) { try trainer.requireFinite() }
  }

  @Test("a NaN in a running statistic is found at the epoch's end, before it is saved")
  func statistic() throws {
    let lesson = try Lesson()
    var trainer = lesson.trainer(Adam())
    var state = trainer.model.state
    let place = try #require(state.firstIndex { $0.path == "layers.1.running_mean" })
    state[place].array = NDArray([Double.nan, 0, 0, 0]).cast(to: .float32)
    try trainer.model.load(state)
    var saved = 0
    let failure = try #require(
      failure(lesson, &trainer) { event, _ in
        if case .epoch = event { saved += 1 }
        return .proceed
      })
    #expect(failure.place == "layers.1.running_mean has values that are not finite")
    #expect(failure.step == 7)
    #expect(saved == 0)
  }

  @Test("a NaN in the data is refused where data enter")
  func data() {
    let values = NDArray([Float](repeating: .nan, count: 2), shape: [1, 2])
    let error = #expect(throws: DatasetError.self) {
      try Dataset(
        name: "numbers", inputs: values, labels: NDArray([Int32(0)]), classNames: ["a", "b"])
    }
    #expect(error?.description == "numbers: inputs[0][0]: found NaN, expected a finite number")
  }

  @Test("inputs that overflow in preparation are told from a network that diverges")
  func batch() throws {
    let lesson = try Lesson()
    let preparation = try InputPreparation(
      sampleShape: [1, 8, 8], maximumValue: 16, mean: [0.5], standardDeviation: [1e-300])
    var trainer = lesson.trainer(Adam())
    let error = #expect(throws: TrainingError.self) {
      try trainer.run(
        train: lesson.train, validation: nil, preparation: preparation, inputShape: [1, 8, 8],
        options: lesson.options, loss: { crossEntropy(logits: $0, labels: $1) },
        observe: { _, _ in .proceed })
    }
    guard case .diverged(_, let step, _, let place) = error else { return }
    #expect(step == 1)
    #expect(place == "the batch itself has values that are not finite")
  }
}
