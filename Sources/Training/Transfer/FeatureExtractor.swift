import Arrays
import Formats

/// A network without its classifier: what it makes of samples before the last layer, for another
/// task than the one that it was trained for.
///
/// - Source: Yosinski et al. 2014, "How transferable are features in deep neural networks?".
public struct FeatureExtractor: Sendable {
  /// The classifier's name within the model, such as `classifier.1`.
  public let classifierPath: String
  /// The number of features.
  public let count: Int
  /// The type of the parameters.
  public let dtype: DType
  private let model: Sequential
  private let body: Sequential

  /// The layers of a model before its classifier.
  /// - Parameter model: Initialised; its last layer is dense.
  /// - Throws: `TrainingError` for a model whose last layer is another.
  public init(_ model: Sequential) throws(TrainingError) {
    let (path, classifier) = try model.classifier()
    classifierPath = path
    count = classifier.weight.shape[1]
    dtype = model.dtype
    self.model = model
    body = Sequential(named: model.steps.dropLast().map { ($0.path, $0.layer) })
  }

  /// The features of a batch, in evaluation.
  ///
  /// - Shapes: x [N] + input shape → [N, features] of the model's type
  public func features(of x: NDArray) -> NDArray {
    var context = Context(.evaluation)
    return body(Tensor(x.cast(to: dtype)), &context).array
  }

  /// The features of all samples as a data set of the same labels, computed once, batch by batch;
  /// of fewer where the source leaves out damaged ones.
  ///
  /// - Parameters:
  ///   - dataset: Images or features of any number.
  ///   - preparation: Turns samples into the model's input.
  ///   - inputShape: The shape of one input of the model, without the batch axis.
  ///   - batchSize: Samples at a time, at least 1; by default 32, or as many as memory holds.
  ///   - progress: Called with the samples done so far; may throw to stop.
  /// - Throws: `OutOfMemoryError` with the largest batch that would fit; `DatasetError` where samples
  ///   do not fit or none can be read, where a feature is NaN or infinite, and where memory does not
  ///   hold the features; `CancellationError` before the next batch where the task is cancelled; what `progress` throws.
  public func features(
    of dataset: Dataset, preparation: InputPreparation, inputShape: Shape,
    batchSize: Int? = nil, progress: (Int) throws -> Void = { _ in }
  ) throws -> Dataset {
    if let batchSize, batchSize < 1 {
      fatalError("FeatureExtractor: \(batchSize) samples at a time")
    }
    let fitting = try evaluationBatch(
      model, samples: dataset.count, inputShape: inputShape, asked: batchSize)
    let batchSize = batchSize ?? min(32, fitting)
    guard dataset.count > 0 else { throw DatasetError.noneReadable(dataset) }
    let loader = try BatchLoader(
      dataset: dataset, preparation: preparation, inputShape: inputShape, batchSize: batchSize)
    defer { loader.cancel() }
    var parts: [NDArray] = []
    var labels: [NDArray] = []
    while let batch = try loader.next() {
      try Task.checkCancellation()
      if batch.count > 0 {
        parts.append(features(of: batch.inputs).cast(to: .float32).rowMajor())
        labels.append(batch.labels)
      }
      try progress(min((batch.number + 1) * batchSize, dataset.count))
    }
    guard !parts.isEmpty else { throw DatasetError.noneReadable(dataset) }
    return try Dataset(
      name: dataset.name, inputs: NDArray.concatenate(parts, axis: 0),
      labels: NDArray.concatenate(labels, axis: 0),
      classNames: dataset.classNames)
  }
}

extension Sequential {
  /// The last layer where it is dense, with its path.
  /// - Throws: `TrainingError` where it is another.
  public func classifier() throws(TrainingError) -> (path: String, layer: Dense) {
    guard let last = steps.last, let dense = last.layer as? Dense else {
      throw .unsuitable(
        option: "model", found: "a network that ends in \(steps.last?.layer.kind ?? "nothing")",
        expected: "one whose last layer is dense, the classifier")
    }
    return (last.path, dense)
  }

  /// Gives the classifier other weights.
  ///
  /// - Parameters:
  ///   - weight: [classes, features].
  ///   - bias: [classes].
  /// - Throws: `TrainingError` where the last layer is not dense.
  /// - Precondition: initialised; arrays of the classifier's shapes.
  public mutating func setClassifier(weight: NDArray, bias: NDArray) throws(TrainingError) {
    let path = try classifier().path
    let dtype = self.dtype
    forEachParameter { parameter in
      if parameter.path == path + ".weight" { parameter.tensor = Tensor(weight.cast(to: dtype)) }
      if parameter.path == path + ".bias" { parameter.tensor = Tensor(bias.cast(to: dtype)) }
    }
  }
}

extension InputPreparation {
  /// A linear layer for prepared features as one for features as they are: with x′ = (x ÷ m − μ) ÷ σ,
  /// W·x′ + b = (W ÷ (m·σ))·x + (b − W·(μ ÷ σ)).
  ///
  /// - Shapes: weight [classes, features], bias [classes] → the same, float64
  /// - Precondition: a preparation of as many features.
  public func folded(
    weight: NDArray, bias: NDArray
  ) -> (weight: NDArray, bias: NDArray) {
    guard weight.rank == 2, sampleShape == [weight.shape[1]], bias.shape == [weight.shape[0]] else {
      fatalError("folded: weight \(weight.shape), bias \(bias.shape) for \(sampleShape)")
    }
    let weight = weight.cast(to: .float64)
    let scale = NDArray(standardDeviation.map { 1 / (maximumValue * $0) })
    let offset = NDArray(zip(mean, standardDeviation).map { $0 / $1 })
    return (weight * scale, bias.cast(to: .float64) - (weight * offset).sum(axes: [1]))
  }
}
