import Gradus
import TestSupport
import Testing

/// The examples of documentation comments on training data, between markers.
@Suite("Examples in documentation comments on training data")
struct TrainingExampleTests {
  /// Four measurements of samples in two classes, which differ in the first.
  private let data: Dataset

  init() throws {
    var generator = RandomGenerator(key: RandomKey(seed: 0, path: "examples"))
    let labels = (0..<40).map { Int32($0 % 2) }
    let inputs = labels.flatMap { label in
      (0..<4).map { Float(generator.normal()) + ($0 == 0 ? 6 * Float(label) : 0) }
    }
    data = try Dataset(
      name: "two classes", inputs: NDArray(inputs, shape: [40, 4]), labels: NDArray(labels),
      classNames: ["a", "b"])
  }

  @Test func augmentations() throws {
    // <example>
    let augmentation = try Augmentation(
      [.rotation(degrees: -10...10), .crop(padding: 4), .flip(), .cutout(size: 8)],
      border: .reflect, mixup: 0.2)
    // </example>
    #expect(augmentation.steps.count == 4 && augmentation.mixup == 0.2)
  }

  @Test func weights() throws {
    let folder = try ScratchFolder()
    let path = folder("weights.safetensors")
    let trained = Dense(4, 2).initialized(seed: 3)
    try Safetensors.write(trained.state.map { (name: $0.path, array: $0.array) }, to: path)
    var model = Dense(4, 2).initialized()
    // <example>
    let weights = try WeightsFile(path)
    try model.load(weights)
    // </example>
    #expect(model.weight.tensor.array.doubles == trained.weight.tensor.array.doubles)
  }

  @Test func folds() throws {
    var counts: [[Int]] = []
    // <example>
    for fold in try data.folds(5) {
      let (train, validation) = (try data.subset(fold.training), try data.subset(fold.validation))
      counts.append([train.count, validation.count])
    }
    // </example>
    #expect(counts == Array(repeating: [32, 8], count: 5))
  }

  private func trained(on train: Dataset, _ preparation: InputPreparation) throws -> Dense {
    var trainer = Trainer(
      model: Dense(4, 2).initialized(seed: 0), optimizer: Adam(learningRate: 0.1), classes: 2)
    _ = try trainer.run(
      train: train, validation: nil, preparation: preparation, inputShape: [4],
      options: TrainingOptions(epochs: 20), loss: { crossEntropy(logits: $0, labels: $1) },
      observe: { _, _ in .proceed })
    return trainer.model
  }

  @Test func crossValidation() throws {
    // <example>
    let result = try crossValidate(data, folds: 5) { train, validation, fold in
      let preparation = try InputPreparation(fitting: train)
      let model = try trained(on: train, preparation)
      return try evaluate(
        model, on: validation, preparation: preparation, inputShape: [4],
        loss: { crossEntropy(logits: $0, labels: $1) }
      ).accuracy
    }
    // </example>
    #expect(result.scores.count == 5 && result.mean > 0.95)
  }
}
