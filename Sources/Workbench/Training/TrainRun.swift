import Formats
import Foundation
import Plots

/// Training a model and keeping it: the work behind `gradus train`.
public struct TrainRun: Sendable {
  /// What the run reports while it goes on.
  public enum Event: Sendable {
    /// The run is set up: model, data and where it is written.
    case started(Start)
    /// The run goes on where it stopped, on another machine or with other threads: the bits will
    /// differ from an unbroken run's, for the reasons given.
    case differs([String])
    /// The run goes on with another number of samples to train on than before: files have come to its
    /// data or gone from them.
    case dataDiffers(before: Int, now: Int)
    /// A step is done.
    case step(StepReport)
    /// An epoch is done and saved; the time that it took, in seconds.
    case epoch(EpochRecord, seconds: Double)
    /// Damaged images have been found: all so far. Told at the end of an epoch with new ones.
    case skipped(SkippedImages)
  }

  /// What a run starts with.
  public struct Start: Sendable {
    /// The run's folder.
    public let run: String
    /// The model's name.
    public let model: String
    /// The number of elements of all parameters.
    public let parameters: Int
    /// The data set's name.
    public let data: String
    /// Samples that it is trained on.
    public let samples: Int
    /// Epochs in all.
    public let epochs: Int
    /// Epochs that an earlier part of the run has done.
    public let epochsDone: Int
    /// The epochs in a row without a lower loss of validation by which the run was over before its last
    /// epoch, so that nothing is left to train; nil where it is not.
    public let patienceSpent: Int?
    /// How the weights that it begins with fit; nil where all are drawn, or the run goes on.
    public let weights: WeightsReport?
  }

  /// How a run ended.
  public struct Result: Sendable {
    /// The run's folder.
    public let run: String
    /// Over the test set; nil where the run was stopped before its end.
    public let test: Scores?
    /// Damaged images of the test set that were left out.
    public let skipped: SkippedImages
    /// What each epoch gave, those before a resumption included.
    public let epochs: [EpochRecord]
    /// Time spent in training, earlier parts of the run included.
    public let seconds: Double
    /// Whether the run was stopped before its end.
    public let stopped: Bool
  }

  private let folder: RunFolder
  private let description: RunDescription
  private let splits: DatasetSplits
  private let network: Network
  private var trainer: Trainer<Sequential>
  private let warnings: [String]
  /// How many samples the run was trained on before, where there are others now.
  private let samplesBefore: Int?
  private let classWeights: [Double]?
  private let weights: WeightsReport?
  /// Whether nothing of the run has been written before.
  private let isNew: Bool

  /// Sets up a new run.
  /// - Parameters:
  ///   - request: What is trained, on what, and how.
  ///   - out: The folder; nil takes the next free one in `runs/`.
  /// - Throws: `WorkbenchError` before anything is written.
  public init(_ request: TrainRequest, out: String?) throws {
    try request.validate()
    var request = request
    splits = try Self.data(request) { try request.images() }
    let training = splits.train
    network = try Network(
      request.model, sample: training.sampleShape, classes: training.classNames.count,
      dropout: request.dropout, imageSize: request.imageSize)
    request.network = network.text
    folder =
      out.map { RunFolder($0) }
      ?? RunFolder.next(model: network.name, data: training.name)
    try folder.requireNone()
    // Before the description, for whose normalisation all images are read.
    try network.requireMemory(toTrain: request, samples: training.count)
    description = try RunDescription(request, network, training)
    var layers = network.layers.initialized(seed: request.seed, dtype: request.precision)
    weights = try request.startingWeights?.load(into: &layers)
    classWeights = try Self.classWeights(request, training)
    trainer = Trainer(
      model: layers, optimizer: request.makeOptimizer(), classes: training.classNames.count)
    warnings = []
    samplesBefore = nil
    isNew = true
    try check()
  }

  static func classWeights(
    _ request: TrainRequest, _ training: Dataset
  ) throws -> [Double]? {
    do {
      return try request.classWeights?.weights(for: training)
    } catch {
      throw WorkbenchError(error)
    }
  }

  /// Goes on with a run from its newest checkpoint.
  /// - Parameters:
  ///   - path: The run's folder.
  ///   - epochs: The new number of epochs, where the run is to go further.
  /// - Throws: `WorkbenchError` for a folder without a run, files that have changed since they were
  ///   written, data with other classes, another number of samples in the middle of an epoch, and
  ///   fewer epochs than the run has begun.
  public init(resuming path: String, epochs: Int?) throws {
    folder = RunFolder(path)
    var description = try folder.read()
    if let epochs { description.request.epochs = epochs }
    try description.request.validate()
    let request = description.request
    let images = description.images
    splits = try Self.data(request) { images }
    guard splits.classNames == description.classNames else {
      throw WorkbenchError(
        .input, request.data, "the data's classes are not those that the run was started with")
    }
    network = try folder.network(description)
    guard request.transfer == nil || request.transfer == .fineTune else {
      throw WorkbenchError(
        .usage, "--resume",
        "\(path) is the work of `gradus transfer` on frozen layers, which is done in one go")
    }
    try network.requireMemory(toTrain: request, samples: splits.train.count)
    classWeights = try Self.classWeights(request, splits.train)
    var layers = network.layers.initialized(seed: request.seed, dtype: request.precision)
    let checkpoint: Checkpoint?
    do {
      checkpoint = try folder.checkpoints.latest()
    } catch {
      throw WorkbenchError(error)
    }
    // A run that was stopped before its first checkpoint begins anew.
    weights = checkpoint == nil ? try request.startingWeights?.load(into: &layers) : nil
    trainer = Trainer(
      model: layers, optimizer: request.makeOptimizer(), classes: description.classNames.count)
    var warnings: [String] = []
    do {
      if let checkpoint {
        try checkpoint.restore(&trainer)
        warnings = TrainingEnvironment.current.differences(
          from: checkpoint.description.environment)
      }
    } catch {
      throw WorkbenchError(error)
    }
    let begun = trainer.position.epoch + (trainer.position.batch > 0 ? 1 : 0)
    if let epochs, epochs < begun {
      throw WorkbenchError(
        .usage, "--epochs", "found \(epochs), expected at least \(begun), which the run has begun")
    }
    samplesBefore = try Self.changedCount(description, splits.train, at: trainer.position)
    description.samples = splits.train.count
    self.description = description
    self.warnings = warnings
    isNew = false
    try check()
  }

  /// The number of samples that a run was trained on, where there are others now; nil where there are
  /// not, and where nobody counted them.
  /// - Throws: `WorkbenchError` in the middle of an epoch: shuffled anew, it would see some samples
  ///   twice and some not at all.
  private static func changedCount(
    _ description: RunDescription, _ training: Dataset, at position: TrainingPosition
  ) throws(WorkbenchError) -> Int? {
    guard let before = description.samples, before != training.count else { return nil }
    guard position.batch == 0 else {
      throw WorkbenchError(
        .input, description.request.data,
        "found \(Excerpt.count(training.count, "sample")) to train on, expected \(before): the run "
          + "was stopped in the middle of epoch \(position.epoch + 1), which can only be finished "
          + "with the same files")
    }
    return before
  }

  /// Refuses what training would refuse, before anything is written.
  private func check() throws(WorkbenchError) {
    let request = description.request
    try request.check(network.loss)
    do {
      // A run of an earlier version goes on as it was.
      if isNew { try request.checkShift(description.preparation, input: network.input) }
      try trainer.check(
        train: splits.train, validation: splits.validation, preparation: description.preparation,
        inputShape: network.input, options: try request.options(for: trainer.model))
    } catch {
      throw WorkbenchError(error)
    }
  }

  /// The data of a request, as many as it asks for and of its size.
  static func data(
    _ request: TrainRequest, images: () throws -> ImageOptions
  ) throws -> DatasetSplits {
    do {
      var splits = try DataCatalog.splits(request.data, images: images())
      if let limit = request.limitTrain, limit < splits.train.count {
        splits.train = try splits.train.prefix(limit)
      }
      guard let size = request.imageSize else { return splits }
      return try splits.resized(to: size)
    } catch {
      throw WorkbenchError(error)
    }
  }

  /// Trains, saves a checkpoint at each epoch's end, and evaluates on the test set.
  ///
  /// - Parameters:
  ///   - logger: Told of each epoch (info), each step (trace) and a loss that is not finite (error).
  ///   - shouldStop: Asked after each step; a run that is stopped has its checkpoint saved.
  ///   - report: Called from the training thread.
  /// - Returns: How the run ended.
  /// - Throws: `WorkbenchError` where training diverged or a file cannot be written.
  public mutating func run(
    logger: Logger = .silent, shouldStop: @escaping @Sendable () -> Bool = { false },
    report: (Event) throws -> Void
  ) throws -> Result {
    do {
      return try perform(logger: logger, shouldStop: shouldStop, report: report)
    } catch {
      throw WorkbenchError(error)
    }
  }

  private mutating func perform(
    logger: Logger, shouldStop: @escaping @Sendable () -> Bool, report: (Event) throws -> Void
  ) throws -> Result {
    let request = description.request
    try folder.create()
    let lock = try RunLock(folder: folder.path)
    defer { withExtendedLifetime(lock) {} }
    // Another may have come first since this run was set up.
    if isNew { try folder.requireNone() }
    try folder.write(description)
    try report(
      .started(
        Start(
          run: folder.path, model: network.name, parameters: network.layers.parameterCount,
          data: splits.train.name, samples: splits.train.count, epochs: request.epochs,
          epochsDone: trainer.position.epoch,
          patienceSpent: request.patience.flatMap {
            EarlyStopping(patience: $0).isOver(trainer.position.history) ? $0 : nil
          }, weights: weights)))
    if !warnings.isEmpty { try report(.differs(warnings)) }
    if let samplesBefore {
      try report(.dataDiffers(before: samplesBefore, now: splits.train.count))
    }
    let start = ContinuousClock.now
    let before = trainer.position.secondsBefore
    var epochStart = start
    var log = try MetricsLog(
      path: folder.metricsPath, keepingEpochs: trainer.position.epoch)
    let events = try EventFile(folder: folder.path, step: trainer.position.step)
    let (folder, splits) = (self.folder, self.splits)
    var skippedCount = 0
    var savedStep = trainer.position.step
    func save(_ trainer: Trainer<Sequential>) throws {
      try trainer.requireFinite()
      var trainer = trainer
      trainer.position.secondsBefore = before + start.duration(to: .now).seconds
      try folder.checkpoints.save(Checkpoint(trainer))
      savedStep = trainer.position.step
    }
    let (lossFunction, smoothing) = (network.loss, request.labelSmoothing ?? 0)
    let classWeights = self.classWeights
    let outcome = try trainer.run(
      train: splits.train, validation: splits.validation, preparation: description.preparation,
      inputShape: network.input,
      options: try request.options(for: trainer.model), logger: logger,
      classWeights: classWeights,
      loss: {
        lossFunction($0, labels: $1, labelSmoothing: smoothing, classWeights: classWeights)
      }
    ) { event, trainer in
      switch event {
      case .step(let step):
        try report(.step(step))
        if shouldStop() {
          if step.batch < step.batches { try save(trainer) }
          return .stop
        }
        if let every = request.checkpointEvery, step.step % every == 0,
          step.batch < step.batches
        {
          try save(trainer)
        }
      case .epoch(let record):
        let seconds = epochStart.duration(to: .now).seconds
        epochStart = .now
        // The log first: resuming drops lines beyond the checkpoint, but could not make one up.
        try log.append(record.json(seconds: seconds))
        try events.add(record.scalars, step: trainer.position.step)
        try save(trainer)
        try report(.epoch(record, seconds: seconds))
        if record.skipped != nil {
          let skipped = SkippedImages([splits.train, splits.validation], training: splits.train)
          if skipped.files.count > skippedCount { try report(.skipped(skipped)) }
          skippedCount = skipped.files.count
        }
        if shouldStop() { return .stop }
      }
      return .proceed
    }
    if savedStep != trainer.position.step { try save(trainer) }
    let history = trainer.position.history
    if !history.isEmpty {
      try AtomicFile.write(Self.curves(history, title: network.name).svg(), to: folder.curvesPath)
    }
    var test: Scores?
    if outcome == .finished {
      test = Scores(
        try evaluate(
          trainer.evaluatedModel, on: splits.test, preparation: description.preparation,
          inputShape: network.input, loss: { lossFunction($0, labels: $1) }))
    }
    return Result(
      run: folder.path, test: test, skipped: SkippedImages(test == nil ? [] : [splits.test]),
      epochs: history,
      seconds: before + start.duration(to: .now).seconds, stopped: outcome == .stopped)
  }

  /// Loss by epoch on the training and validation sets.
  public static func curves(_ history: [EpochRecord], title: String) -> LineChart {
    var series = [Series("training", values: history.map(\.train.loss))]
    if history.allSatisfy({ $0.validation != nil }) {
      series.append(Series("validation", values: history.map { $0.validation!.loss }))
    }
    return LineChart(title: "Loss of \(title)", xLabel: "epoch", yLabel: "loss", series: series)
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

extension Scores {
  /// Loss and accuracy, where there are many classes also that of the best few; for scripts to read.
  public var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      (key: "loss", value: .number(loss)), (key: "accuracy", value: .number(accuracy)),
    ]
    if let top {
      members.append((key: "top_\(top)_accuracy", value: .number(topAccuracy)))
    }
    return .object(JSONObject(members))
  }
}

extension EpochRecord {
  /// The numbers that TensorBoard shows.
  var scalars: [(tag: String, value: Double)] {
    let passes = [("training", train)] + (validation.map { [("validation", $0)] } ?? [])
    return passes.flatMap { name, scores -> [(tag: String, value: Double)] in
      [("loss/\(name)", scores.loss), ("accuracy/\(name)", scores.accuracy)]
        + (scores.top.map { [("top-\($0)/\(name)", scores.topAccuracy)] } ?? [])
    } + (skipped.map { [("data/skipped", Double($0))] } ?? [])
  }

  /// The line of `train --json` and of `metrics.jsonl`.
  public func json(seconds: Double) -> JSONValue {
    var object: [(String, JSONValue)] = [
      ("event", "epoch"), ("epoch", .integer(epoch)), ("train", train.json),
    ]
    if let validation { object.append(("validation", validation.json)) }
    if let skipped { object.append(("skipped", .integer(skipped))) }
    object.append(("seconds", .number(seconds)))
    return .object(JSONObject(object.map { (key: $0.0, value: $0.1) }))
  }
}
