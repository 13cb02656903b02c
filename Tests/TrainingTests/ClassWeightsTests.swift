import Foundation
import TestSupport
import Testing
import Training

@Suite("Class weights")
struct ClassWeightsTests {
  private func data(_ labels: [Int32]) throws -> Dataset {
    try Dataset(
      name: "few", inputs: NDArray.zeros([labels.count, 2]), labels: NDArray(labels),
      classNames: ["a", "b", "c"])
  }

  @Test func balanced() throws {
    // n ÷ (K·nₖ): 6 ÷ (3·4), 6 ÷ (3·2), and the third as if it had one.
    #expect(
      try ClassWeights.balanced.weights(for: data([0, 0, 1, 0, 1, 0])) == [0.5, 1, 2])
    #expect(try ClassWeights.given([1, 2, 3]).weights(for: data([0])) == [1, 2, 3])
  }

  @Test(arguments: [[1, 2], [1, 2, 0], [1, .nan, 1]] as [[Double]])
  func refused(_ weights: [Double]) throws {
    let error = #expect(throws: TrainingError.self) {
      try ClassWeights.given(weights).weights(for: data([0]))
    }
    #expect(error?.description.hasSuffix("expected 3 numbers above 0, one for each class") == true)
  }

  @Test func coded() throws {
    for (value, text) in [
      (ClassWeights.balanced, #"["balanced"]"#), (.given([1, 0.5]), "[[1,0.5]]"),
    ] {
      #expect(String(decoding: try JSONEncoder().encode([value]), as: UTF8.self) == text)
      #expect(try JSONDecoder().decode([ClassWeights].self, from: Data(text.utf8)) == [value])
    }
    for text in [#"["equal"]"#, "[[1,0]]", "[{}]"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([ClassWeights].self, from: Data(text.utf8))
      }
    }
  }

  /// A rare class is found once it counts as much as the other.
  @Test func rareClass() throws {
    let key = RandomKey(seed: 4, path: "noise", step: 0)
    let noise = NDArray.normal(
      [400, 1], mean: 0, standardDeviation: 1, key: key, dtype: .float32
    ).floats
    let labels = (0..<400).map { Int32($0 % 20 == 0 ? 1 : 0) }
    let inputs = zip(noise, labels).map { $0 + (1.5 * Float($1)) }
    let set = try Dataset(
      name: "rare", inputs: NDArray(inputs, shape: [400, 1]), labels: NDArray(labels),
      classNames: ["common", "rare"])
    func found(_ weights: ClassWeights) throws -> Int {
      var trainer = Trainer(
        model: Dense(1, 2).initialized(), optimizer: Adam(learningRate: 0.05), classes: 2)
      let weights = try weights.weights(for: set)
      let loss: @Sendable (Tensor, NDArray) -> Tensor = {
        crossEntropy(logits: $0, labels: $1, classWeights: weights)
      }
      let preparation = try InputPreparation(fitting: set)
      _ = try trainer.run(
        train: set, validation: nil, preparation: preparation, inputShape: [1],
        options: TrainingOptions(epochs: 30, batchSize: 50), loss: loss
      ) { _, _ in .proceed }
      let metrics = try evaluate(
        trainer.model, on: set, preparation: preparation, inputShape: [1], loss: loss)
      return metrics.confusion[1][1]
    }
    let (plain, balanced) = (try found(.given([1, 1])), try found(.balanced))
    #expect(plain <= 5 && balanced >= 12, "\(plain) and \(balanced) of 20")
  }

  /// The mean loss over a set is Σwℓ ÷ Σw of its samples, whichever of them come together in a batch.
  @Test func batchesAreWeighed() throws {
    let labels = (0..<60).map { Int32($0 % 20 == 7 ? 1 : 0) }
    let inputs = (0..<60).map { Float($0 % 13) - 6 }
    let set = try Dataset(
      name: "rare", inputs: NDArray(inputs, shape: [60, 1]), labels: NDArray(labels),
      classNames: ["common", "rare"])
    let weights = [1.0, 100]
    let preparation = try InputPreparation(fitting: set)
    let model = Dense(1, 2).initialized(seed: 2)
    let loss: @Sendable (Tensor, NDArray) -> Tensor = {
      crossEntropy(logits: $0, labels: $1, classWeights: weights)
    }
    func metrics(_ batchSize: Int) throws -> ClassificationMetrics {
      try evaluate(
        model, on: set, preparation: preparation, inputShape: [1], batchSize: batchSize,
        classWeights: weights, loss: loss)
    }
    let whole = try metrics(60)
    #expect(whole.weightSum == 357.0)  // 57 · 1 + 3 · 100
    for size in [1, 7, 16] {
      let found = try metrics(size)
      #expect(abs(found.loss - whole.loss) < 1e-5 * whole.loss, "\(size)")
      #expect(found.weightSum == whole.weightSum && found.confusion == whole.confusion)
    }
    // In training too: at a rate that changes nothing, the epoch's mean is the same.
    for size in [7, 60] {
      var trainer = Trainer(model: model, optimizer: SGD(learningRate: 1e-30), classes: 2)
      _ = try trainer.run(
        train: set, validation: set, preparation: preparation, inputShape: [1],
        options: TrainingOptions(epochs: 1, batchSize: size), classWeights: weights, loss: loss
      ) { _, _ in .proceed }
      let record = trainer.position.history[0]
      #expect(abs(record.train.loss - whole.loss) < 1e-5 * whole.loss, "\(size)")
      #expect(abs(try #require(record.validation).loss - whole.loss) < 1e-5 * whole.loss)
    }
    let text = try JSONEncoder().encode(whole)
    #expect(try JSONDecoder().decode(ClassificationMetrics.self, from: text) == whole)
  }
}
