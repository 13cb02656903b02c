import Models
import TestSupport
import Testing
import Training

/// What a network learnt from ImageNet serves another task; minutes on real images.
@Suite(
  "Verify transfer",
  .enabled(if: TestData.isVerifying && TestData.folder != nil, Comment(rawValue: TestData.advice)),
  .serialized)
struct VerifyTransfer {
  private static let loss: @Sendable (Tensor, NDArray) -> Tensor = {
    crossEntropy(logits: $0, labels: $1)
  }

  /// The accuracy of a linear classifier on MobileNetV2's frozen features of images at 224 × 224.
  private func frozen(_ train: Dataset, _ test: Dataset) throws -> Double {
    var model = mobileNetV2(classes: 10).initialized()
    let path = try model.classifier().path
    try model.load(
      WeightsFile(TestData.path("weights/mobilenet_v2-imagenet.safetensors")),
      excluding: { $0.hasPrefix(path + ".") })
    let extractor = try FeatureExtractor(model)
    let preparation = try InputPreparation.imageNet(sampleShape: [3, 224, 224])
    func features(_ part: Dataset) throws -> Dataset {
      try extractor.features(
        of: part.resized(to: [224, 224]), preparation: preparation, inputShape: [3, 224, 224])
    }
    let (seen, unseen) = (try features(train), try features(test))
    let standardised = try InputPreparation(fitting: seen)
    var trainer = Trainer(
      model: Sequential { Dense(extractor.count, 10) }.initialized(),
      optimizer: Adam(learningRate: 1e-3), classes: 10)
    _ = try trainer.run(
      train: seen, validation: nil, preparation: standardised, inputShape: [extractor.count],
      options: TrainingOptions(
        epochs: 20, batchSize: 64, regularization: Regularization(l2: 0.01)), loss: Self.loss
    ) { _, _ in .proceed }
    return try evaluate(
      trainer.model, on: unseen, preparation: standardised, inputShape: [extractor.count],
      loss: Self.loss
    ).accuracy
  }

  /// The accuracy of the same network trained from drawn weights on the same images as they are.
  private func fromScratch(_ train: Dataset, _ test: Dataset) throws -> Double {
    let preparation = try InputPreparation(fitting: train)
    var trainer = Trainer(
      model: mobileNetV2(classes: 10).initialized(seed: 1),
      optimizer: Adam(learningRate: 0.002), classes: 10)
    _ = try trainer.run(
      train: train, validation: nil, preparation: preparation, inputShape: [3, 32, 32],
      options: TrainingOptions(
        epochs: 20, batchSize: 64, augmentation: Augmentation([.flip(probability: 0.5)]),
        schedule: Schedule(.cosine(), unit: .step)),
      loss: Self.loss
    ) { event, _ in
      if case .epoch(let record) = event {
        print("from scratch, epoch \(record.epoch): training \(record.train.accuracy)")
      }
      return .proceed
    }
    return try evaluate(
      trainer.model, on: test, preparation: preparation, inputShape: [3, 32, 32], loss: Self.loss
    ).accuracy
  }

  @Test func frozenFeaturesBeatTrainingFromScratch() throws {
    let train = try TestData.cifar("train-3000.bin.gz")
    let test = try TestData.cifar("test-1000.bin.gz")
    let transferred = try onOneThread { try frozen(train, test) }
    print("frozen features and a linear classifier: \(transferred)")
    let scratch = try onOneThread { try fromScratch(train, test) }
    print("from scratch: \(scratch)")
    #expect(transferred >= scratch + 0.2)
  }
}
