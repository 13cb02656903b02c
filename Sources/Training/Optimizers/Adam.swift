import CKernels

/// Adaptive moment estimation: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// w ← w − η·m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), t from 1.
///
/// Weight decay λ adds λ·w to the gradient, the L2 penalty's; decoupled, as AdamW has it, it shrinks
/// w to (1 − η·λ)·w beside the step instead, past the moments. AMSGrad divides by the largest v so
/// far, corrected by 1 − β₂ᵗ as in PyTorch.
///
/// - Source: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1;
///   Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization"; Reddi et al. 2018, "On the
///   Convergence of Adam and Beyond", algorithm 2.
public struct Adam: Optimizer, StatefulOptimizer {
  /// The numbers without the state.
  public private(set) var configuration: Configuration
  var states: OptimizerStates

  /// Adam with nothing done yet.
  /// - Parameters:
  ///   - learningRate: η, above 0; the paper's 0.001 by default.
  ///   - beta1: β₁, from 0 to below 1; the paper's 0.9 by default.
  ///   - beta2: β₂, from 0 to below 1; the paper's 0.999 by default.
  ///   - epsilon: ε, added outside the root, above 0; the paper's 10⁻⁸ by default.
  ///   - weightDecay: λ, at least 0, for every parameter.
  ///   - decoupled: Whether the decay is AdamW's.
  ///   - amsgrad: Whether v is replaced by its largest value so far in the step.
  /// - Precondition: numbers in their ranges.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, decoupled: Bool = false,
    amsgrad: Bool = false
  ) {
    self.init(
      Configuration(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, decoupled: decoupled, amsgrad: amsgrad))
  }

  /// Adam with these numbers, before its first step.
  /// - Precondition: numbers that the configuration's members allow.
  public init(_ configuration: Configuration) {
    if let problem = configuration.problem { fatalError("Adam: \(problem)") }
    self.configuration = configuration
    let names = ["first-moment", "second-moment"] + (configuration.amsgrad ? ["maximum"] : [])
    states = OptimizerStates(names.map { .init(name: $0) })
  }

  public var learningRate: Double {
    get { configuration.learningRate }
    set { configuration.learningRate = newValue }
  }

  public mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: Gradients, settings: UpdateSettings
  ) {
    var rule = gk_update(GK_ADAM, rate: learningRate)
    rule.beta1 = settings.momentum ?? configuration.beta1
    rule.beta2 = configuration.beta2
    rule.epsilon = configuration.epsilon
    rule.amsgrad = configuration.amsgrad
    states.update(
      &model, along: gradients, settings: settings, rule, weightDecay: configuration.weightDecay,
      decoupled: configuration.decoupled)
  }
}
