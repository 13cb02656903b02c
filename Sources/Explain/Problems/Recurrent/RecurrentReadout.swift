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

extension Term {
  static let recurrentNetwork = Term("recurrent neural network", "循环神经网络")
  static let hiddenState = Term("hidden state", "隐藏状态")
  static let cellState = Term("memory cell", "记忆单元")
  static let timeStep = Term("time step", "时间步")
  static let unrolling = Term("unrolling", "展开")
  static let sharedWeights = Term("shared weights", "权重共享")
  static let bptt = Term("backpropagation through time", "随时间反向传播")
  static let truncatedBPTT = Term("truncated backpropagation through time", "截断的随时间反向传播")
  static let inputGate = Term("input gate", "输入门")
  static let forgetGate = Term("forget gate", "遗忘门")
  static let outputGate = Term("output gate", "输出门")
  static let candidate = Term("candidate", "候选值")
  static let candidateState = Term("candidate state", "候选状态")
  static let updateGate = Term("update gate", "更新门")
  static let resetGate = Term("reset gate", "重置门")
  static let manyToOne = Term("many-to-one", "多对一")
  static let manyToMany = Term("many-to-many", "多对多")
  static let vanishingGradient = Term("vanishing gradient", "梯度消失")
  static let singularValue = Term("singular value", "奇异值")
  static let score = Term("score", "得分")
}
