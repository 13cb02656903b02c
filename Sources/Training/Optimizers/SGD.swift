import CKernels

/// Stochastic gradient descent, w ← w − η·g, with momentum and weight decay.
///
/// With momentum μ: v ← μ·v + (1 − dampening)·g and w ← w − η·v (PyTorch's form; at constant η its
/// numbers agree with the course's v ← μ·v − η·g, w ← w + v). Nesterov's form steps along
/// g + μ·v. Weight decay λ adds λ·w to the gradient, that of the penalty (λ/2)·Σw².
///
/// - Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep
///   learning", section 2.
public struct SGD: Optimizer {
  public var learningRate: Double
  /// μ, from 0 to below 1.
  public let momentum: Double
  /// Share of the gradient that is left out of the velocity, from the second step on.
  public let dampening: Double
  /// Whether Nesterov's form is used; needs momentum and no dampening.
  public let nesterov: Bool
  /// λ, at least 0.
  public let weightDecay: Double
  public private(set) var steps = 0
  private var paths: [String] = []
  private var velocities: [NDArray] = []

  /// Gradient descent with nothing done yet.
  /// - Parameters:
  ///   - learningRate: η, above 0.
  ///   - momentum: μ, from 0 to below 1; 0 is plain gradient descent.
  ///   - dampening: Share of the gradient that is left out of the velocity; 0 as in PyTorch.
  ///   - nesterov: Whether steps go along g + μ·v.
  ///   - weightDecay: λ, at least 0.
  /// - Precondition: momentum in its range; Nesterov's form with momentum above 0 and no dampening.
  public init(
    learningRate: Double = 0.01, momentum: Double = 0, dampening: Double = 0,
    nesterov: Bool = false, weightDecay: Double = 0
  ) {
    guard momentum >= 0, momentum < 1 else {
      fatalError("SGD: momentum \(momentum), expected from 0 to below 1")
    }
    guard !nesterov || (momentum > 0 && dampening == 0) else {
      fatalError("SGD: Nesterov's form needs momentum above 0 and no dampening")
    }
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.nesterov = nesterov
    self.weightDecay = weightDecay
  }

  public mutating func update<Model: Layer>(_ model: inout Model, along gradients: Gradients) {
    let first = velocities.isEmpty
    var states = momentum > 0 ? [velocities] : []
    velocities = []  // so that the states are uniquely held
    let table = ParameterTable(&model, gradients, states: &states, weightDecay: weightDecay)
    table.run(
      float32: { gk_sgd_f32($0, $1, learningRate, momentum, dampening, nesterov, first) },
      float64: { gk_sgd_f64($0, $1, learningRate, momentum, dampening, nesterov, first) })
    if momentum > 0 { velocities = states[0] }
    if paths.isEmpty { paths = gradients.entries.map(\.path) }
    steps += 1
  }

  public var stateCount: Int { momentum > 0 ? 1 : 0 }

  public var state: [(name: String, array: NDArray)] {
    StateArrays.named([("velocity", velocities)], paths: paths)
  }

  public mutating func restore<Model: Layer>(
    _ state: [String: NDArray], steps: Int, for model: Model
  ) throws {
    let names = momentum > 0 && steps > 0 ? ["velocity"] : []
    let (paths, arrays) = try StateArrays.restored(names, from: state, for: model)
    self.paths = paths
    velocities = arrays.first ?? []
    self.steps = steps
  }
}
