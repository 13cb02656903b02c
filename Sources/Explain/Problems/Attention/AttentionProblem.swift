import Autodiff

/// An attention layer with its numbers: alignment scores, weights, context vectors, and the
/// gradients of a scalar of them.
///
/// - Source: Bahdanau et al. 2015 for additive scores, Vaswani et al. 2017, section 3.2, for scaled
///   dot products and several heads.
public struct AttentionProblem: Problem {
  public static let kind = "attention"

  /// How an alignment score is made of a query q and a key k.
  public enum Score: Sendable, Hashable {
    /// q·k
    case dot
    /// q·k/√d, d the length of a key.
    case scaled
    /// A linear layer on both: q·w_q + k·w_k + b.
    case linear(query: [Double], key: [Double], bias: Double)
    /// vᵀ tanh(q·W_q + k·W_k): the matrices have a row for each number of q or k.
    case additive(query: [[Double]], key: [[Double]], vector: [Double])
  }

  /// Where queries, keys and values come from.
  public enum Source: Sendable, Hashable {
    /// They are given, a row each; the keys are the values too where there are none of their own,
    /// as with decoder states s and encoder states h.
    case given(queries: [[Double]], keys: [[Double]], values: [[Double]]?)
    /// Q = X·W_Q, K = Z·W_K, V = Z·W_V; Z is X where nil.
    case projected(
      inputs: [[Double]], memory: [[Double]]?, query: [[Double]], key: [[Double]],
      value: [[Double]])
  }

  /// What a query may see.
  public enum Mask: Sendable, Hashable {
    /// Every key.
    case none
    /// Keys up to its own place.
    case causal
    /// A row for each query: 1 where it may see the key, else 0.
    case given([[Double]])
  }

  /// The scalar whose gradients are written down.
  public enum Loss: Sendable, Hashable {
    /// No backward pass.
    case none
    /// The sum of all outputs.
    case sum
    /// ½ Σ (output − target)².
    case halfSquaredError(target: [[Double]])
  }

  /// Where queries, keys and values come from.
  public var source: Source
  /// How the scores are made.
  public var score: Score
  /// What a query may see.
  public var mask: Mask
  /// The number of heads, at least 1; each gets its part of the columns.
  public var heads: Int
  /// W_O, which takes the heads' context vectors side by side; none where nil.
  public var output: [[Double]]?
  /// The scalar whose gradients are written down.
  public var loss: Loss
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - source: Where queries, keys and values come from.
  ///   - score: How the scores are made.
  ///   - mask: What a query may see.
  ///   - heads: The number of heads, at least 1.
  ///   - output: W_O, which takes the heads' context vectors side by side.
  ///   - loss: The scalar whose gradients are written down.
  ///   - title: The heading.
  public init(
    _ source: Source, score: Score = .scaled, mask: Mask = .none, heads: Int = 1,
    output: [[Double]]? = nil, loss: Loss = .none, title: Prose? = nil
  ) {
    self.source = source
    self.score = score
    self.mask = mask
    self.heads = heads
    self.output = output
    self.loss = loss
    self.title = title
  }

  /// Tokens, and numbers a token has, beyond this cannot be shown.
  static let mostSize = 16
  /// Numbers of a solution beyond this cannot be shown.
  static let mostNumbers = 4000

  /// The alignment scores, weights, context vectors and gradients.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try AttentionSolver(self, options)
    return try solver.solve()
  }
}
