import CKernels

/// RMSProp: r ← ρr + (1 − ρ)g², w ← w − η·g / (√r + ε), AdaGrad with a mean that forgets.
///
/// Centred, the square of a like mean of g is taken off r, which leaves the gradient's variance. With
/// momentum μ: v ← μ·v + g / (√r + ε), w ← w − η·v. Weight decay λ adds λ·w to the gradient.
///
/// - Source: Tieleman and Hinton 2012, "Neural Networks for Machine Learning", lecture 6.5; centred
///   with momentum as Graves 2013, "Generating Sequences With Recurrent Neural Networks", section
///   4.2, but for ε, which stands outside the root as in the course and in PyTorch.
public struct RMSProp: Optimizer, StatefulOptimizer {
  /// The numbers without the state.
  public private(set) var configuration: Configuration
  var states: OptimizerStates

  /// RMSProp with nothing done yet.
  /// - Parameters:
  ///   - learningRate: η, above 0; the lecture's 0.001 by default.
  ///   - decay: ρ, from 0 to below 1; the lecture's 0.9 by default, where PyTorch has 0.99.
  ///   - epsilon: ε, above 0; 10⁻⁸ by default.
  ///   - momentum: μ, from 0 to below 1.
  ///   - centered: Whether the mean's square is taken off r.
  ///   - weightDecay: λ, at least 0, for every parameter.
  /// - Precondition: numbers in their ranges.
  public init(
    learningRate: Double = 0.001, decay: Double = 0.9, epsilon: Double = 1e-8,
    momentum: Double = 0, centered: Bool = false, weightDecay: Double = 0
  ) {
    self.init(
      Configuration(
        learningRate: learningRate, decay: decay, epsilon: epsilon, momentum: momentum,
        centered: centered, weightDecay: weightDecay))
  }

  /// RMSProp with these numbers, before its first step.
  /// - Precondition: numbers that the configuration's members allow.
  public init(_ configuration: Configuration) {
    if let problem = configuration.problem { fatalError("RMSProp: \(problem)") }
    self.configuration = configuration
    let names =
      ["mean-square"] + (configuration.centered ? ["mean"] : [])
      + (configuration.momentum > 0 ? ["velocity"] : [])
    states = OptimizerStates(names.map { .init(name: $0) })
  }

  public var learningRate: Double {
    get { configuration.learningRate }
    set { configuration.learningRate = newValue }
  }

  public mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: Gradients, settings: UpdateSettings
  ) {
    var rule = gk_update(GK_RMSPROP, rate: learningRate)
    rule.decay = configuration.decay
    rule.epsilon = configuration.epsilon
    rule.momentum =
      configuration.momentum > 0 ? settings.momentum ?? configuration.momentum : 0
    rule.centered = configuration.centered
    states.update(
      &model, along: gradients, settings: settings, rule, weightDecay: configuration.weightDecay)
  }
}

extension RMSProp {
  /// RMSProp's numbers without its state, as a file can hold them.
  ///
  /// Decoding takes defaults for what is left out, and refuses unknown keys and numbers that
  /// `RMSProp` would not take.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η, above 0.
    public var learningRate: Double
    /// ρ, from 0 to below 1.
    public var decay: Double
    /// ε, added outside the root; above 0.
    public var epsilon: Double
    /// μ, from 0 to below 1.
    public var momentum: Double
    /// Whether the mean's square is taken off r.
    public var centered: Bool
    /// λ, at least 0.
    public var weightDecay: Double

    /// The numbers; checked where the optimizer is made and when they are decoded, not here.
    public init(
      learningRate: Double = 0.001, decay: Double = 0.9, epsilon: Double = 1e-8,
      momentum: Double = 0, centered: Bool = false, weightDecay: Double = 0
    ) {
      self.learningRate = learningRate
      self.decay = decay
      self.epsilon = epsilon
      self.momentum = momentum
      self.centered = centered
      self.weightDecay = weightDecay
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case learningRate, decay, epsilon, momentum, centered, weightDecay
    }

    /// - Throws: `DecodingError` with the key, what was found and what would do.
    public init(from decoder: any Decoder) throws {
      let reader = try ConfigurationReader<CodingKeys>(decoder, others: ["rule"])
      self.init()
      learningRate = try reader.value(.learningRate, default: learningRate)
      decay = try reader.value(.decay, default: decay)
      epsilon = try reader.value(.epsilon, default: epsilon)
      momentum = try reader.value(.momentum, default: momentum)
      centered = try reader.value(.centered, default: centered)
      weightDecay = try reader.value(.weightDecay, default: weightDecay)
      try reader.refuse(problem)
    }

    /// The first number that RMSProp does not take.
    var problem: ConfigurationProblem<CodingKeys>? {
      .first(
        (learningRate > 0 && learningRate.isFinite, .learningRate, learningRate, "above 0"),
        (decay >= 0 && decay < 1, .decay, decay, "from 0 to below 1"),
        (epsilon > 0 && epsilon.isFinite, .epsilon, epsilon, "above 0"),
        (momentum >= 0 && momentum < 1, .momentum, momentum, "from 0 to below 1"),
        (weightDecay >= 0 && weightDecay.isFinite, .weightDecay, weightDecay, "at least 0"))
    }
  }
}
