import Autodiff

/// A rule that changes parameters along their gradients, as formulas.
///
/// - Source: the forms that the syllabus fixes; Kingma and Ba 2015 for Adam, Duchi et al. 2011 for
///   AdaGrad, Sutskever et al. 2013 for Nesterov's momentum, Jacobs 1988 for delta-bar-delta.
public enum OptimizerRule: Sendable, Hashable {
  /// w ← w − ηg
  case sgd(learningRate: Double)
  /// v ← μv − ηg, w ← w + v (PyTorch: v ← μv + g, w ← w − ηv)
  case momentum(learningRate: Double, momentum: Double)
  /// The same with g taken at w + μv (PyTorch: at w, w ← w − η(g + μv))
  case nesterov(learningRate: Double, momentum: Double)
  /// A rate η for each weight: plus κ where g and d, the mean of earlier gradients, have one sign,
  /// times 1 − φ where their signs differ; d ← θd + (1 − θ)g, w ← w − ηg
  case deltaBarDelta(learningRate: Double, increase: Double, decrease: Double, decay: Double)
  /// r ← r + g², w ← w − ηg/(√r + ε)
  case adaGrad(learningRate: Double, epsilon: Double)
  /// r ← ρr + (1 − ρ)g², w ← w − ηg/(√r + ε)
  case rmsProp(learningRate: Double, decay: Double, epsilon: Double)
  /// Moments with bias correction, ε outside the root.
  case adam(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double)
  /// w ← w − ηH⁻¹g, H the matrix of second derivatives
  case newton(learningRate: Double)

  /// The rule's name in problem files.
  public var name: String {
    switch self {
    case .sgd: "sgd"
    case .momentum: "momentum"
    case .nesterov: "nesterov"
    case .deltaBarDelta: "delta-bar-delta"
    case .adaGrad: "adagrad"
    case .rmsProp: "rmsprop"
    case .adam: "adam"
    case .newton: "newton"
    }
  }

  /// η
  public var learningRate: Double {
    switch self {
    case .sgd(let rate), .momentum(let rate, _), .nesterov(let rate, _), .adaGrad(let rate, _),
      .rmsProp(let rate, _, _), .adam(let rate, _, _, _), .deltaBarDelta(let rate, _, _, _),
      .newton(let rate):
      rate
    }
  }

  /// The rule's constants with their symbols: keys that its formulas use.
  var constants: [(key: String, symbol: Symbol, value: Double)] {
    let rate = ("η", Symbol("η"), learningRate)
    switch self {
    case .sgd, .newton: return [rate]
    case .deltaBarDelta(_, let increase, let decrease, let decay):
      return [
        ("κ", Symbol("κ"), increase), ("φ", Symbol("φ"), decrease), ("θ", Symbol("θ"), decay),
      ]
    case .momentum(_, let momentum), .nesterov(_, let momentum):
      return [rate, ("μ", Symbol("μ"), momentum)]
    case .adaGrad(_, let epsilon): return [rate, ("ε", Symbol("ε"), epsilon)]
    case .rmsProp(_, let decay, let epsilon):
      return [rate, ("ρ", Symbol("ρ"), decay), ("ε", Symbol("ε"), epsilon)]
    case .adam(_, let beta1, let beta2, let epsilon):
      return [
        rate, ("β1", Symbol("β", "1"), beta1), ("β2", Symbol("β", "2"), beta2),
        ("ε", Symbol("ε"), epsilon),
      ]
    }
  }

  /// The letters of the state that is carried from step to step.
  var states: [String] {
    switch self {
    case .sgd, .newton: []
    case .deltaBarDelta: ["η", "d"]
    case .momentum, .nesterov: ["v"]
    case .adaGrad, .rmsProp: ["r"]
    case .adam: ["m", "v"]
    }
  }

  /// What a state starts at: 0, but for delta-bar-delta's rates.
  func initial(_ state: String) -> Double { state == "η" ? learningRate : 0 }

  /// One assignment of the rule.
  struct Assignment {
    /// A letter of the state, a helper such as `m̂`, or `w`.
    let target: String
    /// By `w`, `g`, the states' letters (`new` before those assigned already) and constants.
    let formula: String
  }

  /// The assignments of step `t`, from 1. In them `w` is the parameter, `g` the gradient, a state's
  /// letter its old value and the letter with ′ the new one.
  func assignments(step t: Int, convention: ExplainOptions.Convention) -> [Assignment] {
    switch self {
    case .sgd: return [Assignment(target: "w", formula: "w - η * g")]
    case .momentum:
      return convention == .pytorch
        ? [
          Assignment(target: "v", formula: "μ * v + g"),
          Assignment(target: "w", formula: "w - η * v′"),
        ]
        : [
          Assignment(target: "v", formula: "μ * v - η * g"),
          Assignment(target: "w", formula: "w + v′"),
        ]
    case .nesterov:
      switch convention {
      case .course:  // g has been taken at w + μv
        return [
          Assignment(target: "v", formula: "μ * v - η * g"),
          Assignment(target: "w", formula: "w + v′"),
        ]
      case .pytorch:
        return [
          Assignment(target: "v", formula: "μ * v + g"),
          Assignment(target: "w", formula: "w - η * (g + μ * v′)"),
        ]
      case .keras:
        return [
          Assignment(target: "v", formula: "μ * v - η * g"),
          Assignment(target: "w", formula: "w + μ * v′ - η * g"),
        ]
      }
    case .deltaBarDelta:
      return [
        Assignment(target: "η", formula: "η + κ * step(d * g) - φ * η * step(-d * g)"),
        Assignment(target: "d", formula: "θ * d + (1 - θ) * g"),
        Assignment(target: "w", formula: "w - η′ * g"),
      ]
    case .newton:
      fatalError("explain: Newton's rule is no rule of one weight")
    case .adaGrad:
      return [
        Assignment(target: "r", formula: "r + g ^ 2"),
        Assignment(target: "w", formula: "w - η * g / (sqrt(r′) + ε)"),
      ]
    case .rmsProp:
      return [
        Assignment(target: "r", formula: "ρ * r + (1 - ρ) * g ^ 2"),
        Assignment(target: "w", formula: "w - η * g / (sqrt(r′) + ε)"),
      ]
    case .adam:
      return [
        Assignment(target: "m", formula: "β1 * m + (1 - β1) * g"),
        Assignment(target: "v", formula: "β2 * v + (1 - β2) * g ^ 2"),
        Assignment(target: "m̂", formula: "m′ / (1 - β1 ^ \(t))"),
        Assignment(target: "v̂", formula: "v′ / (1 - β2 ^ \(t))"),
        Assignment(target: "w", formula: "w - η * m̂′ / (sqrt(v̂′) + ε)"),
      ]
    }
  }
}
