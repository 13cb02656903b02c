import Formats
import Foundation

/// A network whose layers below the classifier stay as they are: its features are saved, or a
/// classifier is trained on them.
struct FrozenFeatures: Sendable {
  private let request: TrainRequest
  private let folder: RunFolder
  private let splits: DatasetSplits
  private let network: Network
  private let layers: Sequential
  private let extractor: FeatureExtractor
  /// The new classifier before its first step.
  private let classifier: Trainer<Sequential>
  private let description: RunDescription
  private let weights: WeightsReport?
  private let classWeights: [Double]?

  init(_ request: TrainRequest, out: String?) throws {
    try request.validate()
    for (option, isGiven) in [
      ("--augment", request.augmentation != nil), ("--shift", request.shift ?? 0 > 0),
      ("--dropout", request.dropout ?? 0 > 0),
      ("--checkpoint-every", request.checkpointEvery != nil),
    ] where isGiven {
      throw WorkbenchError(
        .usage, option,
        "found with frozen layers, whose features are computed once; --way fine-tune takes it")
    }
    splits = try TrainRun.data(request) { try request.images() }
    network = try Network(
      request.model, sample: splits.train.sampleShape, classes: splits.classNames.count,
      dropout: request.dropout,
      imageSize: request.imageSize)
    var request = request
    request.network = network.text
    self.request = request
    folder =
      out.map { RunFolder($0) } ?? RunFolder.next(model: network.name, data: splits.name)
    try folder.requireNone()
    // Before the description, for whose normalisation all images may be read.
    try network.requireMemory(toUse: request.precision, place: network.name)
    description = try RunDescription(request, network, splits.train)
    var layers = network.layers.initialized(seed: request.seed, dtype: request.precision)
    weights = try request.startingWeights?.load(into: &layers, trainsHeads: false)
    self.layers = layers
    classWeights = try TrainRun.classWeights(request, splits.train)
    do {
      extractor = try FeatureExtractor(layers)
      _ = try description.preparation.transform(to: network.input)
      let (features, classes) = (extractor.count, splits.classNames.count)
      let head = Sequential { Dense(features, classes) }
        .initialized(seed: request.seed, dtype: request.precision)
      classifier = Trainer(model: head, optimizer: request.makeOptimizer(), classes: classes)
      guard request.transfer == .classifier else { return }
      // What its training would refuse, before hours of features.
      try request.check(network.loss)
      try classifier.check(
        samples: splits.train.count, hasValidation: splits.validation.count > 0,
        inputShape: [extractor.count], options: try request.options(for: head))
    } catch {
      throw WorkbenchError(error)
    }
  }

  func perform(
    logger: Logger, shouldStop: @escaping @Sendable () -> Bool,
    progress: (String, Int, Int) -> Void, report: (TrainRun.Event) throws -> Void
  ) throws -> TransferRun.Outcome {
    let start = ContinuousClock.now
    let made = try folder.create()
    let before = try folder.names()
    let lock = try RunLock(folder: folder.path)
    defer { withExtendedLifetime(lock) {} }
    try folder.requireNone()
    try report(
      .started(
        TrainRun.Start(
          run: folder.path, model: network.name, parameters: layers.parameterCount,
          data: splits.name, samples: splits.train.count,
          epochs: request.transfer == .features ? 0 : request.epochs, epochsDone: 0,
          patienceSpent: nil, weights: weights)))
    do {
      let parts = try features(shouldStop: shouldStop, progress: progress)
      let skipped = SkippedImages(
        [splits.train, splits.validation, splits.test], training: splits.train)
      if !skipped.files.isEmpty { try report(.skipped(skipped)) }
      let outcome =
        request.transfer == .classifier
        ? TransferRun.Outcome.trained(
          try trainClassifier(
            on: parts, start, logger: logger, shouldStop: shouldStop, report: report))
        : try save(parts, skipped)
      // Only now it is a run, and in the way of another.
      try folder.write(description)
      return outcome
    } catch {
      // Nothing is there that could be used or gone on with.
      folder.removeParts(besides: before)
      lock.removeFile()
      RunFolder.removeEmpty(made)
      if error is CancellationError { return .stopped }
      throw error
    }
  }

  /// The features of all parts of the data.
  /// - Throws: `CancellationError` where it is to stop.
  private func features(
    shouldStop: () -> Bool, progress: (String, Int, Int) -> Void
  ) throws -> DatasetSplits {
    func features(_ part: Dataset, _ name: String) throws -> Dataset {
      try extractor.features(
        of: part, preparation: description.preparation, inputShape: network.input
      ) { done in
        progress(name, done, part.count)
        if shouldStop() { throw CancellationError() }
      }
    }
    return DatasetSplits(
      train: try features(splits.train, "training"),
      validation: try features(splits.validation, "validation"),
      test: try features(splits.test, "test"))
  }

  /// Saves the features as `features.npz`: `train` [N, features] and `train_labels` [N], and so for
  /// `validation` and `test`.
  private func save(
    _ parts: DatasetSplits, _ skipped: SkippedImages
  ) throws -> TransferRun.Outcome {
    let named = [("train", parts.train), ("validation", parts.validation), ("test", parts.test)]
    try NPZ.write(
      named.flatMap { name, part in
        [(name: name, array: part.inputs), (name: name + "_labels", array: part.labels)]
      }, to: folder.featuresPath)
    return .features(
      file: folder.featuresPath, count: extractor.count,
      samples: named.reduce(0) { $0 + $1.1.count }, skipped: skipped)
  }

  /// Trains a softmax classifier on standardised features, puts it into the network in place of the
  /// old one, and saves the whole.
  private func trainClassifier(
    on parts: DatasetSplits, _ start: ContinuousClock.Instant, logger: Logger,
    shouldStop: @escaping @Sendable () -> Bool, report: (TrainRun.Event) throws -> Void
  ) throws -> TrainRun.Result {
    let classes = splits.classNames.count
    let preparation = try InputPreparation(fitting: parts.train)
    var trainer = classifier
    let (loss, smoothing, weights) = (network.loss, request.labelSmoothing ?? 0, classWeights)
    var log = try MetricsLog(path: folder.metricsPath, keepingEpochs: 0)
    let events = try EventFile(folder: folder.path, step: 0)
    // The features are of those samples that could be read.
    let skipped =
      splits.train.count - parts.train.count + splits.validation.count - parts.validation.count
    var epochStart = ContinuousClock.now
    let outcome = try trainer.run(
      train: parts.train, validation: parts.validation, preparation: preparation,
      inputShape: [extractor.count], options: try request.options(for: trainer.model),
      logger: logger, classWeights: weights,
      loss: { loss($0, labels: $1, labelSmoothing: smoothing, classWeights: weights) }
    ) { event, trainer in
      switch event {
      case .step(let step): try report(.step(step))
      case .epoch(var record):
        if skipped > 0 { record.skipped = skipped }
        let seconds = epochStart.duration(to: .now).seconds
        epochStart = .now
        try log.append(record.json(seconds: seconds))
        try events.add(record.scalars, step: trainer.position.step)
        try report(.epoch(record, seconds: seconds))
      }
      return shouldStop() ? .stop : .proceed
    }
    let dense = try trainer.evaluatedModel.classifier().layer
    let folded = preparation.folded(
      weight: dense.weight.tensor.array,
      bias: dense.bias?.tensor.array ?? NDArray.zeros([classes]))
    var whole = layers
    try whole.setClassifier(weight: folded.weight, bias: folded.bias)
    var finished = Trainer(model: whole, optimizer: request.makeOptimizer(), classes: classes)
    finished.position = trainer.position
    if skipped > 0 {
      for epoch in finished.position.history.indices {
        finished.position.history[epoch].skipped = skipped
      }
    }
    finished.position.secondsBefore = start.duration(to: .now).seconds
    try finished.requireFinite()
    try folder.checkpoints.save(Checkpoint(finished))
    let history = finished.position.history
    if !history.isEmpty {
      try AtomicFile.write(
        TrainRun.curves(history, title: network.name).svg(), to: folder.curvesPath)
    }
    let test = try evaluate(
      trainer.evaluatedModel, on: parts.test, preparation: preparation,
      inputShape: [extractor.count], loss: { loss($0, labels: $1) })
    return TrainRun.Result(
      run: folder.path, test: outcome == .finished ? Scores(test) : nil,
      skipped: SkippedImages(outcome == .finished ? [splits.test] : []), epochs: history,
      seconds: start.duration(to: .now).seconds, stopped: outcome == .stopped)
  }
}
