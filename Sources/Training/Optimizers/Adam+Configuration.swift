extension Adam {
  /// Adam's numbers without its state, as a file can hold them.
  ///
  /// Decoding takes defaults for what is left out, and refuses unknown keys and numbers that `Adam`
  /// would not take.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η, above 0.
    public var learningRate: Double
    /// β₁, from 0 to below 1.
    public var beta1: Double
    /// β₂, from 0 to below 1.
    public var beta2: Double
    /// ε, added outside the root; above 0.
    public var epsilon: Double
    /// λ, at least 0.
    public var weightDecay: Double
    /// Whether the decay shrinks the weights beside the step, as in AdamW.
    public var decoupled: Bool
    /// Whether v is replaced by its largest value so far in the step.
    public var amsgrad: Bool

    /// Adam's numbers; checked where the optimizer is made and when they are decoded, not here.
    public init(
      learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
      epsilon: Double = 1e-8, weightDecay: Double = 0, decoupled: Bool = false,
      amsgrad: Bool = false
    ) {
      self.learningRate = learningRate
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.decoupled = decoupled
      self.amsgrad = amsgrad
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case learningRate, beta1, beta2, epsilon, weightDecay, decoupled, amsgrad
    }

    /// - Throws: `DecodingError` with the key, what was found and what would do.
    public init(from decoder: any Decoder) throws {
      let reader = try ConfigurationReader<CodingKeys>(decoder, others: ["rule"])
      self.init()
      learningRate = try reader.value(.learningRate, default: learningRate)
      beta1 = try reader.value(.beta1, default: beta1)
      beta2 = try reader.value(.beta2, default: beta2)
      epsilon = try reader.value(.epsilon, default: epsilon)
      weightDecay = try reader.value(.weightDecay, default: weightDecay)
      decoupled = try reader.value(.decoupled, default: decoupled)
      amsgrad = try reader.value(.amsgrad, default: amsgrad)
      try reader.refuse(problem)
    }

    /// The first number that Adam does not take.
    var problem: ConfigurationProblem<CodingKeys>? {
      .first(
        (learningRate > 0 && learningRate.isFinite, .learningRate, learningRate, "above 0"),
        (beta1 >= 0 && beta1 < 1, .beta1, beta1, "from 0 to below 1"),
        (beta2 >= 0 && beta2 < 1, .beta2, beta2, "from 0 to below 1"),
        (epsilon > 0 && epsilon.isFinite, .epsilon, epsilon, "above 0"),
        (weightDecay >= 0 && weightDecay.isFinite, .weightDecay, weightDecay, "at least 0"))
    }
  }
}
