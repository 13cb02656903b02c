import Explain

extension ExerciseKind {
  /// Adversarial examples by the sign of the gradient.
  package static let adversarialExample = ExerciseKind(
    name: AdversarialExampleProblem.kind, rows: ["L12.5", "L12.4", "L12.3"], isStarred: true,
    title: Words(en: "Adversarial example by hand", zh: "对抗样本手算题"),
    minutes: [5, 8, 12, 20, 25]
  ) { source, difficulty in
    let width = [source.integer(3...4), source.integer(2...3), 2, 2, 2][difficulty - 1]
    let hasBias = source.integer(0...2) == 0
    func dense(
      _ outputs: Int, _ inputs: Int, _ activation: NetworkProblem.Activation,
      _ source: inout NumberSource
    ) -> NetworkProblem.Layer {
      .dense(
        weight: source.weights(outputs, inputs, 1.5),
        bias: hasBias ? source.weights(1, outputs, 0.5)[0] : nil, activation: activation)
    }
    var layers: [NetworkProblem.Layer]
    switch difficulty {
    case 1: layers = [dense(1, width, .identity, &source)]
    case 2: layers = [dense(1, width, .sigmoid, &source)]
    case 3: layers = [dense(source.integer(2...3), width, .softmax, &source)]
    case 4:
      layers = [
        dense(2, width, source.pick([.sigmoid, .tanh, .relu]), &source),
        dense(1, 2, .sigmoid, &source),
      ]
    default:
      let isBinary = source.flip()
      layers = [dense(isBinary ? 1 : 2, width, isBinary ? .sigmoid : .softmax, &source)]
    }
    let outputs =
      if case .dense(let weight, _, _) = layers[layers.count - 1] { weight.count } else { 0 }
    var problem = AdversarialExampleProblem(
      input: (0..<width).map { _ in source.decimal(0.1...0.9) },
      label: difficulty == 1 ? nil : source.integer(0...max(1, outputs - 1)), layers: layers,
      epsilon: source.pick([0.1, 0.2, 0.25]))
    if difficulty == 3, source.flip() { problem.range = 0...1 }
    if difficulty == 5 {
      problem.method = source.pick([.iterative, .leastLikely])
      problem.steps = 2
      // Two steps of more than half the bound: the second is cut where both go one way.
      problem.stepSize = source.pick([0.08, 0.1])
      problem.epsilon = source.pick([0.12, 0.15])
    }
    var copies: [String: String] = [:]
    for step in 1...problem.steps { copies["t\(step).y"] = "t0.y" }
    return Draft(
      problem: problem, prompt: prompt(problem, outputs), slips: Slip.adversarialExample,
      isAsked: isAsked, readings: problem.method == .leastLikely ? [leastLikely] : [],
      copies: copies)
  }

  /// Of two classes the one with less than half the probability: y = ½(1 − sign(ŷ − ½)).
  private static let leastLikely = Reading(
    key: "t0.y",
    formula: .multiply(
      .number(0.5),
      .subtract(
        .number(1), .call("sign", [.subtract(.variable("t0.a0"), .number(0.5))]))),
    isByEntry: true)

  private static let isAsked: @Sendable (Step) -> Bool = { step in
    guard let key = step.calculation?.key else { return false }
    if key.hasSuffix("′") { return false }
    // Of the last layer's output nobody takes the gradient: ŷ − y does it at once.
    if key.hasPrefix("∂t"), let mark = key.lastIndex(of: ".") {
      let name = key[key.index(after: mark)...]
      return name.hasPrefix("z") || name.hasPrefix("x")
    }
    return true
  }

  private static func prompt(
    _ problem: AdversarialExampleProblem, _ outputs: Int
  ) -> Prose {
    if problem.isPlainlyLinear { return linearPrompt(problem) }
    var english = "A network has \(problem.layers.count == 1 ? "one layer" : "two layers")"
    var chinese = "网络有\(problem.layers.count == 1 ? "一层" : "两层")"
    let names: [(NetworkProblem.Activation, String, String)] = [
      (.sigmoid, "the sigmoid σ", "sigmoid（σ）"), (.tanh, "tanh", "tanh"), (.relu, "ReLU", "ReLU"),
      (.softmax, "softmax", "softmax"),
    ]
    var hasBias = false
    for (index, layer) in problem.layers.enumerated() {
      guard case .dense(_, let bias, let activation) = layer else { continue }
      hasBias = hasBias || bias != nil
      let (_, en, zh) = names.first { $0.0 == activation }!
      english +=
        (index == 0 ? ", " : " and ") + "z = Wx" + (bias == nil ? "" : " + b") + " with \(en)"
      chinese += "，" + "z = Wx" + (bias == nil ? "" : " + b") + "，激活为 \(zh)"
      if problem.layers.count > 1 {
        english += " (layer \(index + 1))"
        chinese += "（第 \(index + 1) 层）"
      }
    }
    let label = problem.label!
    let isTowards = problem.method == .leastLikely
    if outputs == 1 {
      english +=
        ". Its output ŷ is the probability of class 1; the loss is the binary cross-entropy"
      chinese += "。输出 ŷ 为类别 1 的概率，损失为二元交叉熵"
    } else {
      english +=
        ". Its outputs are the probabilities of \(outputs) classes, counted from 1; the loss is the cross-entropy"
      chinese += "。输出为 \(outputs) 个类别（从 1 计数）的概率，损失为交叉熵"
    }
    if isTowards {
      english +=
        " of the class that is least likely at the start (y \(outputs == 1 ? "0 or 1" : "one-hot"))"
      chinese += "，类别取初始概率最小的类别（y 为 \(outputs == 1 ? "0 或 1" : "one-hot")）"
    } else if outputs == 1 {
      english += " of the true class y = \(label)"
      chinese += "，真实类别 y = \(label)"
    } else {
      english += " of the true class \(label + 1) (y one-hot)"
      chinese += "，真实类别为 \(label + 1)（y 为 one-hot）"
    }
    english +=
      ". Calculate the forward pass\(isTowards ? ", y" : ""), L, δ = ∂L/∂z of each layer and ∂L/∂x, "
    chinese += "。求前向传播\(isTowards ? "、y" : "")、L、各层 δ = ∂L/∂z 与 ∂L/∂x，"
    let limits = problem.range == nil ? ("", "") : (", clipped to 0 … 1", "，并截断到 0 … 1")
    switch problem.method {
    case .fgsm:
      english +=
        "the perturbation r = ε·sign(∂L/∂x), the adversarial example x^(1) = x + r\(limits.0)"
      chinese += "扰动 r = ε·sign(∂L/∂x)、对抗样本 x^(1) = x + r\(limits.1)"
    case .iterative:
      english +=
        "and take \(problem.steps) steps r = α·sign(∂L/∂x), x ← x + r, each clipped to within ε of the "
        + "original x (x̃ is the input before clipping)"
      chinese += "并走 \(problem.steps) 步：r = α·sign(∂L/∂x)，x ← x + r，每步后截断到原始 x 的 ε 邻域内（x̃ 为截断前的输入）"
    case .leastLikely:
      english +=
        "and take \(problem.steps) steps r = −α·sign(∂L/∂x), x ← x + r, each clipped to within ε of the "
        + "original x (x̃ is the input before clipping), with the forward pass and gradient anew"
      chinese +=
        "并走 \(problem.steps) 步：r = −α·sign(∂L/∂x)，x ← x + r，每步后截断到原始 x 的 ε 邻域内（x̃ 为截断前的输入），"
        + "每步重新作前向传播并求梯度"
    }
    english +=
      "; then the forward pass and the loss with the new input. sign(0) = 0; natural logarithms. What "
      + "belongs to x^(1) may carry its mark: L^(1) is its loss."
    chinese +=
      "；最后用新的输入再作前向传播并求损失。sign(0) = 0，对数为自然对数。与 x^(1) 相应的量可带同样的标记："
      + "L^(1) 为其损失。"
    return Words(en: english, zh: chinese).prose
  }

  private static func linearPrompt(_ problem: AdversarialExampleProblem) -> Prose {
    let count = problem.input.count
    var english = "A linear classifier has the response f = wᵀx"
    var chinese = "线性分类器的响应为 f = wᵀx"
    if case .dense(_, .some, _) = problem.layers[0] {
      english += " + b"
      chinese += " + b"
    }
    english +=
      ". Calculate f, the perturbation r of at most ε an entry that raises f most, x^(1) = x + r, "
      + "the response f^(1) and the gain Δf; then the mean magnitude m of the \(count) weights and ε·d·m "
      + "with the number d = \(count) of inputs."
    chinese +=
      "。求 f、每个分量不超过 ε 且使 f 增大最多的扰动 r、x^(1) = x + r、响应 f^(1) 与增量 Δf；"
      + "再求 \(count) 个权重绝对值的平均 m，以及 ε·d·m（输入维数 d = \(count)）。"
    return Words(en: english, zh: chinese).prose
  }
}

extension AdversarialExampleProblem {
  /// Whether it is a linear function without a loss.
  fileprivate var isPlainlyLinear: Bool { label == nil }
}
