/// Batch normalisation y = γ·(x − mean) / √(variance + ε) + β over each channel of [N, C] or
/// [N, C, ..]: by the batch's mean and variance (divisor n) in training, by running averages in
/// evaluation.
///
/// Running averages follow r ← (1 − momentum)·r + momentum·batch, the batch's variance with
/// divisor n − 1, as in PyTorch; a batch with one value a channel leaves the variance alone.
///
/// - Shapes: x [N, C, ..], γ and β [C] → the shape of x
/// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithms 1 and 2.
public struct BatchNorm: Layer {
  /// γ, [C]; starts at 1.
  public var weight: Parameter
  /// β, [C]; starts at 0.
  public var bias: Parameter
  /// The mean that evaluation uses, [C]; starts at 0.
  public var runningMean: Statistic
  /// The variance that evaluation uses, [C]; starts at 1.
  public var runningVariance: Statistic
  /// Share of the new batch in the running averages, 0 to 1.
  public let momentum: Double
  /// Added to the variance under the root; above 0.
  public let epsilon: Double

  /// A layer for C channels.
  ///
  /// - Parameters:
  ///   - channels: C, the size of axis 1.
  ///   - momentum: Share of the new batch in the running averages, 0 to 1; 0.1 as in PyTorch.
  ///   - epsilon: ε, above 0; 10⁻⁵ as in PyTorch.
  public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) {
    let fans = Parameter.Fans(inputs: channels, outputs: channels)
    weight = Parameter([channels], initializer: .ones, fans: fans)
    bias = Parameter([channels], initializer: .zeros, fans: fans)
    runningMean = Statistic([channels], initial: 0)
    runningVariance = Statistic([channels], initial: 1)
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    normalized(x, &context, rectifies: false)
  }

  func rectified(_ x: Tensor, _ context: inout Context) -> Tensor {
    normalized(x, &context, rectifies: true)
  }

  private func normalized(_ x: Tensor, _ context: inout Context, rectifies: Bool) -> Tensor {
    if context.mode == .evaluation {
      return x.batchNormalization(
        scale: weight.tensor, offset: bias.tensor, mean: runningMean.array,
        variance: runningVariance.array, epsilon: epsilon, rectifies: rectifies)
    }
    let (value, mean, variance) = x.batchNormalization(
      scale: weight.tensor, offset: bias.tensor, epsilon: epsilon, rectifies: rectifies)
    let count = Double(x.elementCount / max(x.shape[1], 1))
    // Nothing has no mean, and one value no variance.
    if count > 0 {
      context.update(runningMean, to: runningMean.array * (1 - momentum) + mean * momentum)
    }
    if count > 1 {
      context.update(
        runningVariance,
        to: runningVariance.array * (1 - momentum) + variance * (momentum * count / (count - 1)))
    }
    return value
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("weight", &weight)
    visit("bias", &bias)
    visit("running_mean", &runningMean)
    visit("running_var", &runningVariance)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank >= 2, input[1] == weight.shape[0] else {
      throw ShapeError(
        operation: "BatchNorm", shapes: [input], reason: "expected [N, \(weight.shape[0]), ..]")
    }
    return input
  }
}
