import CKernels

/// Stochastic gradient descent, w ← w − η·g, with momentum and weight decay.
///
/// With momentum μ, in PyTorch's form: v ← μ·v + (1 − dampening)·g and w ← w − η·v; Nesterov's form
/// steps along g + μ·v. In the course's form: v ← μ·v − η·g and w ← w + v, g taken at w + μ·v with
/// Nesterov's. At constant η and μ both forms lead to the same w (Nesterov's: PyTorch's w is the
/// course's w + μ·v); where η changes, PyTorch's whole velocity takes the new η at once, the
/// course's only the new gradient. Weight decay λ adds λ·w to the gradient, that of the penalty
/// (λ/2)·Σw².
///
/// - Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep
///   learning", section 2: the course's form.
public struct SGD: Optimizer, StatefulOptimizer {
  /// Whose form of momentum is used.
  public enum Form: String, Sendable, Codable, CaseIterable {
    /// v ← μ·v + (1 − dampening)·g, w ← w − η·v; Nesterov's along g + μ·v.
    case pytorch
    /// v ← μ·v − η·g, w ← w + v; Nesterov's g is taken at w + μ·v.
    case course
  }

  /// The numbers without the state.
  public private(set) var configuration: Configuration
  var states: OptimizerStates

  /// Gradient descent with nothing done yet.
  /// - Parameters:
  ///   - learningRate: η, above 0.
  ///   - momentum: μ, from 0 to below 1; 0 is plain gradient descent.
  ///   - dampening: Share of the gradient that is left out of the velocity, from the second step
  ///     on; 0 as in PyTorch.
  ///   - nesterov: Whether Nesterov's form is used; needs momentum and no dampening.
  ///   - form: Whose form of momentum is used; the course's has no dampening.
  ///   - weightDecay: λ, at least 0.
  /// - Precondition: numbers in their ranges.
  public init(
    learningRate: Double = 0.01, momentum: Double = 0, dampening: Double = 0,
    nesterov: Bool = false, form: Form = .pytorch, weightDecay: Double = 0
  ) {
    self.init(
      Configuration(
        learningRate: learningRate, momentum: momentum, dampening: dampening, nesterov: nesterov,
        form: form, weightDecay: weightDecay))
  }

  /// Gradient descent with these numbers, before its first step.
  /// - Precondition: numbers that the configuration's members allow.
  public init(_ configuration: Configuration) {
    if let problem = configuration.problem { fatalError("SGD: \(problem)") }
    self.configuration = configuration
    states = OptimizerStates(configuration.momentum > 0 ? [.init(name: "velocity")] : [])
  }

  public var learningRate: Double {
    get { configuration.learningRate }
    set { configuration.learningRate = newValue }
  }

  public mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: Gradients, settings: UpdateSettings
  ) {
    var rule = gk_update(GK_SGD, rate: learningRate)
    rule.momentum = momentum(settings)
    rule.dampening = configuration.dampening
    rule.nesterov = configuration.nesterov
    rule.course = configuration.form == .course
    states.update(
      &model, along: gradients, settings: settings, rule, weightDecay: configuration.weightDecay)
  }

  private func momentum(_ settings: UpdateSettings) -> Double {
    configuration.momentum > 0 ? settings.momentum ?? configuration.momentum : 0
  }

  public func gradientPoint<Model: Layer>(of model: Model, settings: UpdateSettings) -> Model? {
    guard configuration.form == .course, configuration.nesterov, steps > 0 else { return nil }
    var ahead = model
    var velocities = states[0].makeIterator()
    ahead.forEachParameter { parameter in
      guard parameter.isTrainable, let velocity = velocities.next() else { return }
      parameter.tensor = Tensor(parameter.tensor.array + velocity * momentum(settings))
    }
    return ahead
  }
}
