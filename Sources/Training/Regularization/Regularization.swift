/// Penalties on weights and a bound on their norm.
///
/// The penalty is λ₁·Σ|w| + (λ₂/2)·Σw², with both an elastic net. Coupled, its gradient
/// λ₁·sign(w) + λ₂·w (sign(0) = 0) is added to the loss's, so that the optimizer's moments see it:
/// with plain gradient descent w ← w − η(∇L + λ₁·sign(w)) and w ← (1 − λ₂η)w − η∇L. Decoupled, it
/// bypasses the optimizer's state: w shrinks to (1 − η·λ₂)·w before the step, as in AdamW, and comes
/// nearer to 0 by η·λ₁ after it, but not beyond, so that weights become exactly 0.
///
/// The loss that training reports is without the penalty. In `TrainingOptions` the penalties hold
/// for weights alone, in a `ParameterGroup` for all that the group names. An optimizer's own
/// `weightDecay` is apart from both: it holds for every parameter, as in PyTorch, and adds to λ₂.
///
/// - Source: Krogh and Hertz 1991 for L2, Tibshirani 1996 for L1, Zou and Hastie 2005 for both;
///   Loshchilov and Hutter 2019 for the decoupled decay; Daubechies, Defrise and De Mol 2004 for the
///   threshold; Srivastava et al. 2014, "Dropout", section 5.1, for the norm's bound.
public struct Regularization: Sendable, Hashable, Codable {
  /// λ₁, at least 0.
  public var l1: Double
  /// λ₂, at least 0.
  public var l2: Double
  /// Whether the penalties bypass the optimizer's state.
  public var isDecoupled: Bool
  /// The largest Euclidean norm of a row of a weight's first axis, above 0: of the weights that lead
  /// into a unit of `Dense`, a filter of `Conv2D`, or an embedding. Longer rows are scaled back
  /// after each step; nil bounds none.
  public var maxNorm: Double?

  /// Penalties; see the properties of the same names. Checked when they are decoded and where
  /// training begins, not here.
  public init(
    l1: Double = 0, l2: Double = 0, isDecoupled: Bool = false, maxNorm: Double? = nil
  ) {
    self.l1 = l1
    self.l2 = l2
    self.isDecoupled = isDecoupled
    self.maxNorm = maxNorm
  }

  /// The elastic net λ·(α·Σ|w| + (1 − α)/2·Σw²).
  /// - Parameters:
  ///   - strength: λ, at least 0.
  ///   - l1Share: α, from 0 to 1.
  public static func elasticNet(strength: Double, l1Share: Double) -> Regularization {
    Regularization(l1: strength * l1Share, l2: strength * (1 - l1Share))
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case l1, l2
    case isDecoupled = "decoupled"
    case maxNorm
  }

  /// - Throws: `DecodingError` with the key, what was found and what would do.
  public init(from decoder: any Decoder) throws {
    let reader = try ConfigurationReader<CodingKeys>(decoder)
    self.init()
    l1 = try reader.value(.l1, default: l1)
    l2 = try reader.value(.l2, default: l2)
    isDecoupled = try reader.value(.isDecoupled, default: isDecoupled)
    maxNorm = try reader.value(.maxNorm, default: maxNorm)
    try reader.refuse(problem)
  }

  /// The first number that will not do.
  var problem: ConfigurationProblem<CodingKeys>? {
    let bound = maxNorm ?? 1
    return .first(
      (l1 >= 0 && l1.isFinite, .l1, l1, "at least 0"),
      (l2 >= 0 && l2.isFinite, .l2, l2, "at least 0"),
      (bound > 0 && bound.isFinite, .maxNorm, bound, "above 0"))
  }
}

extension Layer {
  /// Scales rows of trainable parameters back that are longer than their settings allow.
  mutating func limitNorms(_ settings: [ParameterSettings]) {
    guard settings.contains(where: { $0.regularization.maxNorm != nil }) else { return }
    var rest = settings.makeIterator()
    forEachParameter { parameter in
      guard parameter.isTrainable, let bound = rest.next()?.regularization.maxNorm else { return }
      let weights = parameter.tensor.array
      let axes = weights.rank > 1 ? Array(1..<weights.rank) : nil
      let norms = (weights * weights).sum(axes: axes, keepingAxes: axes != nil).squareRoot()
      let one = NDArray(1.0).cast(to: weights.dtype)
      // bound / 0 is infinite, and a row of zeros stays as it is.
      parameter.tensor = Tensor(weights * (bound / norms).minimum(one))
    }
  }
}
