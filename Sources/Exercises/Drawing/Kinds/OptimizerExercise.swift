import Explain

extension ExerciseKind {
  /// Some steps of an optimization rule along given gradients or on a parabola.
  package static let optimizer = ExerciseKind(
    name: OptimizerProblem.kind, rows: ["L5.4", "L5.3", "L5.1"], isStarred: true,
    title: Words(en: "An optimizer's steps by hand", zh: "优化器手算题"), minutes: [2, 4, 6, 8, 14]
  ) { source, difficulty in
    let rate = source.pick([0.1, 0.2, 0.5])
    let rule: OptimizerRule
    switch difficulty {
    case 1: rule = .sgd(learningRate: rate)
    case 2:
      rule =
        source.flip()
        ? .momentum(learningRate: rate, momentum: source.pick([0.5, 0.8, 0.9]))
        : .nesterov(learningRate: rate, momentum: source.pick([0.5, 0.8, 0.9]))
    case 3:
      rule =
        source.flip()
        ? .adaGrad(learningRate: rate, epsilon: 1e-8)
        : .rmsProp(learningRate: rate, decay: 0.9, epsilon: 1e-8)
    default: rule = .adam(learningRate: rate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8)
    }
    let steps = difficulty == 4 || difficulty == 1 ? 1 : 2
    let names = difficulty == 5 || difficulty == 1 ? ["u", "w"] : ["w"]
    let start = names.map { OptimizerProblem.Start(name: $0, value: source.weight(2)) }
    let objective: OptimizerProblem.Objective
    var english: String
    var chinese: String
    if case .nesterov = rule {
      let curvature = source.pick([1, 2, 3, 4])
      objective = .function("\(curvature) * w^2 / 2")
      english = "The function is f(w) = \(curvature)w²/2, whose gradient Nesterov takes at w + μv. "
      chinese = "函数 f(w) = \(curvature)w²/2，Nesterov 动量在 w + μv 处取梯度。"
    } else {
      let gradients = (0..<steps).map { _ in names.map { _ in source.weight(1.5) } }
      objective = .gradients(gradients)
      english = "The gradients g of the steps are given. "
      chinese = "各步的梯度 g 已给出。"
    }
    let plural = steps == 1 ? "one step" : "\(steps) steps"
    english += "Calculate \(plural) of \(rule.spelledName) by hand, with every state on the way"
    chinese += "手算 \(rule.spelledName) 的 \(steps) 步，写出途中的每个状态量"
    if let form = rule.form {
      english += ": \(form)"
      chinese += "：\(form)"
    }
    return Draft(
      problem: OptimizerProblem(objective, start: start, rules: [rule], iterations: steps),
      prompt: Words(en: english + ".", zh: chinese + "。").prose,
      slips: Slip.optimization + (difficulty == 1 ? [Slip.rateForgotten] : []),
      isAsked: { $0.stage == .update || $0.stage == .backward },
      decimals: difficulty > 2 ? 6 : 4)
  }
}

extension OptimizerRule {
  /// The name as it is written in a sentence.
  fileprivate var spelledName: String {
    switch self {
    case .sgd: "SGD"
    case .momentum: "momentum"
    case .nesterov: "Nesterov momentum"
    case .deltaBarDelta: "delta-bar-delta"
    case .adaGrad: "AdaGrad"
    case .rmsProp: "RMSProp"
    case .adam: "Adam"
    case .newton: "Newton"
    }
  }

  /// The course's form of the rule; states start at 0.
  fileprivate var form: String? {
    switch self {
    case .sgd, .newton, .deltaBarDelta: nil
    case .momentum, .nesterov: "v ← μv − ηg, w ← w + v"
    case .adaGrad: "r ← r + g², w ← w − ηg/(√r + ε)"
    case .rmsProp: "r ← ρr + (1 − ρ)g², w ← w − ηg/(√r + ε)"
    case .adam:
      "m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), w ← w − ηm̂/(√v̂ + ε)"
    }
  }
}
