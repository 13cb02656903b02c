/// A network with its numbers, samples, loss and optimizer: the hand calculation of one or more
/// iterations.
public struct NetworkProblem: IteratedProblem {
  public static let kind = "network"

  /// A layer.
  public enum Layer: Sendable, Hashable {
    /// Fully connected: weight rows are the outputs' (`[outputs][inputs]`); no bias where nil.
    case dense(weight: [[Double]], bias: [Double]?, activation: Activation)
    /// Convolution: weight `[filters][channels][rows][columns]`.
    case convolution(
      weight: [[[[Double]]]], bias: [Double]?, stride: Int, padding: Int, activation: Activation)
    /// The largest of each window.
    case maximumPool(window: Int, stride: Int)
    /// The mean of each window.
    case averagePool(window: Int, stride: Int)
    /// Images to vectors.
    case flatten
    /// Normalisation over the batch, a scale and a shift a unit or channel.
    case batchNorm(scale: [Double], shift: [Double], epsilon: Double)
    /// A given mask of ones and zeros, `keep` the probability of a one.
    case dropout(mask: [[Double]], keep: Double)
    /// An activation function alone.
    case activation(Activation)
  }

  /// An activation function.
  public enum Activation: Sendable, Hashable {
    /// z
    case identity
    /// 1 / (1 + e⁻ᶻ)
    case sigmoid
    /// tanh z
    case tanh
    /// max(z, 0)
    case relu
    /// z where positive, else the slope times z
    case leakyReLU(slope: Double)
    /// e^zᵢ / Σ e^zⱼ
    case softmax
  }

  /// A loss.
  public enum Loss: String, Sendable, Hashable, CaseIterable {
    /// ½ Σ(ŷ − y)² over outputs, mean over samples.
    case halfSquaredError = "half-squared-error"
    /// Mean of (ŷ − y)² over all elements.
    case meanSquaredError = "mean-squared-error"
    /// −Σ y ln ŷ over classes, mean over samples.
    case crossEntropy = "cross-entropy"
    /// −(y ln ŷ + (1 − y) ln(1 − ŷ)), mean over all elements.
    case binaryCrossEntropy = "binary-cross-entropy"
  }

  /// Penalties on one parameter.
  public struct Penalty: Sendable, Hashable {
    /// The parameter's path, such as `layers.0.weight`.
    public var parameter: String
    /// λ of λΣ|w|.
    public var l1: Double
    /// λ of (λ/2)Σw².
    public var l2: Double

    /// - Parameters:
    ///   - parameter: The parameter's path.
    ///   - l1: λ of λΣ|w|.
    ///   - l2: λ of (λ/2)Σw².
    public init(parameter: String, l1: Double = 0, l2: Double = 0) {
      self.parameter = parameter
      self.l1 = l1
      self.l2 = l2
    }
  }

  /// The samples: `[N, features]`, or images `[N, channels, rows, columns]`.
  public var input: Value
  /// The targets, a row a sample.
  public var target: [[Double]]
  /// The layers in order.
  public var layers: [Layer]
  /// The loss.
  public var loss: Loss
  /// The rule that changes the parameters; nil where only gradients are asked for.
  public var optimizer: OptimizerRule?
  /// Penalties.
  public var penalties: [Penalty]
  /// Updates, at least 1.
  public var iterations: Int
  /// The heading; a description of the network where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - input: The samples.
  ///   - target: The targets, a row a sample.
  ///   - layers: The layers in order.
  ///   - loss: The loss.
  ///   - optimizer: The rule that changes the parameters.
  ///   - penalties: Penalties on parameters.
  ///   - iterations: Updates, at least 1.
  ///   - title: The heading.
  public init(
    input: Value, target: [[Double]], layers: [Layer], loss: Loss,
    optimizer: OptimizerRule? = .sgd(learningRate: 0.1), penalties: [Penalty] = [],
    iterations: Int = 1, title: Prose? = nil
  ) {
    self.input = input
    self.target = target
    self.layers = layers
    self.loss = loss
    self.optimizer = optimizer
    self.penalties = penalties
    self.iterations = iterations
    self.title = title
  }
}

extension NetworkProblem.Activation {
  /// The function's name in formulas.
  var function: String {
    switch self {
    case .identity: "identity"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .relu: "relu"
    case .leakyReLU: "leaky-relu"
    case .softmax: "softmax"
    }
  }

  var isIdentity: Bool { self == .identity }
}

extension NetworkProblem.Layer {
  /// The activation that follows within the layer.
  var activation: NetworkProblem.Activation {
    switch self {
    case .dense(_, _, let activation), .convolution(_, _, _, _, let activation),
      .activation(let activation):
      activation
    default: .identity
    }
  }
}
