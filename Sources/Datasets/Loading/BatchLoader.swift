import Arrays

/// One epoch of a data set in batches, prepared ahead on a thread of its own, or by the kernels' team
/// where that has every processor anyway. Files are read and decoded ahead on several threads, each with
/// another batch: as many as batches are made ahead, and no more than there are processors.
///
/// Which samples a batch has depends on the data set, the seed, the epoch and the batch's number
/// alone: not on timing, on prefetching or on where the epoch was started.
///
/// ```swift
/// let loader = try BatchLoader(
///   dataset: splits.train, preparation: preparation, inputShape: [1, 32, 32], batchSize: 64,
///   shuffleSeed: 0, epoch: 3)
/// while let batch = try loader.next() { seen += batch.count }
/// ```
public final class BatchLoader: Sendable {
  /// The most samples in a batch; the last may have fewer.
  public let batchSize: Int
  /// The number of batches in the whole epoch, those before the start included.
  public let batchCount: Int
  /// The number of samples in the whole epoch.
  public let sampleCount: Int

  private let batches: Prefetcher<Batch>

  /// Begins an epoch.
  /// - Parameters:
  ///   - dataset: What the samples are taken from.
  ///   - preparation: Turns samples into the network's input.
  ///   - inputShape: The shape of one input of the network, `[C, H, W]` or `[F]`.
  ///   - batchSize: At least 1.
  ///   - shuffleSeed: The seed of the order, drawn anew for each epoch from the key (seed,
  ///     "shuffle", epoch); nil keeps the data set's order.
  ///   - epoch: Which epoch it is, at least 0.
  ///   - startBatch: The first batch that `next` gives, to go on within an epoch.
  ///   - shift: The most pixels that an image is moved along each axis, within its margin in the
  ///     network's input. Each sample's move is drawn from the key (seed, "shift", epoch), at the
  ///     sample's own place in the stream.
  ///   - augmentation: Random changes of the samples, drawn from keys (seed, "augmentation…",
  ///     epoch), at each sample's own place in the stream; nil for none.
  ///   - prefetch: How many batches are made ahead, by threads that take what processors are idle; 0
  ///     makes each when it is asked for, without a thread. So is it, whatever this says, where samples
  ///     are in memory and the calling thread's kernels use every processor (`Compute.threads`): all
  ///     of them then prepare a share of the batch, which a thread could do only by holding up
  ///     kernels that wait for the processor it took.
  /// - Throws: `DatasetError` where samples do not fit the input shape or the augmentation, a number
  ///   is out of range, or memory has no room for the batches; it then says the largest that would fit.
  public init(
    dataset: Dataset, preparation: InputPreparation, inputShape: Shape, batchSize: Int,
    shuffleSeed: UInt64? = nil, epoch: Int = 0, startBatch: Int = 0, prefetch: Int = 3,
    shift: Int = 0, augmentation: Augmentation? = nil
  ) throws(DatasetError) {
    func require(_ isRight: Bool, _ found: String, _ expected: String) throws(DatasetError) {
      if !isRight {
        throw DatasetError(.malformed, at: "batches", found: found, expected: expected)
      }
    }
    try require(batchSize >= 1, "a batch size of \(batchSize)", "at least 1")
    try require(epoch >= 0, "epoch \(epoch)", "at least 0")
    try require(prefetch >= 0, "\(prefetch) batches ahead", "at least 0")
    let count = dataset.count
    let batchCount = (count - 1) / batchSize + 1
    try require(
      (0...batchCount).contains(startBatch), "the start at batch \(startBatch)",
      "0 to \(batchCount)")
    try preparation.check(dataset.source, name: dataset.name)
    try require(shift >= 0, "a shift of \(shift) pixels", "at least 0")
    let transform = try preparation.transform(to: inputShape)
    let key = RandomKey(
      seed: shuffleSeed ?? 0, path: "augmentation", step: UInt64(epoch))
    var augmenter: Augmenter?
    if let augmentation, !augmentation.steps.isEmpty {
      augmenter = try Augmenter(
        augmentation, preparation: preparation, inputShape: inputShape, key: key)
    }
    // Reading files waits for more than processors, and is left to the loader's threads.
    let usesTeam = dataset.isInMemory && Compute.threads >= SystemMemory.processorCount
    let workers = usesTeam ? BatchWorkers.team : .callingThread
    let ahead = usesTeam ? 0 : min(prefetch, batchCount)
    let threads = dataset.isInMemory ? 1 : max(1, min(ahead, SystemMemory.processorCount))
    let mixup = augmentation?.mixup.map { Mixup(alpha: $0, key: key.appending("mixup")) }
    // What is not in memory is read into an array of its own first.
    let readByteCount =
      dataset.isInMemory ? 0 : dataset.sampleShape.elementCount * dataset.source.dtype.byteCount
    try Self.requireMemory(
      batch: min(batchSize, count), inputShape: inputShape, batches: min(prefetch, batchCount) + 1,
      readers: threads, readByteCount: readByteCount)
    // Those prepared ahead, the one in use and the one before it, which is let go only when the next
    // has come, those that came too late to be used, and one of an epoch that is just over.
    let alive = ahead + 3 + threads
    let isStart = epoch == 0 && startBatch == 0
    // The network's own arrays of this size take some while few batches are alive.
    MemoryPool.shared.reserve(
      count: alive, spare: alive, byteCount: min(batchSize, count) * inputShape.elementCount * 4,
      isStart: isStart)
    MemoryPool.shared.reserve(
      count: alive, spare: alive, byteCount: min(batchSize, count) * 4, isStart: isStart)
    // The working memory of the loader's threads, of the caller and of an epoch that is just over.
    for byteCount in [
      augmenter?.scratchByteCount, mixup == nil ? nil : inputShape.elementCount * 4,
      readByteCount == 0 ? nil : min(batchSize, count) * readByteCount,
    ] {
      if let byteCount {
        let count = max(2 * threads + 1, usesTeam ? Compute.threads : 0)
        MemoryPool.shared.reserve(
          count: count, spare: count, byteCount: byteCount, isStart: isStart)
      }
    }
    let shifts = ShiftDraws(
      key: RandomKey(seed: shuffleSeed ?? 0, path: "shift", step: UInt64(epoch)), most: shift)

    var order = Array(0..<count)
    if let shuffleSeed {
      let key = RandomKey(seed: shuffleSeed, path: "shuffle", step: UInt64(epoch))
      var generator = RandomGenerator(key: key)
      order = generator.permutation(count)
    }
    self.batchSize = batchSize
    self.batchCount = batchCount
    sampleCount = count
    batches = Prefetcher(startBatch..<batchCount, ahead: ahead, threads: threads) {
      [order, augmenter] number in
      let start = number * batchSize
      let indices = Array(order[start..<(start + min(batchSize, count - start))])
      let samples = try dataset.source.read(indices)
      let labels = dataset.labels.rows(samples.indices)
      var inputs =
        augmenter?.apply(to: samples, shifts: shifts, by: workers)
        ?? transform.apply(to: samples, shifts: shifts, by: workers)
      let mixing =
        samples.indices.isEmpty ? nil : mixup?.apply(to: &inputs, batch: number, by: workers)
      return Batch(
        inputs: inputs, labels: labels, indices: samples.indices, number: number, mixing: mixing,
        skipped: indices.count - samples.indices.count)
    }
  }

  /// Refuses batches that memory has no room for, those prepared ahead included.
  private static func requireMemory(
    batch: Int, inputShape: Shape, batches: Int, readers: Int, readByteCount: Int
  ) throws(DatasetError) {
    func byteCount(_ batch: Int) -> Int {
      let (count, overflow) = batch.multipliedReportingOverflow(by: inputShape.elementCount)
      guard !overflow, count < 1 << 56 else { return .max }
      let (bytes, beyond) = MemoryPool.sizeClass(of: 4 * count).byteCount
        .multipliedReportingOverflow(by: batches)
      let (read, tooMany) = batch.multipliedReportingOverflow(by: readByteCount * readers)
      return beyond || tooMany || bytes > .max - read ? .max : bytes + read
    }
    do {
      try MemoryPool.shared.require(batch: batch, for: "a batch", byteCount: byteCount)
    } catch {
      throw DatasetError(
        .tooLarge, at: "batches", found: "batches of \(batch) inputs \(inputShape)",
        expected: error.largestBatch == 0
          ? "smaller inputs: not even a batch of 1 would fit"
          : "at most \(error.largestBatch ?? 1), the largest batch that would fit")
    }
  }

  /// The next batch; nil at the end of the epoch and after `cancel`.
  /// - Throws: The error met while the batch was made.
  public func next() throws -> Batch? { try batches.next() }

  /// Ends the epoch here: `next` gives nil from now on and the thread stops. Letting go of the
  /// loader does the same.
  public func cancel() { batches.cancel() }
}
