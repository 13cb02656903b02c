import Explain

extension ExerciseKind {
  /// The hand calculation of an examination: one or two iterations of a small network.
  package static let network = ExerciseKind(
    name: "network", rows: ["L3.5", "L5.6", "L5.11", "L4.3"], isStarred: true,
    title: Words(en: "Back-propagation by hand", zh: "反向传播手算题"),
    minutes: [6, 12, 25, 25, 35]
  ) { source, difficulty in
    let sizes: [Int]
    switch difficulty {
    case 1: sizes = [1, 1]
    case 2: sizes = [1, 1, 1]
    default: sizes = difficulty == 5 ? [1, 1, 1] : [2, 2, 1]
    }
    let isClassifier = difficulty == 4 && source.flip()
    var widths = sizes
    if isClassifier { widths[widths.count - 1] = 2 }
    let hidden = source.pick([NetworkProblem.Activation.sigmoid, .tanh, .relu])
    let hasBias = difficulty == 3 || difficulty == 4 && !isClassifier && source.flip()
    var layers: [NetworkProblem.Layer] = []
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      let isLast = layers.count == widths.count - 2
      let activation: NetworkProblem.Activation
      if isLast {
        activation =
          isClassifier ? .softmax : difficulty == 1 ? source.pick([.sigmoid, .tanh]) : .identity
      } else {
        activation = hidden
      }
      layers.append(
        .dense(
          weight: source.weights(outputs, inputs),
          bias: hasBias ? (0..<outputs).map { _ in source.weight(0.5) } : nil,
          activation: activation))
    }
    let input = (0..<widths[0]).map { _ in source.pick([0.5, 1, 1.5, 2, -1, -0.5]) }
    let target: [Double]
    if isClassifier {
      target = source.flip() ? [1, 0] : [0, 1]
    } else {
      target = [source.pick([0, 1])]
    }
    let loss: NetworkProblem.Loss =
      isClassifier ? .crossEntropy : source.flip() ? .halfSquaredError : .meanSquaredError
    let rate = source.pick([0.1, 0.2, 0.5])
    let usesAdam = difficulty == 5 && source.flip()
    let isRegularized = (difficulty == 2 || difficulty == 4) && source.flip()
    var penalties: [NetworkProblem.Penalty] = []
    if isRegularized {
      for index in layers.indices {
        let lambda = source.pick([0.1, 0.2])
        let isFirst = source.flip()
        penalties.append(
          NetworkProblem.Penalty(
            parameter: "layers.\(index).weight", l1: isFirst ? lambda : 0,
            l2: isFirst ? 0 : lambda))
      }
    }
    let problem = NetworkProblem(
      input: Value(shape: [1, widths[0]], elements: input), target: [target], layers: layers,
      loss: loss,
      optimizer: usesAdam
        ? .adam(learningRate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
        : .sgd(learningRate: rate), penalties: penalties,
      iterations: difficulty == 5 && !usesAdam ? 2 : 1)
    return Draft(
      problem: problem, prompt: prompt(problem, widths),
      slips: Slip.network(loss: loss, samples: 1), isAsked: isAsked, decimals: usesAdam ? 6 : 4,
      mostZeros: 0.25)
  }

  /// The penalties and the loss with them are on the way to no gradient; softmax with cross-entropy has
  /// ŷ − y at once.
  private static let isAsked: @Sendable (Step) -> Bool = { step in
    if step.id.hasSuffix(".chain") { return false }
    if case .derivative(_, .symbol(let symbol)) = step.symbol, symbol.accent == .hat {
      return false
    }
    let name = step.id.split(separator: ".").last ?? ""
    return name != "total" && !(name.hasPrefix("R") && name.dropFirst().allSatisfy(\.isNumber))
  }

  private static func prompt(_ problem: NetworkProblem, _ widths: [Int]) -> Prose {
    let sizes = widths.map(String.init).joined(separator: "-")
    var english = "A fully connected network \(sizes)"
    var chinese = "全连接网络 \(sizes)"
    let words: [(NetworkProblem.Activation, String, String)] = [
      (.sigmoid, "the sigmoid σ", "σ（sigmoid）"), (.tanh, "tanh", "tanh"),
      (.relu, "ReLU (with slope 0 at 0)", "ReLU（在 0 处导数取 0）"),
      (.softmax, "softmax", "softmax"), (.identity, "no activation function", "无激活函数"),
    ]
    for (index, layer) in problem.layers.enumerated() {
      guard case .dense(_, let bias, let activation) = layer else { continue }
      let (_, en, zh) = words.first { $0.0 == activation }!
      english += ", layer \(index + 1) with \(en)" + (bias == nil ? "" : " and a bias")
      chinese += "，第 \(index + 1) 层：\(zh)" + (bias == nil ? "" : "，有偏置")
    }
    switch problem.loss {
    case .halfSquaredError:
      english += ". The loss is L = ½(ŷ − y)²"
      chinese += "。损失 L = ½(ŷ − y)²"
    case .meanSquaredError:
      english += ". The loss is the mean squared error, L = (ŷ − y)² for one output"
      chinese += "。损失为均方误差，单个输出时 L = (ŷ − y)²"
    case .crossEntropy:
      english += ". The loss is the cross-entropy L = −Σ yᵢ ln ŷᵢ (natural logarithm)"
      chinese += "。损失为交叉熵 L = −Σ yᵢ ln ŷᵢ（自然对数）"
    case .binaryCrossEntropy:
      english += ". The loss is the binary cross-entropy"
      chinese += "。损失为二元交叉熵"
    }
    for penalty in problem.penalties {
      let layer = Int(penalty.parameter.split(separator: ".")[1])! + 1
      let kind = penalty.l1 != 0 ? "L1" : "L2"
      let lambda = penalty.l1 != 0 ? penalty.l1 : penalty.l2
      english += "; the weights of layer \(layer) have \(kind) regularization with λ = \(lambda)"
      chinese += "；第 \(layer) 层权重使用 \(kind) 正则化，λ = \(lambda)"
    }
    let iterations =
      problem.iterations == 1 ? ("one iteration", "一次迭代") : ("two iterations", "两次迭代")
    if case .adam = problem.optimizer {
      english += """
        . Calculate one iteration of Adam by hand: the forward pass with the loss, every gradient, m, v, their bias \
        corrections and the updated weights.
        """
      chinese += "。手算 Adam 的一次迭代：前向传播与损失、所有梯度、m、v、偏差修正与更新后的权重。"
    } else {
      english += """
        . Calculate \(iterations.0) of gradient descent by hand: the forward pass with the loss, every gradient and \
        the updated parameters.
        """
      chinese += "。手算梯度下降的\(iterations.1)：前向传播与损失、所有梯度与更新后的参数。"
    }
    return Words(en: english, zh: chinese).prose
  }
}
