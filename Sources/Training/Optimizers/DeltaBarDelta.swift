import CKernels

/// Delta-bar-delta: a rate η for each weight, which grows by κ where the gradient g and d, the mean
/// of earlier ones, have one sign, and shrinks by the share φ where their signs differ;
/// d ← θ·d + (1 − θ)·g, w ← w − η·g.
///
/// It goes by signs, which the noise of mini-batches changes by chance: a `Trainer` refuses batches
/// that are not the whole training set.
///
/// - Source: Jacobs 1988, "Increased Rates of Convergence Through Learning Rate Adaptation".
public struct DeltaBarDelta: Optimizer, StatefulOptimizer {
  /// The numbers without the state.
  public private(set) var configuration: Configuration
  var states: OptimizerStates

  /// Delta-bar-delta with nothing done yet.
  /// - Parameters:
  ///   - learningRate: The η that every weight starts with, above 0.
  ///   - increase: κ, at least 0; added to a weight's η.
  ///   - decrease: φ, from 0 to below 1; the share that a weight's η loses.
  ///   - decay: θ, from 0 to below 1; the older share of d. The paper has 0.7.
  ///   - weightDecay: λ, at least 0, for every parameter.
  /// - Precondition: numbers in their ranges.
  public init(
    learningRate: Double = 0.01, increase: Double = 0.001, decrease: Double = 0.2,
    decay: Double = 0.7, weightDecay: Double = 0
  ) {
    self.init(
      Configuration(
        learningRate: learningRate, increase: increase, decrease: decrease, decay: decay,
        weightDecay: weightDecay))
  }

  /// Delta-bar-delta with these numbers, before its first step.
  /// - Precondition: numbers that the configuration's members allow.
  public init(_ configuration: Configuration) {
    if let problem = configuration.problem { fatalError("DeltaBarDelta: \(problem)") }
    self.configuration = configuration
    states = Self.states(configuration)
  }

  private static func states(_ configuration: Configuration) -> OptimizerStates {
    OptimizerStates(
      .init(name: "rate", initial: configuration.learningRate), .init(name: "mean"))
  }

  /// The η that every weight starts with; setting it after the first step changes nothing.
  public var learningRate: Double {
    get { configuration.learningRate }
    set {
      configuration.learningRate = newValue
      if steps == 0 { states = Self.states(configuration) }
    }
  }

  public mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: Gradients, settings: UpdateSettings
  ) {
    // Each weight's own rate is a state: what multiplies all of them is the settings' factor alone.
    var rule = gk_update(GK_DELTA_BAR_DELTA, rate: 1)
    rule.increase = configuration.increase
    rule.decrease = configuration.decrease
    rule.decay = configuration.decay
    states.update(
      &model, along: gradients, settings: settings, rule, weightDecay: configuration.weightDecay)
  }

  public var reasonForWholeBatch: String? {
    "delta-bar-delta goes by the signs of gradients, which the noise of mini-batches changes by "
      + "chance"
  }
}

extension DeltaBarDelta {
  /// The numbers of delta-bar-delta without its state, as a file can hold them.
  ///
  /// Decoding takes defaults for what is left out, and refuses unknown keys and numbers that
  /// `DeltaBarDelta` would not take.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The η that every weight starts with, above 0.
    public var learningRate: Double
    /// κ, at least 0.
    public var increase: Double
    /// φ, from 0 to below 1.
    public var decrease: Double
    /// θ, from 0 to below 1.
    public var decay: Double
    /// λ, at least 0.
    public var weightDecay: Double

    /// The numbers; checked where the optimizer is made and when they are decoded, not here.
    public init(
      learningRate: Double = 0.01, increase: Double = 0.001, decrease: Double = 0.2,
      decay: Double = 0.7, weightDecay: Double = 0
    ) {
      self.learningRate = learningRate
      self.increase = increase
      self.decrease = decrease
      self.decay = decay
      self.weightDecay = weightDecay
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case learningRate, increase, decrease, decay, weightDecay
    }

    /// - Throws: `DecodingError` with the key, what was found and what would do.
    public init(from decoder: any Decoder) throws {
      let reader = try ConfigurationReader<CodingKeys>(decoder, others: ["rule"])
      self.init()
      learningRate = try reader.value(.learningRate, default: learningRate)
      increase = try reader.value(.increase, default: increase)
      decrease = try reader.value(.decrease, default: decrease)
      decay = try reader.value(.decay, default: decay)
      weightDecay = try reader.value(.weightDecay, default: weightDecay)
      try reader.refuse(problem)
    }

    /// The first number that delta-bar-delta does not take.
    var problem: ConfigurationProblem<CodingKeys>? {
      .first(
        (learningRate > 0 && learningRate.isFinite, .learningRate, learningRate, "above 0"),
        (increase >= 0 && increase.isFinite, .increase, increase, "at least 0"),
        (decrease >= 0 && decrease < 1, .decrease, decrease, "from 0 to below 1"),
        (decay >= 0 && decay < 1, .decay, decay, "from 0 to below 1"),
        (weightDecay >= 0 && weightDecay.isFinite, .weightDecay, weightDecay, "at least 0"))
    }
  }
}
