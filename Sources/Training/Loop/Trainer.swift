/// A model in training: the model, its optimizer, and how far they have come.
///
/// A run is a pure function of model, optimizer, data and options: the same bits on the same
/// machine, engine and number of threads, whether it goes on in one piece or is saved and resumed.
public struct Trainer<Model: Layer>: Sendable {
  /// The model as it is now.
  public var model: Model
  /// The rule of its updates, with what it carries from step to step.
  public var optimizer: any Optimizer
  /// How far the run has come.
  public var position: TrainingPosition

  /// A trainer before its first step.
  ///
  /// - Parameters:
  ///   - model: Initialised.
  ///   - optimizer: The rule of its updates.
  ///   - classes: Number of classes that the model tells apart; at least 1.
  public init(model: Model, optimizer: any Optimizer, classes: Int) {
    self.model = model
    self.optimizer = optimizer
    position = TrainingPosition(classes: classes)
  }

  /// Trains from the present position to the last epoch.
  ///
  /// - Parameters:
  ///   - train: The training set.
  ///   - validation: Evaluated after each epoch; may be empty.
  ///   - preparation: Turns samples into the model's input.
  ///   - inputShape: The shape of one input of the model, without the batch axis.
  ///   - options: Epochs, batch size, seed and so on.
  ///   - loss: Mean loss of a batch from scores [N, K] and labels [N].
  ///   - observe: Called after each step and epoch, with the trainer as it then is; may save it.
  /// - Returns: Whether the run finished or was stopped by `observe`.
  /// - Throws: `TrainingError` where the loss is not finite, `DatasetError` where samples do not
  ///   fit the input shape or an option is out of range, or what `observe` throws.
  public mutating func run(
    train: Dataset, validation: Dataset?, preparation: InputPreparation, inputShape: Shape,
    options: TrainingOptions, loss: @Sendable (Tensor, NDArray) -> Tensor,
    observe: (TrainingEvent, Trainer<Model>) throws -> TrainingControl
  ) throws -> TrainingOutcome {
    let batches = (train.count + options.batchSize - 1) / options.batchSize
    while position.epoch < options.epochs {
      let loader = try BatchLoader(
        dataset: train, preparation: preparation, inputShape: inputShape,
        batchSize: options.batchSize, shuffleSeed: options.seed, epoch: position.epoch,
        startBatch: position.batch, prefetch: options.prefetch, shift: options.shift)
      defer { loader.cancel() }
      while let batch = try loader.next() {
        let value = try step(batch, seed: options.seed, loss: loss)
        let report = StepReport(
          epoch: position.epoch, batch: position.batch, batches: batches, step: position.step,
          samples: position.metrics.count, sampleCount: train.count, loss: value,
          running: Scores(position.metrics))
        // The last step of an epoch is reported, but stopping waits for its validation.
        if try observe(.step(report), self) == .stop, position.batch < batches { return .stopped }
      }
      try finishEpoch(
        validation, preparation: preparation, inputShape: inputShape, loss: loss)
      let record = position.history[position.history.count - 1]
      if try observe(.epoch(record), self) == .stop, position.epoch < options.epochs {
        return .stopped
      }
    }
    return .finished
  }

  /// One update along the gradient of a batch's loss, which is returned.
  private mutating func step(
    _ batch: Batch, seed: UInt64, loss: (Tensor, NDArray) -> Tensor
  ) throws -> Double {
    var context = Context(.training, seed: seed, step: UInt64(position.step))
    var scores = NDArray(0.0)
    let inputs = batch.inputs.cast(to: model.dtype)
    let (value, gradients) = valueWithGradients(of: model, &context) { model, context in
      let output = model(Tensor(inputs), &context)
      scores = output.array
      return loss(output, batch.labels)
    }
    let number = value.item
    guard number.isFinite else {
      throw TrainingError.diverged(
        loss: number, step: position.step + 1, epoch: position.epoch + 1,
        place: model.firstNonFinite(for: inputs, seed: seed, step: UInt64(position.step))
          ?? "in the loss itself")
    }
    optimizer.update(&model, along: gradients)
    model.apply(statisticsOf: context)
    position.step += 1
    position.batch += 1
    position.metrics.add(scores: scores, labels: batch.labels, loss: number)
    return number
  }

  /// Refuses a model with a NaN or an infinity, so that no checkpoint is made of one.
  /// - Throws: `TrainingError` naming the first parameter or statistic that has any.
  public func requireFinite() throws(TrainingError) {
    guard let place = model.firstNonFiniteState else { return }
    throw .diverged(loss: .nan, step: position.step, epoch: position.epoch + 1, place: place)
  }

  private mutating func finishEpoch(
    _ validation: Dataset?, preparation: InputPreparation, inputShape: Shape,
    loss: (Tensor, NDArray) -> Tensor
  ) throws {
    try requireFinite()
    var scores: Scores?
    if let validation, validation.count > 0 {
      scores = Scores(
        try evaluate(
          model, on: validation, preparation: preparation, inputShape: inputShape, loss: loss))
    }
    position.history.append(
      EpochRecord(
        epoch: position.epoch + 1, train: Scores(position.metrics), validation: scores))
    position.epoch += 1
    position.batch = 0
    position.metrics = ClassificationMetrics(
      classes: position.metrics.classes, k: position.metrics.k)
  }
}
