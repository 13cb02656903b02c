/// Loss, accuracy and confusion matrix of a model over a data set, without gradients.
///
/// - Parameters:
///   - model: Initialised; used in evaluation mode.
///   - dataset: What it is measured on; all samples once, damaged ones left out where its source
///     does so: the metrics count the others.
///   - preparation: Turns samples into the model's input: the one of the training set.
///   - inputShape: The shape of one input of the model, without the batch axis.
///   - batchSize: Samples at a time, at least 1; by default 256, or as many as memory holds.
///   - classWeights: The weights by which the loss counts classes, so that batches are weighed by their
///     sums and the mean does not depend on which samples come together; nil where it counts all alike.
///   - loss: Mean loss of a batch from scores [N, K] and labels [N].
///   - progress: Called with the samples done so far.
///   - onBatch: Told each batch with its scores [n, K].
/// - Throws: `OutOfMemoryError` with the largest batch that would fit, `DatasetError` where samples
///   do not fit the input shape or none can be read, and `CancellationError` before the next batch where the task is
///   cancelled.
public func evaluate<Model: Layer>(
  _ model: Model, on dataset: Dataset, preparation: InputPreparation, inputShape: Shape,
  batchSize: Int? = nil, classWeights: [Double]? = nil, loss: (Tensor, NDArray) -> Tensor,
  progress: (Int) -> Void = { _ in }, onBatch: (Batch, NDArray) -> Void = { _, _ in }
) throws -> ClassificationMetrics {
  var metrics = ClassificationMetrics(classes: dataset.classNames.count)
  let loader = try BatchLoader(
    dataset: dataset, preparation: preparation, inputShape: inputShape,
    batchSize: evaluationBatch(
      model, samples: dataset.count, inputShape: inputShape, asked: batchSize))
  let dtype = model.dtype
  while let batch = try loader.next() {
    try Task.checkCancellation()
    if batch.count == 0 { continue }
    var context = Context(.evaluation)
    let scores = model(Tensor(batch.inputs.cast(to: dtype)), &context)
    metrics.add(
      scores: scores.array, labels: batch.labels, loss: loss(scores, batch.labels).item,
      weight: classWeights.map(batch.labels.weight))
    onBatch(batch, scores.array)
    progress(metrics.count)
  }
  if metrics.count == 0 { throw DatasetError.noneReadable(dataset) }
  return metrics
}
