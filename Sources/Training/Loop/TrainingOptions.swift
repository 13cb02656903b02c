/// What a training run does, beside model, optimizer and data.
public struct TrainingOptions: Sendable, Hashable, Codable {
  /// Passes over the training set; at least 1.
  public var epochs: Int
  /// Samples a step; at least 1. The last batch of an epoch may be shorter.
  public var batchSize: Int
  /// Fixes shuffling and every random layer.
  public var seed: UInt64
  /// Batches prepared ahead on a background thread; 0 prepares them in turn, with the same result.
  public var prefetch: Int
  /// Steps between checkpoints within an epoch; nil saves at the end of each epoch only.
  public var checkpointEvery: Int?

  public init(
    epochs: Int = 10, batchSize: Int = 32, seed: UInt64 = 0, prefetch: Int = 2,
    checkpointEvery: Int? = nil
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
    self.prefetch = prefetch
    self.checkpointEvery = checkpointEvery
  }
}
