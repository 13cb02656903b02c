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
}
