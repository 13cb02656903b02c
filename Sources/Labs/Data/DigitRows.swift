import Training

/// The embedded digits as rows of 64 numbers, most to train and some to test.
struct DigitRows {
  /// Rows to train on, `[N, 64]`, unless said otherwise with mean 0 and standard deviation 1 over all
  /// their pixels.
  let train: NDArray
  /// Their classes, `[N]`.
  let trainLabels: NDArray
  /// Rows to test on, `[M, 64]`, shifted and scaled as those to train on are.
  let test: NDArray
  /// Their classes, `[M]`.
  let testLabels: NDArray

  /// The images of a split by the seed, prepared by mean and deviation of those to train on.
  init(seed: UInt64) throws {
    let splits = try Digits.all.splits(seed: seed)
    try self.init(splits, by: InputPreparation(fitting: splits.train))
  }

  /// The images of a split, prepared otherwise.
  init(_ splits: DatasetSplits, by preparation: InputPreparation) throws {
    train = try preparation.prepared(splits.train.inputs, for: [64])
    test = try preparation.prepared(splits.test.inputs, for: [64])
    trainLabels = splits.train.labels
    testLabels = splits.test.labels
  }

  /// Trains a classifier by mini-batches that are drawn with replacement.
  /// - Parameter seed: Fixes the batches and what layers draw.
  /// - Returns: The loss of every step, before its update.
  @discardableResult
  func train(
    _ model: inout Sequential, by optimizer: some Optimizer, steps: Int, batchSize: Int = 64,
    seed: UInt64
  ) -> [Double] {
    LabTraining.train(
      &model, by: optimizer, inputs: train, labels: trainLabels, steps: steps,
      batchSize: batchSize, seed: seed)
  }

  /// The share of the test's rows whose class is right.
  func accuracy(of model: Sequential) -> Double { LabData.accuracy(of: model, test, testLabels) }
}
