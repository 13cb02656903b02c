extension Trainer {
  /// Refuses what `run` would refuse before its first step: options out of range or that do not go
  /// with optimizer, model or data, samples that do not fit, and a batch that memory cannot hold.
  ///
  /// - Parameters:
  ///   - train: The training set.
  ///   - validation: The validation set; may be empty.
  ///   - preparation: Turns samples into the model's input.
  ///   - inputShape: The shape of one input of the model, without the batch axis.
  ///   - options: Epochs, batch size, seed and so on.
  /// - Throws: `TrainingError`, `DatasetError` or `OutOfMemoryError`, as `run` does.
  public func check(
    train: Dataset, validation: Dataset?, preparation: InputPreparation, inputShape: Shape,
    options: TrainingOptions
  ) throws {
    var options = options
    options.prefetch = 0  // so that no thread is begun
    let data = TrainingData(
      train: train, validation: validation, preparation: preparation, inputShape: inputShape,
      options: options, logger: .silent)
    var copy = self
    _ = try copy.begin(data)
    _ = try data.loader(from: position)
  }

  /// Refuses the same for samples that are not there yet, such as features that are still to be
  /// computed, but for what only the samples themselves can tell.
  ///
  /// - Parameters:
  ///   - samples: How many the training set will have.
  ///   - hasValidation: Whether there will be a validation set.
  ///   - inputShape: The shape of one input of the model, without the batch axis.
  ///   - options: Epochs, batch size, seed and so on.
  /// - Throws: `TrainingError` or `OutOfMemoryError`, as `run` does.
  public func check(
    samples: Int, hasValidation: Bool, inputShape: Shape, options: TrainingOptions
  ) throws {
    var copy = self
    _ = try copy.begin(
      samples: samples, hasValidation: hasValidation, inputShape: inputShape, options: options)
  }

  /// Checks the options, freezes what they say is to stay as it is, and leaves the best epoch where a
  /// run that had ended goes on; where it throws, nothing is changed.
  /// - Returns: The settings of each trainable parameter.
  mutating func begin(_ data: TrainingData) throws -> [ParameterSettings] {
    try begin(
      samples: data.train.count, hasValidation: (data.validation?.count ?? 0) > 0,
      inputShape: data.inputShape, options: data.options)
  }

  private mutating func begin(
    samples: Int, hasValidation: Bool, inputShape: Shape, options: TrainingOptions
  ) throws -> [ParameterSettings] {
    try options.check(optimizer: optimizer, samples: samples, hasValidation: hasValidation)
    var prepared = self
    try prepared.leaveBest(options)
    prepared.model.freeze(options.groups)
    let settings = try options.parameterSettings(of: prepared.model)
    // A layer of the user's own that does not tell its shapes is trained without these checks.
    if let summary = try? model.summary(input: Shape([1] + inputShape)) {
      try options.checkNormalization(of: summary, samples: samples, epoch: position.epoch)
    }
    try requireMemory(samples: samples, inputShape: inputShape, options: options)
    self = prepared
    return settings
  }

  /// One step along the gradient of the next batch's loss; nil at the end of the epoch.
  ///
  /// - Throws: `CancellationError`, before anything is changed, where the task is cancelled;
  ///   `TrainingError` where the loss is not finite.
  mutating func advance(
    _ loader: BatchLoader, _ data: TrainingData, _ parameters: [ParameterSettings],
    loss: (Tensor, NDArray) -> Tensor
  ) throws -> StepReport? {
    try Task.checkCancellation()
    guard let (parts, skipped) = try nextParts(loader, data) else { return nil }
    let (options, batches) = (data.options, loader.batchCount)
    let steps = options.steps(before: options.epochs, samples: data.train.count)
    let scheduled = options.schedule.values(
      at: Schedule.Time(
        step: position.step, of: steps,
        epoch: position.epoch, of: options.epochs, history: position.history))
    let settings = UpdateSettings(
      rateFactor: scheduled.rateFactor, momentum: scheduled.momentum, parameters: parameters)
    let value: Double
    do throws(TrainingError) {
      value = try step(parts, skipped: skipped, data, settings, loss: loss)
    } catch {
      log(error, data)
      throw error
    }
    data.logger.trace(
      "step",
      metadata: [
        "step": "\(position.step)", "epoch": "\(position.epoch + 1)", "loss": "\(value)",
      ])
    return StepReport(
      epoch: position.epoch, batch: position.batch, batches: batches, step: position.step,
      samples: position.metrics.count, sampleCount: data.train.count, loss: value,
      learningRate: optimizer.learningRate * settings.rateFactor, running: Scores(position.metrics))
  }

  private func log(_ error: TrainingError, _ data: TrainingData) {
    data.logger.error(
      "training stopped", metadata: ["reason": "\(error)", "step": "\(position.step)"])
  }

  /// The next batch of which anything is trained on, in parts, and how many of its samples are left
  /// out; nil at the end of the epoch. Batches that are left out whole are counted.
  private mutating func nextParts(
    _ loader: BatchLoader, _ data: TrainingData
  ) throws -> (parts: [BatchPart], skipped: Int)? {
    while let batch = try loader.next() {
      let parts = parts(of: batch, data)
      let skipped = batch.skipped + batch.count - parts.reduce(0) { $0 + $1.count }
      if !parts.isEmpty { return (parts, skipped) }
      position.batch += 1
      position.skip(skipped)
    }
    return nil
  }

  /// The parts of a batch that are trained on: none of damaged samples, and not one in which those have
  /// left a single sample to a batch normalisation that would see nothing else. What was certain to
  /// become one was refused before the first step.
  private func parts(of batch: Batch, _ data: TrainingData) -> [BatchPart] {
    guard batch.count > 0 else { return [] }
    let parts = batch.parts(of: data.options.batchSize(inEpoch: position.epoch))
    guard batch.skipped > 0, parts.last?.count == 1,
      loneSampleProblem(data.inputShape) != nil
    else { return parts }
    return parts.dropLast()
  }

  /// The path of a batch normalisation that leaves nothing of a single sample; nil where there is none.
  private func loneSampleProblem(_ inputShape: Shape) -> String? {
    // A layer of the user's own need not tell its shapes.
    (try? model.summary(input: Shape([1] + inputShape)))?.singleValueNormalization
  }

  /// One update along the gradient of a batch's loss, which is returned; that of auxiliary heads
  /// has its share in it.
  private mutating func step(
    _ parts: [BatchPart], skipped: Int, _ data: TrainingData, _ settings: UpdateSettings,
    loss: (Tensor, NDArray) -> Tensor
  ) throws(TrainingError) -> Double {
    let options = data.options
    let count = parts.reduce(0) { $0 + $1.count }
    // One context for all parts, so that each draws anew.
    var context = Context(.training, seed: options.seed, step: UInt64(position.step))
    var total: (value: Double, gradients: Gradients)?
    for part in parts {
      let (value, gradients) = try self.gradients(
        part, part.weight(by: data.classWeights), settings, &context, loss: loss)
      let share = Double(part.count) / Double(count)
      if share == 1 {
        total = (value, gradients)
      } else if let sum = total {
        total = (sum.value + share * value, sum.gradients.adding(gradients, times: share))
      } else {
        total = (share * value, gradients.scaled(by: share))
      }
      model.apply(statisticsOf: context)
    }
    guard let total else { return .nan }  // no batch is empty
    var gradients = total.gradients
    if let clipping = options.clipping { gradients.clip(clipping) }
    optimizer.update(&model, along: gradients, settings: settings)
    if let decay = options.averageDecay { updateAverage(decay: decay) }
    position.step += 1
    position.batch += 1
    position.skip(skipped)
    return total.value
  }

  /// The mean loss of some samples and its gradient; scores are added to the metrics, with the samples'
  /// weight, and new statistics wait in the context.
  private mutating func gradients(
    _ part: BatchPart, _ weight: Double?, _ settings: UpdateSettings, _ context: inout Context,
    loss: (Tensor, NDArray) -> Tensor
  ) throws(TrainingError) -> (Double, Gradients) {
    var scores = NDArray(0.0)
    let inputs = part.inputs.cast(to: model.dtype)
    // The point is let go before the update, which would else copy what it shares with the model.
    let (value, gradients) = valueWithGradients(
      of: optimizer.gradientPoint(of: model, settings: settings) ?? model, &context
    ) { model, context in
      let output = model(Tensor(inputs), &context)
      scores = output.array
      return context.totalLoss(of: output) { part.loss(of: $0, by: loss) }
    }
    let number = value.item
    guard number.isFinite else {
      throw TrainingError.diverged(
        loss: number, step: position.step + 1, epoch: position.epoch + 1,
        place: model.firstNonFinite(for: inputs, seed: context.seed, step: context.step)
          ?? "in the loss itself")
    }
    position.metrics.add(scores: scores, labels: part.labels, loss: number, weight: weight)
    return (number, gradients)
  }

  /// Validates and goes on to the next epoch.
  ///
  /// - Throws: `CancellationError` where the task is cancelled; the epoch is then not finished, and
  ///   going on begins with its validation.
  mutating func finishEpoch(
    _ data: TrainingData, loss: (Tensor, NDArray) -> Tensor
  ) throws -> EpochRecord {
    do throws(TrainingError) {
      try requireFinite()
    } catch {
      log(error, data)
      throw error
    }
    guard position.metrics.count > 0 else {
      if data.train.damaged.count < data.train.count, let path = loneSampleProblem(data.inputShape)
      {
        throw TrainingError.loneSample(at: path, which: ", all that damaged ones have left")
      }
      throw DatasetError.noneReadable(data.train)
    }
    var skipped = position.skipped ?? 0
    var scores: Scores?
    if let validation = data.validation, validation.count > 0 {
      let metrics = try evaluate(
        evaluatedModel, on: validation, preparation: data.preparation,
        inputShape: data.inputShape, classWeights: data.classWeights, loss: loss)
      scores = Scores(metrics)
      skipped += validation.count - metrics.count
    }
    let record = EpochRecord(
      epoch: position.epoch + 1, train: Scores(position.metrics), validation: scores,
      skipped: skipped == 0 ? nil : skipped)
    position.history.append(record)
    position.epoch += 1
    position.batch = 0
    position.skipped = nil
    position.metrics = ClassificationMetrics(
      classes: position.metrics.classes, k: position.metrics.k)
    try keepBest(data.options)
    var metadata: Logger.Metadata = [
      "epoch": "\(record.epoch)", "loss": "\(record.train.loss)",
      "accuracy": "\(record.train.accuracy)",
    ]
    if let scores {
      metadata["validation-loss"] = "\(scores.loss)"
      metadata["validation-accuracy"] = "\(scores.accuracy)"
    }
    if let skipped = record.skipped { metadata["skipped"] = "\(skipped)" }
    data.logger.info("epoch", metadata: metadata)
    return record
  }

  /// Keeps the epoch that early stopping has found best, and goes back to it at the run's end, from
  /// where the last step's model is kept too.
  private mutating func keepBest(_ options: TrainingOptions) throws {
    guard let stopping = options.earlyStopping, stopping.restoresBest else { return }
    if stopping.bestEpoch(in: position.history) == position.epoch - 1 {
      best = evaluatedModel.state
    }
    if isFinished(options), !best.isEmpty {
      (last, lastAverage) = (model.state, average)
      try model.load(best)
      if !average.isEmpty { average = model.parameters }
    }
  }

  /// Goes back from the best epoch to the last step where a run that had ended has more to do.
  private mutating func leaveBest(_ options: TrainingOptions) throws {
    guard !last.isEmpty, !isFinished(options) else { return }
    try model.load(last)
    average = lastAverage
    (last, lastAverage) = ([], [])
  }
}
