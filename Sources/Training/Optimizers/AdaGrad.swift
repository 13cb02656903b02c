import CKernels

/// AdaGrad: r ← r + g², w ← w − η·g / (√r + ε), so that each weight's step shrinks with all its
/// gradients so far. Weight decay λ adds λ·w to the gradient.
///
/// - Source: Duchi, Hazan and Singer 2011, "Adaptive Subgradient Methods for Online Learning and
///   Stochastic Optimization"; ε outside the root, as in the course and in PyTorch.
public struct AdaGrad: Optimizer, StatefulOptimizer {
  /// The numbers without the state.
  public private(set) var configuration: Configuration
  var states: OptimizerStates

  /// AdaGrad with nothing done yet.
  /// - Parameters:
  ///   - learningRate: η, above 0; PyTorch's 0.01 by default.
  ///   - epsilon: ε, above 0; PyTorch's 10⁻¹⁰ by default.
  ///   - initialSum: What r starts at, at least 0; 0 by default.
  ///   - weightDecay: λ, at least 0, for every parameter.
  /// - Precondition: numbers in their ranges.
  public init(
    learningRate: Double = 0.01, epsilon: Double = 1e-10, initialSum: Double = 0,
    weightDecay: Double = 0
  ) {
    self.init(
      Configuration(
        learningRate: learningRate, epsilon: epsilon, initialSum: initialSum,
        weightDecay: weightDecay))
  }

  /// AdaGrad with these numbers, before its first step.
  /// - Precondition: numbers that the configuration's members allow.
  public init(_ configuration: Configuration) {
    if let problem = configuration.problem { fatalError("AdaGrad: \(problem)") }
    self.configuration = configuration
    states = OptimizerStates(.init(name: "sum-of-squares", initial: configuration.initialSum))
  }

  public var learningRate: Double {
    get { configuration.learningRate }
    set { configuration.learningRate = newValue }
  }

  public mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: Gradients, settings: UpdateSettings
  ) {
    var rule = gk_update(GK_ADAGRAD, rate: learningRate)
    rule.epsilon = configuration.epsilon
    states.update(
      &model, along: gradients, settings: settings, rule, weightDecay: configuration.weightDecay)
  }
}

extension AdaGrad {
  /// AdaGrad's numbers without its state, as a file can hold them.
  ///
  /// Decoding takes defaults for what is left out, and refuses unknown keys and numbers that
  /// `AdaGrad` would not take.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η, above 0.
    public var learningRate: Double
    /// ε, added outside the root; above 0.
    public var epsilon: Double
    /// What r starts at, at least 0.
    public var initialSum: Double
    /// λ, at least 0.
    public var weightDecay: Double

    /// The numbers; checked where the optimizer is made and when they are decoded, not here.
    public init(
      learningRate: Double = 0.01, epsilon: Double = 1e-10, initialSum: Double = 0,
      weightDecay: Double = 0
    ) {
      self.learningRate = learningRate
      self.epsilon = epsilon
      self.initialSum = initialSum
      self.weightDecay = weightDecay
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case learningRate, epsilon, initialSum, weightDecay
    }

    /// - Throws: `DecodingError` with the key, what was found and what would do.
    public init(from decoder: any Decoder) throws {
      let reader = try ConfigurationReader<CodingKeys>(decoder, others: ["rule"])
      self.init()
      learningRate = try reader.value(.learningRate, default: learningRate)
      epsilon = try reader.value(.epsilon, default: epsilon)
      initialSum = try reader.value(.initialSum, default: initialSum)
      weightDecay = try reader.value(.weightDecay, default: weightDecay)
      try reader.refuse(problem)
    }

    /// The first number that AdaGrad does not take.
    var problem: ConfigurationProblem<CodingKeys>? {
      .first(
        (learningRate > 0 && learningRate.isFinite, .learningRate, learningRate, "above 0"),
        (epsilon > 0 && epsilon.isFinite, .epsilon, epsilon, "above 0"),
        (initialSum >= 0 && initialSum.isFinite, .initialSum, initialSum, "at least 0"),
        (weightDecay >= 0 && weightDecay.isFinite, .weightDecay, weightDecay, "at least 0"))
    }
  }
}
