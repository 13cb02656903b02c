/// What a recurrent network's states are turned into, and what they should be.
public struct RecurrentReadout: Sendable, Hashable {
  /// A loss.
  public enum Loss: String, Sendable, Hashable, CaseIterable {
    /// ½ Σ (ŷ − y)², summed over the steps.
    case halfSquaredError = "half-squared-error"
    /// −Σ y ln ŷ with ŷ = softmax(o), summed over the steps.
    case crossEntropy = "cross-entropy"
  }

  /// W_hy, a row for each output; the state itself is the output where nil.
  public var weight: [[Double]]?
  /// b_y; none where nil.
  public var bias: [Double]?
  /// One row: a target for the last step (many-to-one); a row for each step: many-to-many.
  public var target: [[Double]]
  /// The loss.
  public var loss: Loss

  /// - Parameters:
  ///   - weight: W_hy, a row for each output.
  ///   - bias: b_y.
  ///   - target: One row for the last step, or a row for each step.
  ///   - loss: The loss.
  public init(
    weight: [[Double]]? = nil, bias: [Double]? = nil, target: [[Double]],
    loss: Loss = .halfSquaredError
  ) {
    self.weight = weight
    self.bias = bias
    self.target = target
    self.loss = loss
  }
}

/// The parameters of one gate: σ(W·x + U·h + b).
public struct RecurrentGate: Sendable, Hashable {
  /// W: a row for each unit, a column for each input.
  public var inputWeight: [[Double]]
  /// U: a row for each unit, a column for each unit of the state.
  public var recurrentWeight: [[Double]]
  /// b; zeros where nil.
  public var bias: [Double]?

  /// - Parameters:
  ///   - inputWeight: W, a row for each unit, a column for each input.
  ///   - recurrentWeight: U, a row for each unit, a column for each unit of the state.
  ///   - bias: b; zeros where nil.
  public init(
    inputWeight: [[Double]], recurrentWeight: [[Double]], bias: [Double]? = nil
  ) {
    self.inputWeight = inputWeight
    self.recurrentWeight = recurrentWeight
    self.bias = bias
  }
}
