/// What to train, on what, and how: everything that is needed to repeat a run.
public struct TrainRequest: Sendable, Codable, Hashable {
  /// The rules that `train` offers.
  public enum OptimizerName: String, Sendable, Codable, CaseIterable {
    /// Stochastic gradient descent, w ← w − η·g; η = 0.1 unless said otherwise.
    case sgd
    /// Gradient descent with momentum; η = 0.05 unless said otherwise.
    case momentum
    /// Gradient descent with Nesterov's momentum; η = 0.05 unless said otherwise.
    case nesterov
    /// Delta-bar-delta, a learning rate for each parameter, for whole batches; η = 0.1 unless said
    /// otherwise.
    case deltaBarDelta = "delta-bar-delta"
    /// AdaGrad; η = 0.01 unless said otherwise.
    case adaGrad = "adagrad"
    /// RMSProp with ρ = 0.9; η = 0.001 unless said otherwise.
    case rmsProp = "rmsprop"
    /// Adam with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸; η = 0.001 unless said otherwise.
    case adam
    /// Adam whose decay bypasses the moments: `l2` is decoupled.
    case adamW = "adamw"
    /// Adam with the largest v so far in the step.
    case amsgrad
  }

  /// A name of the catalogue, or the path of a network file.
  public var model: String
  /// The network file's text, once read.
  public var network: String?
  /// A data set's name or path.
  public var data: String
  /// Passes over the training set, 1 to 1,000,000.
  public var epochs: Int
  /// Samples a step, 1 to 10,000,000.
  public var batchSize: Int
  /// The rule of the updates.
  public var optimizer: OptimizerName
  /// η, above 0; nil takes the optimizer's usual one.
  public var learningRate: Double?
  /// μ of momentum and Nesterov's form, 0 to below 1; above 0 for these two.
  public var momentum: Double
  /// λ of the penalty (λ/2)·Σw² on weights, at least 0; not on offsets and scales of normalization.
  public var l2: Double
  /// Probability of dropping a unit, 0 to below 1, for models with dropout; nil takes the model's usual
  /// one.
  public var dropout: Double?
  /// Fixes first values, shuffling and every random layer.
  public var seed: UInt64
  /// float32 or float64.
  public var precision: DType
  /// Training samples used; nil takes all.
  public var limitTrain: Int?
  /// Steps between checkpoints within an epoch; nil saves at each epoch's end.
  public var checkpointEvery: Int?
  /// The most pixels that training images are moved at random along each axis; nil moves none.
  public var shift: Int?
  /// λ of the penalty λ·Σ|w| on weights, at least 0; nil is none.
  public var l1: Double?
  /// The largest norm of the weights that lead into a unit, above 0; nil bounds none.
  public var maxNorm: Double?
  /// How the learning rate changes; nil keeps it.
  public var schedule: Schedule?
  /// The bound on gradients; nil is none.
  public var clipping: GradientClipping?
  /// The share of a label that goes to all classes evenly, in training and validation, 0 to 1; nil
  /// is none.
  public var labelSmoothing: Double?
  /// Random changes of training samples; nil is none.
  public var augmentation: Augmentation?
  /// Epochs without a lower loss of validation after which training ends, with the best epoch's
  /// weights; nil trains all epochs.
  public var patience: Int?
  /// Other batch sizes from later epochs on; nil keeps `batchSize`.
  public var batchSizeChanges: [BatchSizeChange]?
  /// Batches a step, whose gradients are added up, 1 to 1,000,000; nil is 1.
  public var accumulation: Int?
  /// d of the moving average of the weights that is evaluated and used, 0 to below 1; nil makes none.
  public var averageDecay: Double?
  /// How much each class counts in the loss of training and validation; nil counts all alike.
  public var classWeights: ClassWeights?
  /// Rows and columns that images are brought to, which the network then takes, 1 to 16,384; nil leaves
  /// samples in memory as they are, and takes of image files the size that most of them have, or the
  /// model's where that is smaller.
  public var imageSize: Int?
  /// By which numbers images are normalised; nil is by those of the training samples.
  public var normalization: Normalization?
  /// The weights to begin with, instead of drawn ones; nil draws all.
  public var startingWeights: StartingWeights?
  /// How a network trained for another task is used; nil for training as usual.
  public var transfer: TransferWay?
  /// What happens where an image file is damaged; nil ends the run.
  public var corruptImages: CorruptImages?

  /// A request; see the properties of the same names. Nothing is checked before `validate`.
  public init(
    model: String, data: String = "digits", epochs: Int = 20, batchSize: Int = 32,
    optimizer: OptimizerName = .adam, learningRate: Double? = nil, momentum: Double = 0.9,
    l2: Double = 0, dropout: Double? = nil, seed: UInt64 = 0, precision: DType = .float32,
    limitTrain: Int? = nil, checkpointEvery: Int? = nil, shift: Int? = nil, l1: Double? = nil,
    maxNorm: Double? = nil, schedule: Schedule? = nil, clipping: GradientClipping? = nil,
    labelSmoothing: Double? = nil, augmentation: Augmentation? = nil, patience: Int? = nil,
    batchSizeChanges: [BatchSizeChange]? = nil, accumulation: Int? = nil,
    averageDecay: Double? = nil, classWeights: ClassWeights? = nil, imageSize: Int? = nil,
    normalization: Normalization? = nil, startingWeights: StartingWeights? = nil,
    transfer: TransferWay? = nil,
    corruptImages: CorruptImages? = nil
  ) {
    self.model = model
    self.data = data
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.momentum = momentum
    self.l2 = l2
    self.dropout = dropout
    self.seed = seed
    self.precision = precision
    self.limitTrain = limitTrain
    self.checkpointEvery = checkpointEvery
    self.shift = shift
    self.l1 = l1
    self.maxNorm = maxNorm
    self.schedule = schedule
    self.clipping = clipping
    self.labelSmoothing = labelSmoothing
    self.augmentation = augmentation
    self.patience = patience
    self.batchSizeChanges = batchSizeChanges
    self.accumulation = accumulation
    self.averageDecay = averageDecay
    self.classWeights = classWeights
    self.imageSize = imageSize
    self.normalization = normalization
    self.startingWeights = startingWeights
    self.transfer = transfer
    self.corruptImages = corruptImages
  }
}
