/// Loss, accuracy and confusion matrix of a model over a data set, without gradients.
///
/// - Parameters:
///   - inputShape: The shape of one input of the model.
///   - batchSize: Samples at a time; by default 256, or as many as memory holds.
///   - loss: Mean loss of a batch from scores [N, K] and labels [N].
///   - progress: Called with the samples done so far.
/// - Throws: `OutOfMemoryError` with the largest batch that would fit, `DatasetError` where samples
///   do not fit the model, and `CancellationError` before the next batch where the task is cancelled.
public func evaluate<Model: Layer>(
  _ model: Model, on dataset: Dataset, preparation: InputPreparation, inputShape: Shape,
  batchSize: Int? = nil, loss: (Tensor, NDArray) -> Tensor, progress: (Int) -> Void = { _ in }
) throws -> ClassificationMetrics {
  var metrics = ClassificationMetrics(classes: dataset.classNames.count)
  let loader = try BatchLoader(
    dataset: dataset, preparation: preparation, inputShape: inputShape,
    batchSize: evaluationBatch(
      model, samples: dataset.count, inputShape: inputShape, asked: batchSize))
  let dtype = model.dtype
  while let batch = try loader.next() {
    try Task.checkCancellation()
    var context = Context(.evaluation)
    let scores = model(Tensor(batch.inputs.cast(to: dtype)), &context)
    metrics.add(
      scores: scores.array, labels: batch.labels, loss: loss(scores, batch.labels).item)
    progress(metrics.count)
  }
  return metrics
}
