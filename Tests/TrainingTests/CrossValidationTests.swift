import Testing
import Training

@Suite("Cross-validation") struct CrossValidationTests {
  @Test("mean and standard deviation of the folds' scores")
  func scores() throws {
    let data = try Digits.splits.train.prefix(10)
    var seen: [Float] = []
    let result = try crossValidate(data, folds: 5, stratified: false) { train, validation, fold in
      #expect(train.count == 8 && validation.count == 2)
      seen += validation.inputs.floats
      return [0.5, 0.75, 1, 0.25, 0.5][fold]
    }
    #expect(seen.sorted() == data.inputs.floats.sorted())
    #expect(result.scores == [0.5, 0.75, 1, 0.25, 0.5])
    #expect(result.mean == 0.6)
    // Squares of −0.1, 0.15, 0.4, −0.35, −0.1 sum to 0.325; of 5 scores by 4.
    #expect(abs(result.standardDeviation - (0.325 / 4).squareRoot()) < 1e-15)
  }

  /// Logistic regression of the digits; the test part's accuracy is some 0.96.
  @Test("a model's accuracy, with the preparation fitted within each fold")
  func accuracy() throws {
    let result = try crossValidate(Digits.splits.train.prefix(600), folds: 3, seed: 2) {
      train, validation, _ in
      let preparation = try InputPreparation(fitting: train)
      var trainer = Trainer(
        model: Sequential {
          Flatten()
          Dense(64, 10)
        }.initialized(seed: 0), optimizer: Adam(learningRate: 0.01), classes: 10)
      _ = try trainer.run(
        train: train, validation: nil, preparation: preparation, inputShape: [1, 8, 8],
        options: TrainingOptions(epochs: 10), loss: { crossEntropy(logits: $0, labels: $1) },
        observe: { _, _ in .proceed })
      return try evaluate(
        trainer.model, on: validation, preparation: preparation, inputShape: [1, 8, 8],
        loss: { crossEntropy(logits: $0, labels: $1) }
      ).accuracy
    }
    #expect(result.scores.count == 3 && result.scores.allSatisfy { $0 > 0.85 })
    #expect(result.standardDeviation < 0.05)
  }

  private struct Failure: Error {}

  @Test("errors end it")
  func errors() async throws {
    let data = try Digits.splits.train.prefix(10)
    #expect(throws: DatasetError.self) { try crossValidate(data, folds: 11) { _, _, _ in 0 } }
    #expect(throws: DatasetError.self) { try crossValidate(data, folds: 1) { _, _, _ in 0 } }
    #expect(throws: Failure.self) {
      try crossValidate(data, folds: 2) { _, _, _ in throw Failure() }
    }
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try crossValidate(data, folds: 2) { _, _, _ in 0 }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
