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
    /// Adam with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸; η = 0.001 unless said otherwise.
    case adam
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
  /// λ of the penalty (λ/2)·Σw² on every parameter, at least 0.
  public var l2: Double
  /// Probability of dropping a unit, 0 to below 1, for models with dropout.
  public var dropout: Double
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

  /// A request; see the properties of the same names. Nothing is checked before `validate`.
  public init(
    model: String, data: String = "digits", epochs: Int = 20, batchSize: Int = 32,
    optimizer: OptimizerName = .adam, learningRate: Double? = nil, momentum: Double = 0.9,
    l2: Double = 0, dropout: Double = 0, seed: UInt64 = 0, precision: DType = .float32,
    limitTrain: Int? = nil, checkpointEvery: Int? = nil, shift: Int? = nil
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
  }

  /// Checks every number.
  /// - Throws: `WorkbenchError` naming the option.
  public func validate() throws(WorkbenchError) {
    func require(
      _ holds: Bool, _ option: String, _ found: some CustomStringConvertible, _ expected: String
    ) throws(WorkbenchError) {
      if !holds {
        throw WorkbenchError(.usage, option, "found \(found), expected \(expected)")
      }
    }
    try require((1...1_000_000).contains(epochs), "--epochs", epochs, "from 1 to 1000000")
    try require(
      (1...10_000_000).contains(batchSize), "--batch-size", batchSize, "from 1 to 10000000")
    if let rate = learningRate {
      try require(rate > 0 && rate.isFinite, "--learning-rate", rate, "a number above 0")
    }
    try require(
      momentum >= 0 && momentum < 1, "--momentum", momentum, "from 0 to below 1")
    try require(
      momentum > 0 || (optimizer != .momentum && optimizer != .nesterov), "--momentum", momentum,
      "above 0 for \(optimizer.rawValue)")
    try require(l2 >= 0 && l2.isFinite, "--l2", l2, "a number of at least 0")
    try require(dropout >= 0 && dropout < 1, "--dropout", dropout, "from 0 to below 1")
    try require(
      precision == .float32 || precision == .float64, "--precision", precision,
      "float32 or float64")
    if let limit = limitTrain {
      try require(limit >= 1, "--limit-train", limit, "at least 1")
    }
    if let every = checkpointEvery {
      try require(every >= 1, "--checkpoint-every", every, "at least 1")
    }
    if let shift {
      try require((0...1000).contains(shift), "--shift", shift, "from 0 to 1000")
    }
  }

  /// The optimizer with its numbers.
  public func makeOptimizer() -> any Optimizer {
    switch optimizer {
    case .sgd: SGD(learningRate: learningRate ?? 0.1, weightDecay: l2)
    case .momentum:
      SGD(learningRate: learningRate ?? 0.05, momentum: momentum, weightDecay: l2)
    case .nesterov:
      SGD(
        learningRate: learningRate ?? 0.05, momentum: momentum, nesterov: true, weightDecay: l2)
    case .adam: Adam(learningRate: learningRate ?? 0.001, weightDecay: l2)
    }
  }
}
