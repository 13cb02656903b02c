/// The models that can be had by name.
public enum ModelCatalog {
  /// What a model is trained on by default.
  public enum Loss: String, Sendable, Codable, CaseIterable {
    /// Cross-entropy of the softmax of the scores, mean over samples.
    case crossEntropy = "cross-entropy"
    /// The perceptron criterion, mean over samples.
    case perceptron

    /// The loss of a batch, a scalar.
    ///
    /// - Shapes: scores [N, K], labels [N] of int32 from 0 to K − 1
    /// - Parameters:
    ///   - scores: A score of each class for each sample.
    ///   - labels: The samples' classes.
    ///   - labelSmoothing: The share of a label that goes to all classes evenly, 0 to 1.
    ///   - classWeights: How much each class counts, above 0; nil counts all alike.
    /// - Precondition: neither smoothing nor weights where `takesLabelSmoothing` is false.
    public func callAsFunction(
      _ scores: Tensor, labels: NDArray, labelSmoothing: Double = 0, classWeights: [Double]? = nil
    ) -> Tensor {
      guard takesLabelSmoothing || (labelSmoothing == 0 && classWeights == nil) else {
        fatalError("\(rawValue): label smoothing \(labelSmoothing) or class weights, expected none")
      }
      switch (self, classWeights) {
      case (.crossEntropy, let weights?):
        return Layers.crossEntropy(
          logits: scores, labels: labels, classWeights: weights, labelSmoothing: labelSmoothing)
      case (.crossEntropy, nil):
        return Layers.crossEntropy(
          logits: scores, labels: labels, labelSmoothing: labelSmoothing)
      case (.perceptron, _): return perceptronLoss(scores: scores, labels: labels)
      }
    }

    /// Whether the loss can take labels that are spread over classes, and weights of classes.
    public var takesLabelSmoothing: Bool { self == .crossEntropy }
  }

  /// A model by name.
  public struct Entry: Sendable {
    /// The name, as in `gradus train NAME`.
    public let name: String
    /// One line on what it is.
    public let summary: String
    /// The paper.
    public let source: String
    /// The image size that it takes, or nil where it takes any input.
    public let imageSize: [Int]?
    /// Channels of an image where no data say otherwise: 1 for grey, 3 for colour.
    public let channels: Int
    /// Classes where no data say otherwise.
    public let classes: Int
    /// Probability of dropping an input of a layer that has dropout before it, where nothing else is
    /// said, 0 ≤ p < 1; nil for models without dropout.
    public let dropout: Double?
    /// What it is trained on by default.
    public let loss: Loss
    /// Whether published weights want pixels from −1 to 1, rather than by ImageNet's means and
    /// deviations.
    public let takesSymmetricPixels: Bool
    /// Makes the model for samples of the given shape (batch axis left out); models without dropout
    /// take no notice of its probability.
    public let make: @Sendable (_ sample: Shape, _ classes: Int, _ dropout: Double) -> Sequential

    init(
      name: String, summary: String, source: String, imageSize: [Int]?, channels: Int = 1,
      classes: Int = 10, dropout: Double? = nil, loss: Loss = .crossEntropy,
      takesSymmetricPixels: Bool = false,
      make: @escaping @Sendable (_ sample: Shape, _ classes: Int, _ dropout: Double) -> Sequential
    ) {
      self.name = name
      self.summary = summary
      self.source = source
      self.imageSize = imageSize
      self.channels = channels
      self.classes = classes
      self.dropout = dropout
      self.loss = loss
      self.takesSymmetricPixels = takesSymmetricPixels
      self.make = make
    }
  }

  /// All models, the simplest first.
  public static let entries: [Entry] = simple + zoo

  private static let simple: [Entry] = [
    Entry(
      name: "perceptron", summary: "linear units trained by Rosenblatt's rule",
      source: "Rosenblatt 1958", imageSize: nil, loss: .perceptron,
      make: { sample, classes, _ in perceptron(inputs: sample.elementCount, classes: classes) }),
    Entry(
      name: "logistic", summary: "logistic regression: linear scores under a softmax",
      source: "Bishop 2006, section 4.3.4", imageSize: nil, loss: .crossEntropy,
      make: { sample, classes, _ in
        logisticRegression(inputs: sample.elementCount, classes: classes)
      }),
    Entry(
      name: "mlp", summary: "multi-layer perceptron, hidden layers of 512 and 256 ReLU units",
      source: "Rumelhart, Hinton and Williams 1986", imageSize: nil, dropout: 0,
      loss: .crossEntropy,
      make: { sample, classes, dropout in
        mlp(inputs: sample.elementCount, classes: classes, dropout: dropout)
      }),
    Entry(
      name: "lenet5", summary: "LeNet-5: convolutions with tanh and average pooling, 32×32 images",
      source: "LeCun, Bottou, Bengio and Haffner 1998", imageSize: [32, 32], loss: .crossEntropy,
      make: { sample, classes, _ in leNet5(channels: sample[0], classes: classes) }),
  ]

  /// The model of that name, or nil.
  public static func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }
}
