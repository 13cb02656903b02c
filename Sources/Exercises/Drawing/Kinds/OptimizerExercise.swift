import Explain

extension ExerciseKind {
  /// Some steps of an optimization rule along given gradients or on a function.
  package static let optimizer = ExerciseKind(
    name: OptimizerProblem.kind, rows: ["L5.4", "L5.3", "L5.1"], isStarred: true,
    title: Words(en: "An optimizer's steps by hand", zh: "优化器手算题"), minutes: [3, 5, 8, 15, 20]
  ) { source, difficulty in
    let rule = ExerciseKind.rule(&source, difficulty)
    let steps = difficulty == 5 ? 3 : 2
    let names = difficulty < 4 ? ["w"] : ["x", "y"]
    let start = names.map { OptimizerProblem.Start(name: $0, value: source.weight(2)) }
    var english: String
    var chinese: String
    let objective: OptimizerProblem.Objective
    if difficulty == 2 || difficulty == 4 {
      let function = ExerciseKind.function(&source, names)
      objective = .function("f = " + function.typed)
      let arguments = names.joined(separator: ", ")
      english = "The function is f(\(arguments)) = \(function.prompted). "
      chinese = "函数为 f(\(arguments)) = \(function.prompted)。"
    } else {
      objective = .gradients((0..<steps).map { _ in names.map { _ in source.weight(1.5) } })
      english = "The gradients g of \(steps) steps are given. "
      chinese = "给定 \(steps) 步的梯度 g。"
    }
    let (name, form) = rule.words
    english += "Calculate \(steps) steps of \(name.english): \(form.english)"
    chinese += "计算\(name.chinese)的 \(steps) 步：\(form.chinese)"
    if names.count > 1 {
      english += "; w stands for x and for y"
      chinese += "；w 分别代表 x 与 y"
    }
    var given: [(symbol: MathNode, value: Value)] = []
    if case .deltaBarDelta(let rate, _, _, _) = rule {
      given = names.map { (.symbol(Symbol("η", $0, iteration: 0)), Value(rate)) }
    }
    return Draft(
      problem: OptimizerProblem(objective, start: start, rules: [rule], iterations: steps),
      prompt: Words(en: english + ".", zh: chinese + "。").prose, slips: Slip.optimization,
      isAsked: { step in
        guard let key = step.calculation?.key else { return false }
        // The function's value is on the way to nothing.
        return step.stage != .forward || key.contains(".look.")
      }, given: given, decimals: rule.hasSquares ? 6 : 4)
  }

  private static func rule(_ source: inout NumberSource, _ difficulty: Int) -> OptimizerRule {
    let rate = source.pick([0.1, 0.2, 0.5])
    let kept = source.pick([0.5, 0.8, 0.9])
    let momentum = OptimizerRule.momentum(learningRate: rate, momentum: kept)
    let nesterov = OptimizerRule.nesterov(learningRate: rate, momentum: kept)
    let adaGrad = OptimizerRule.adaGrad(learningRate: rate, epsilon: 1e-8)
    let rmsProp = OptimizerRule.rmsProp(
      learningRate: rate, decay: source.pick([0.8, 0.9]), epsilon: 1e-8)
    let adam = OptimizerRule.adam(
      learningRate: rate, beta1: source.pick([0.8, 0.9]), beta2: source.pick([0.9, 0.99, 0.999]),
      epsilon: 1e-8)
    switch difficulty {
    case 1: return source.pick([.sgd(learningRate: rate), momentum])
    case 2: return source.pick([momentum, nesterov])
    case 3: return source.pick([adaGrad, rmsProp, adam])
    case 4: return source.pick([nesterov, adaGrad, rmsProp, adam])
    default:
      return source.pick([
        adam,
        .deltaBarDelta(
          learningRate: rate, increase: source.pick([0.05, 0.1]),
          decrease: source.pick([0.3, 0.5]),
          decay: source.pick([0.5, 0.8])),
      ])
    }
  }

  /// A bowl.
  private static func function(_ source: inout NumberSource, _ names: [String]) -> Polynomial {
    let slope = source.pick([-3.0, -2, -1, 1, 2, 3])
    if names.count == 1 {
      return Polynomial([(source.pick([1.0, 2, 3]), [("w", 2)]), (slope, [("w", 1)])])
    }
    return Polynomial([
      (source.pick([1.0, 2]), [("x", 2)]), (source.pick([-1.0, 1]), [("x", 1), ("y", 1)]),
      (source.pick([1.0, 3]), [("y", 2)]), (slope, [("x", 1)]),
    ])
  }
}

extension OptimizerRule {
  /// Whether small squares are collected, which take more digits.
  fileprivate var hasSquares: Bool {
    switch self {
    case .adaGrad, .rmsProp, .adam: true
    default: false
    }
  }

  /// The name as it is written in a sentence, and the rule in the course's form.
  fileprivate var words: (name: Words, form: Words) {
    func words(_ english: String, _ chinese: String? = nil) -> Words {
      Words(en: english, zh: chinese ?? " \(english) ")
    }
    func form(_ text: String, _ state: String) -> Words {
      Words(en: "\(text), with \(state) = 0 at the start", zh: "\(text)，初始 \(state) = 0")
    }
    let second = "w ← w − ηg/(√r + ε)"
    switch self {
    case .sgd: return (words("SGD"), Words(en: "w ← w − ηg", zh: "w ← w − ηg"))
    case .momentum: return (words("momentum", "动量法"), form("v ← μv − ηg, w ← w + v", "v"))
    case .nesterov:
      return (
        words("Nesterov momentum", " Nesterov 动量"),
        Words(
          en: "v ← μv − ηg with g taken at w̃ = w + μv, w ← w + v, with v = 0 at the start",
          zh: "v ← μv − ηg，其中 g 取在 w̃ = w + μv 处；w ← w + v，初始 v = 0")
      )
    case .deltaBarDelta:
      return (
        words("delta-bar-delta"),
        Words(
          en: """
            η ← η + κ where g and d have the same sign, η ← (1 − φ)η where they have opposite signs, else η \
            stays; then d ← θd + (1 − θ)g and w ← w − ηg with the new η, with d = 0 at the start
            """,
          zh: """
            g 与 d 同号时 η ← η + κ，异号时 η ← (1 − φ)η，否则 η 不变；\
            然后 d ← θd + (1 − θ)g，并用新的 η 更新 w ← w − ηg，初始 d = 0
            """)
      )
    case .adaGrad: return (words("AdaGrad"), form("r ← r + g², \(second)", "r"))
    case .rmsProp: return (words("RMSProp"), form("r ← ρr + (1 − ρ)g², \(second)", "r"))
    case .adam:
      return (
        words("Adam"),
        form(
          """
          m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) with t from 1, \
          w ← w − ηm̂/(√v̂ + ε)
          """, "m = v")
      )
    case .newton: return (words("Newton's method", "牛顿法"), words("w ← w − ηH⁻¹g"))
    }
  }
}
