import Explain
import Plots
import Training

extension Lab {
  /// Deeper plain networks train worse, residual ones do not (L7.7).
  static let degradation = Lab(
    name: "degradation", rows: ["L7.7"],
    title: Prose(en: "Degradation and residual learning", zh: "退化与残差学习"),
    claim: Prose(
      en: """
        Past some depth, plain networks become worse with more layers, in training too. Shortcuts \
        make it easy for layers to be the identity, and deep networks train as well as shallow ones.
        """,
      zh: "超过一定深度后，普通网络层数越多越差，训练误差也是如此。跳跃连接使各层容易学成恒等映射，深层网络便与浅层的一样好训练。")
  ) { notebook in
    try compareDepths(&notebook)
  }

  /// What became of one kind of network.
  private struct Outcome {
    let layers: Int
    let isResidual: Bool
    let parameters: Int
    /// Losses of the steps.
    let losses: [Double]
    let accuracy: Double
    /// The root mean square of the gradient by the first layer's filters over that by the last
    /// convolution's, before training.
    let gradientRatio: Double

    /// The mean loss of the last steps.
    var lastLoss: Double { Statistics.mean(Array(losses.suffix(40))) }

    func name(_ notebook: Notebook) -> String {
      (isResidual ? notebook.words("residual", "残差") : notebook.words("plain", "普通"))
        + notebook.words(", \(layers) layers", "，\(layers) 层")
    }
  }

  private static let steps = 300
  private static let width = 4
  private static let batchSize = 32

  private static func outcome(
    _ notebook: Notebook, units: Int, isResidual: Bool, _ digits: FramedDigits
  ) -> Outcome {
    let network = ThinNetwork.make(units: units, width: width, isResidual: isResidual)
    var model = network.initialized(seed: notebook.seed(1))
    let ratio = gradientRatio(model, digits)
    let losses = LabTraining.train(
      &model, by: SGD(learningRate: 0.02, momentum: 0.9), inputs: digits.train,
      labels: digits.trainLabels, steps: steps, batchSize: batchSize, seed: notebook.seed(2))
    return Outcome(
      layers: 6 * units + 2, isResidual: isResidual, parameters: network.parameterCount,
      losses: losses, accuracy: digits.accuracy(of: model), gradientRatio: ratio)
  }

  private static func gradientRatio(_ model: Sequential, _ digits: FramedDigits) -> Double {
    var context = Context(.training)
    let (_, gradients) = valueWithGradients(of: model, &context) { model, context in
      crossEntropy(
        logits: model(Tensor(digits.train.sliced(axis: 0, 0..<128)), &context),
        labels: digits.trainLabels.sliced(axis: 0, 0..<128))
    }
    let filters = gradients.entries.filter { $0.array.rank == 4 && $0.array.shape[2] == 3 }
      .map { $0.array.cast(to: .float64).squared().mean().item.squareRoot() }
    return filters[0] / filters[filters.count - 1]
  }

  private static func compareDepths(_ notebook: inout Notebook) throws {
    let digits = try FramedDigits(seed: notebook.seed)
    notebook.section(Prose(en: "20 and 56 layers", zh: "20 层与 56 层"))
    notebook.write(
      Prose(
        en: """
          The networks of He et al. for small images, made thin: \(width), \(2 * width) and \
          \(4 * width) channels in three stages, batch normalisation after each convolution, 20 \
          and 56 layers with weights, with shortcuts around every two layers or without. They learn \
          \(digits.train.shape[0]) digits, \(steps) steps of gradient descent with momentum 0.9, \
          η = 0.02, on batches of \(batchSize). The training loss is the mean of the last 40 steps.
          """,
        zh: """
          He 等人用于小图像的网络，改窄：三个阶段各 \(width)、\(2 * width)、\(4 * width) 个通道，每个卷积后批规范化，\
          20 层与 56 层（带权重的层），每两层有或没有跳跃连接。学习 \(digits.train.shape[0]) 个数字，\
          动量 0.9、η = 0.02 的梯度下降 \(steps) 步，批大小 \(batchSize)。训练损失取最后 40 步的均值。
          """))
    var outcomes: [Outcome] = []
    for (units, isResidual) in [(3, false), (9, false), (3, true), (9, true)] {
      outcomes.append(
        outcome(notebook, units: units, isResidual: isResidual, digits))
      try notebook.reach([0.13, 0.5, 0.63, 1][outcomes.count - 1])
    }
    notebook.table(
      [
        Prose(en: "Network", zh: "网络"), Prose(en: "Parameters", zh: "参数量"),
        Prose(en: "Training loss", zh: "训练损失"), Prose(en: "Test accuracy", zh: "测试准确率"),
        Prose(en: "First layer's gradient over last's", zh: "首层与末层梯度之比"),
      ],
      outcomes.map { outcome in
        [
          .prose(
            outcome.isResidual
              ? Prose(en: "residual, \(outcome.layers)", zh: "残差，\(outcome.layers) 层")
              : Prose(en: "plain, \(outcome.layers)", zh: "普通，\(outcome.layers) 层")),
          .digits("\(outcome.parameters)"), .digits(LabNumber.text(outcome.lastLoss)),
          .digits(LabNumber.text(outcome.accuracy)),
          .digits(LabNumber.text(outcome.gradientRatio)),
        ]
      })
    // Means of 20 steps: single batches jump about.
    let ends = Array(stride(from: 20, through: steps, by: 20))
    try notebook.figure(
      "training-loss",
      Chart(
        notebook.words("Training loss", "训练损失"), x: Axis(notebook.words("steps", "步数")),
        y: Axis(notebook.words("cross-entropy", "交叉熵"), scale: .logarithmic),
        marks: outcomes.map { outcome in
          .line(
            outcome.name(notebook), x: ends.map(Double.init),
            y: ends.map { Statistics.mean(Array(outcome.losses[$0 - 20..<$0])) })
        }, height: 400),
      caption: Prose(
        en: """
          Without shortcuts the deeper network trains worse, though it could be the shallower one \
          with identities behind; with shortcuts it does not. Means of 20 steps.
          """,
        zh: "没有跳跃连接时，更深的网络训练得更差，尽管它完全可以是浅网络加恒等映射；有跳跃连接时则不然。每 20 步取均值。"))
    notebook.note(
      Prose(
        en: """
          It is not overfitting, for the training loss is higher too, and not gradients that vanish: \
          with batch normalisation they are larger at the first layer than at the last, the more so \
          the deeper the plain network.
          """,
        zh: "这不是过拟合，因为训练损失也更高；也不是梯度消失：有批规范化时，首层梯度比末层大，普通网络越深越是如此。"))
    let losses = outcomes.map(\.lastLoss)
    notebook.conclude(
      "plain-ratio",
      Prose(
        en: "Plain: the training loss of 56 layers over that of 20", zh: "普通网络：56 层与 20 层训练损失之比"),
      losses[1] / losses[0], .atLeast(2))
    notebook.conclude(
      "residual-plain",
      Prose(
        en: "With 56 layers: the training loss of the residual network over that of the plain one",
        zh: "56 层时，残差网络与普通网络训练损失之比"),
      losses[3] / losses[1], .atMost(0.3))
    notebook.conclude(
      "residual-difference",
      Prose(
        en: "Residual: the training loss of 56 layers is above that of 20 by",
        zh: "残差网络：56 层比 20 层的训练损失高出"),
      losses[3] - losses[2], .atMost(0.25))
    notebook.conclude(
      "accuracy-gain",
      Prose(
        en: "With 56 layers the shortcuts raise the test accuracy by", zh: "56 层时跳跃连接使测试准确率提高"),
      outcomes[3].accuracy - outcomes[1].accuracy,
      .atLeast(0.2))
    notebook.conclude(
      "plain-gradient",
      Prose(
        en: "The plain network of 56 layers has at its first layer a gradient, over the last's, of",
        zh: "56 层普通网络首层与末层梯度之比"),
      outcomes[1].gradientRatio, .atLeast(0.5))
  }
}
