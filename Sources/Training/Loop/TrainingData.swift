/// What a training run reads, and how: samples, their preparation, and the options.
struct TrainingData: Sendable {
  let train: Dataset
  let validation: Dataset?
  let preparation: InputPreparation
  let inputShape: Shape
  let options: TrainingOptions
  let logger: Logger
  /// The weights by which the loss counts classes; nil where it counts all alike.
  var classWeights: [Double]?

  /// What the steps of an epoch take, from one of them on.
  func loader(from position: TrainingPosition) throws(DatasetError) -> BatchLoader {
    try BatchLoader(
      dataset: train, preparation: preparation, inputShape: inputShape,
      batchSize: options.stepSize(inEpoch: position.epoch), shuffleSeed: options.seed,
      epoch: position.epoch, startBatch: position.batch, prefetch: options.prefetch,
      shift: options.shift,
      augmentation: options.augmentation)
  }
}
