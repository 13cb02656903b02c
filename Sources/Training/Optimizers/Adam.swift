import CKernels

/// Adaptive moment estimation: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// w ← w − η·m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), t from 1. Weight decay λ adds
/// λ·w to the gradient.
///
/// - Source: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1.
public struct Adam: Optimizer {
  public var learningRate: Double
  /// β₁, from 0 to below 1.
  public let beta1: Double
  /// β₂, from 0 to below 1.
  public let beta2: Double
  /// ε, added outside the root; above 0.
  public let epsilon: Double
  /// λ, at least 0.
  public let weightDecay: Double
  public private(set) var steps = 0
  private var paths: [String] = []
  private var first: [NDArray] = []
  private var second: [NDArray] = []

  /// Adam with nothing done yet.
  /// - Parameters:
  ///   - learningRate: η, above 0; the paper's 0.001 by default.
  ///   - beta1: β₁, from 0 to below 1; the paper's 0.9 by default.
  ///   - beta2: β₂, from 0 to below 1; the paper's 0.999 by default.
  ///   - epsilon: ε, above 0; the paper's 10⁻⁸ by default.
  ///   - weightDecay: λ, at least 0: the L2 penalty's, not AdamW's decoupled decay.
  /// - Precondition: β₁, β₂ and ε in their ranges.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    guard beta1 >= 0, beta1 < 1, beta2 >= 0, beta2 < 1, epsilon > 0 else {
      fatalError("Adam: β₁ \(beta1), β₂ \(beta2), ε \(epsilon)")
    }
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public mutating func update<Model: Layer>(_ model: inout Model, along gradients: Gradients) {
    var states = [first, second]
    (first, second) = ([], [])  // so that the states are uniquely held
    steps += 1
    let table = ParameterTable(&model, gradients, states: &states, weightDecay: weightDecay)
    table.run(
      float32: { gk_adam_f32($0, $1, learningRate, beta1, beta2, epsilon, steps) },
      float64: { gk_adam_f64($0, $1, learningRate, beta1, beta2, epsilon, steps) })
    (first, second) = (states[0], states[1])
    if paths.isEmpty { paths = gradients.entries.map(\.path) }
  }

  public var state: [(name: String, array: NDArray)] {
    StateArrays.named([("first-moment", first), ("second-moment", second)], paths: paths)
  }

  public mutating func restore<Model: Layer>(
    _ state: [String: NDArray], steps: Int, for model: Model
  ) throws {
    let names = steps > 0 ? ["first-moment", "second-moment"] : []
    let (paths, arrays) = try StateArrays.restored(names, from: state, for: model)
    self.paths = paths
    (first, second) = steps > 0 ? (arrays[0], arrays[1]) : ([], [])
    self.steps = steps
  }
}
