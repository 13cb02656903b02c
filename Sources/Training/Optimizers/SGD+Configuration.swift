extension SGD {
  /// The numbers of gradient descent without its state, as a file can hold them.
  ///
  /// Decoding takes defaults for what is left out, and refuses unknown keys and numbers that `SGD`
  /// would not take.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η, above 0.
    public var learningRate: Double
    /// μ, from 0 to below 1.
    public var momentum: Double
    /// Share of the gradient that is left out of the velocity, from 0 to 1.
    public var dampening: Double
    /// Whether Nesterov's form is used; needs momentum and no dampening.
    public var nesterov: Bool
    /// Whose form of momentum is used; the course's has no dampening.
    public var form: Form
    /// λ, at least 0.
    public var weightDecay: Double

    /// The numbers; checked where the optimizer is made and when they are decoded, not here.
    public init(
      learningRate: Double = 0.01, momentum: Double = 0, dampening: Double = 0,
      nesterov: Bool = false, form: Form = .pytorch, weightDecay: Double = 0
    ) {
      self.learningRate = learningRate
      self.momentum = momentum
      self.dampening = dampening
      self.nesterov = nesterov
      self.form = form
      self.weightDecay = weightDecay
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case learningRate, momentum, dampening, nesterov, form, weightDecay
    }

    /// - Throws: `DecodingError` with the key, what was found and what would do.
    public init(from decoder: any Decoder) throws {
      let reader = try ConfigurationReader<CodingKeys>(decoder, others: ["rule"])
      self.init()
      learningRate = try reader.value(.learningRate, default: learningRate)
      momentum = try reader.value(.momentum, default: momentum)
      dampening = try reader.value(.dampening, default: dampening)
      nesterov = try reader.value(.nesterov, default: nesterov)
      form = try reader.choice(.form, default: form)
      weightDecay = try reader.value(.weightDecay, default: weightDecay)
      try reader.refuse(problem)
    }

    /// The first number that gradient descent does not take.
    var problem: ConfigurationProblem<CodingKeys>? {
      .first(
        (learningRate > 0 && learningRate.isFinite, .learningRate, learningRate, "above 0"),
        (momentum >= 0 && momentum < 1, .momentum, momentum, "from 0 to below 1"),
        (dampening >= 0 && dampening <= 1, .dampening, dampening, "from 0 to 1"),
        (
          !nesterov || (momentum > 0 && dampening == 0), .nesterov, nesterov,
          "false, or momentum above 0 and no dampening"
        ),
        (form == .pytorch || dampening == 0, .dampening, dampening, "0 in the course's form"),
        (weightDecay >= 0 && weightDecay.isFinite, .weightDecay, weightDecay, "at least 0"))
    }
  }
}
