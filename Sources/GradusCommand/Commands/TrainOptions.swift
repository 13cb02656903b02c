import ArgumentParser
import Workbench

/// What `train` can be told about a new run.
struct TrainOptions: ParsableArguments {
  @Option(help: "A data set's name or path.")
  var data: String?
  @Option(help: "Passes over the training set. [20]")
  var epochs: Int?
  @Option(
    help: ArgumentHelp(
      "Samples a batch. [32; delta-bar-delta: all]",
      discussion: "32,64@10 takes 64 from the tenth epoch on."))
  var batchSize: String?
  @Option(help: "Batches a step, whose gradients are added up. [1]")
  var accumulate: Int?
  @Option(
    help: ArgumentHelp(
      "sgd, momentum, nesterov, delta-bar-delta, adagrad, rmsprop, adam, adamw or amsgrad. [adam]"))
  var optimizer: String?
  @Option(
    help: ArgumentHelp(
      "Learning rate. [0.001; adagrad 0.01; momentum, nesterov 0.05; sgd, delta-bar-delta 0.1]"))
  var learningRate: Double?
  @Option(help: "μ of momentum and nesterov. [0.9]")
  var momentum: Double?
  @Option(
    help: ArgumentHelp(
      "How the learning rate changes: constant, step=EPOCHS, exponential=FACTOR, cosine, "
        + "polynomial=POWER, one-cycle or plateau=EPOCHS. [constant]"))
  var schedule: String?
  @Option(help: "Updates in which the learning rate rises to its value.")
  var warmup: Int?
  @Option(help: "λ of the penalty λ·Σ|w| on weights. [0]")
  var l1: Double?
  @Option(help: "λ of the penalty (λ/2)·Σw² on weights; with adamw decoupled. [0]")
  var l2: Double?
  @Option(help: "The largest norm of the weights that lead into a unit.")
  var maxNorm: Double?
  @Option(help: "The largest norm of all gradients together.")
  var clipNorm: Double?
  @Option(help: "The largest size of a gradient's element.")
  var clipValue: Double?
  @Option(
    help: "Probability of dropping a unit, for models with dropout. [mlp: 0; others: as published]")
  var dropout: Double?
  @Option(help: "Share of each label that goes to all classes evenly. [0]")
  var labelSmoothing: Double?
  @Option(
    help: "How much each class counts in the loss: balanced, or a number for each, as 1,2.5,1.")
  var classWeights: String?
  @Option(
    help: ArgumentHelp(
      "Evaluate and keep a moving average of the weights, with this decay a step, such as 0.999."))
  var ema: Double?
  @Option(
    help: ArgumentHelp(
      "Random changes of training samples, such as rotation=10,crop=4,flip,cutout=8,mixup=0.2.",
      discussion: """
        shift, rotation, scale, shear, flip, crop, brightness, contrast, saturation, hue, noise, \
        cutout, mixup, border; NAME=N or NAME=LOW..HIGH.
        """))
  var augment: String?
  @Option(help: "Move training images at random by up to N pixels, within their margin. [0]")
  var shift: Int?
  @Option(
    help: ArgumentHelp(
      "Stop after N epochs without a lower validation loss, and go back to the best."))
  var patience: Int?
  @OptionGroup var start: WeightOptions
  @OptionGroup var images: PictureOptions
  @Option(help: "Fixes everything random. [0]")
  var seed: UInt64?
  @Option(help: "float32 or float64. [float32]")
  var precision: String?
  @Option(help: "Use only the first N training samples.")
  var limitTrain: Int?
  @Option(help: "Save a checkpoint every N steps too, not only after each epoch.")
  var checkpointEvery: Int?
  @Option(help: "The run's folder. [runs/MODEL-DATA-N]")
  var out: String?

  /// The options besides `--epochs`, with what they were given.
  var fixed: [(name: String, value: Any?)] {
    [
      ("--data", data), ("--batch-size", batchSize), ("--optimizer", optimizer),
      ("--learning-rate", learningRate), ("--momentum", momentum), ("--schedule", schedule),
      ("--warmup", warmup), ("--l1", l1), ("--l2", l2), ("--max-norm", maxNorm),
      ("--clip-norm", clipNorm), ("--clip-value", clipValue), ("--dropout", dropout),
      ("--label-smoothing", labelSmoothing), ("--augment", augment), ("--shift", shift),
      ("--patience", patience), ("--accumulate", accumulate), ("--class-weights", classWeights),
      ("--ema", ema), ("--weights", start.weights), ("--partial", start.partial ? true : nil),
      ("--image-size", images.imageSize),
      ("--normalization", images.normalization), ("--seed", seed), ("--precision", precision),
      ("--limit-train", limitTrain), ("--corrupt-images", images.corruptImages),
      ("--checkpoint-every", checkpointEvery), ("--out", out),
    ]
  }

  /// The options that only training takes, with what they were given.
  var training: [(name: String, value: Any?)] {
    let others = [
      "--data", "--weights", "--partial", "--image-size", "--normalization", "--seed",
      "--precision",
      "--limit-train", "--corrupt-images", "--out",
    ]
    return [("--epochs", epochs)] + fixed.filter { !others.contains($0.name) }
  }

  /// The request of a new run; what was left out has its usual value.
  func request(model: String) throws -> TrainRequest {
    var request = TrainRequest(model: model)
    if let data { request.data = data }
    if let epochs { request.epochs = epochs }
    if let optimizer {
      request.optimizer = try choice("optimizer", optimizer, option: "--optimizer")
      if request.optimizer == .deltaBarDelta { request.batchSize = 10_000_000 }
    }
    if let batchSize { try request.setBatchSize(option: batchSize) }
    request.accumulation = accumulate
    request.averageDecay = ema
    request.classWeights = try classWeights.map { try ClassWeights(option: $0) }
    request.startingWeights = try start.starting()
    request.imageSize = images.imageSize
    request.normalization = try images.chosenNormalization()
    request.learningRate = learningRate
    if let momentum { request.momentum = momentum }
    if schedule != nil || warmup != nil {
      request.schedule = try Schedule(option: schedule, warmup: warmup)
    }
    request.l1 = l1
    if let l2 { request.l2 = l2 }
    request.maxNorm = maxNorm
    request.clipping = try clipping()
    if let dropout { request.dropout = dropout }
    request.labelSmoothing = labelSmoothing
    request.augmentation = try augment.map { try Augmentation(option: $0) }
    request.shift = shift
    request.patience = patience
    if let seed { request.seed = seed }
    if let precision {
      guard let known = ["float32": DType.float32, "float64": .float64][precision] else {
        throw WorkbenchError.unknown(
          "precision", precision, among: ["float32", "float64"], option: "--precision")
      }
      request.precision = known
    }
    request.limitTrain = limitTrain
    request.corruptImages = try images.chosenCorruptImages()
    request.checkpointEvery = checkpointEvery
    return request
  }

  private func choice<Name: RawRepresentable<String> & CaseIterable>(
    _ what: String, _ name: String, option: String
  ) throws -> Name {
    guard let known = Name(rawValue: name) else {
      throw WorkbenchError.unknown(
        what, name, among: Name.allCases.map(\.rawValue), option: option)
    }
    return known
  }

  private func clipping() throws -> GradientClipping? {
    if let clipNorm {
      guard clipValue == nil else {
        throw WorkbenchError(.usage, "--clip-value", "found with --clip-norm, expected one of them")
      }
      return GradientClipping(.globalNorm, limit: clipNorm)
    }
    return clipValue.map { GradientClipping(.value, limit: $0) }
  }
}
