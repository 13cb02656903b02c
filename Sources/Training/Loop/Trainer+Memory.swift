extension Trainer {
  /// Refuses training that memory cannot hold, beside the model and the optimizer that are there.
  /// - Throws: `OutOfMemoryError` with the largest batch that would fit.
  func requireMemory(
    samples: Int, inputShape: Shape, options: TrainingOptions
  ) throws(OutOfMemoryError) {
    // A layer of the user's own that does not tell its shapes is trained without an estimate.
    guard let summary = try? model.summary(input: Shape([1] + inputShape)) else { return }
    func bytes(_ arrays: [NDArray]) -> Int {
      arrays.reduce(0) { $0 + $1.elementCount * $1.dtype.byteCount }
    }
    let parameters = bytes(model.state.map(\.array))
    let held = parameters + bytes(optimizer.state.map(\.array))
    // The best epoch's parameters, beside those in training.
    var more = options.earlyStopping?.restoresBest == true && best.isEmpty ? parameters : 0
    // The average, and the gradients that are added up.
    if options.averageDecay != nil && average.isEmpty { more += parameters }
    if options.accumulation > 1 { more += parameters }
    let batch = min(options.batchSizes(from: position.epoch).max() ?? 1, samples)
    // Each of those prepared ahead holds the batches of a step.
    let prefetch = min(options.prefetch, 1 << 20)
    let ahead = (prefetch + 1) * min(options.accumulation, 1 << 20) - 1
    try MemoryPool.shared.require(batch: batch, for: "a batch of \(batch) in training") { batch in
      max(
        0,
        summary.trainingBytes(
          samples: samples, batchSize: batch, dtype: model.dtype,
          optimizerStates: optimizer.stateCount,
          prefetch: ahead) - held) + more
    }
  }
}

/// The samples that evaluation takes at a time: what is asked for, or as many of 256 as fit.
/// - Throws: `OutOfMemoryError` where memory cannot hold what is asked for, or not even one.
func evaluationBatch<Model: Layer>(
  _ model: Model, samples: Int, inputShape: Shape, asked: Int?
) throws(OutOfMemoryError) -> Int {
  let usual = min(asked ?? 256, max(samples, 1))
  guard let summary = try? model.summary(input: Shape([1] + inputShape)) else { return usual }
  let dtype = model.dtype
  let held = model.state.reduce(0) { $0 + $1.array.elementCount * $1.array.dtype.byteCount }
  func needed(_ batch: Int) -> Int {
    max(0, summary.evaluationBytes(samples: samples, batchSize: batch, dtype: dtype) - held)
  }
  let pool = MemoryPool.shared
  let batch =
    asked == nil ? max(1, pool.largestBatch(upTo: usual, byteCount: needed)) : usual
  try pool.require(batch: batch, for: "a batch of \(batch) in evaluation", byteCount: needed)
  return batch
}
