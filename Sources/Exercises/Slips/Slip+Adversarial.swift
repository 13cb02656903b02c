import Explain

// Slips of adversarial losses and of the best discriminator.

extension Slip {
  /// Those of a GAN's losses, of their gradients and of the best discriminator.
  static let adversarialLoss: [Slip] = [
    otherGenerator, swappedLogarithms, adversarialSign, sumForMean, bestUpsideDown,
    bestNotNormalized, divergenceHalf, divergenceMean,
  ]

  /// The generator's two losses mixed up.
  static let otherGenerator = Slip(
    "other-generator-loss",
    Words(en: "the saturating and the modified generator loss mixed up", zh: "混淆了饱和损失与非饱和损失")
  ) { context in
    let id = context.line.id
    let other: String
    if let range = id.firstRange(of: "s."), id.hasPrefix("s.") || id.hasPrefix("∂s.") {
      other = id.replacingCharacters(in: range, with: "m.")
    } else if let range = id.firstRange(of: "m."), id.hasPrefix("m.") || id.hasPrefix("∂m.") {
      other = id.replacingCharacters(in: range, with: "s.")
    } else {
      return nil
    }
    let formula = context.workings.lines.first { $0.id == other }?.formula
    // By way of the gradients before it nothing is mixed up in this line.
    return formula.flatMap { $0.variables.contains { $0.hasPrefix("∂") } ? nil : $0 }
  }

  /// ln D for ln(1 − D) and the other way round.
  static let swappedLogarithms = at(
    ["V", "s.L", "m.L", "Vbest"], "swapped-logarithms",
    Words(en: "ln D and ln(1 − D) mixed up", zh: "混淆了 ln D 与 ln(1 − D)")
  ) { part in
    guard case .call("log", let arguments) = part else { return nil }
    if case .subtract(.number(1), let output) = arguments[0] { return .call("log", [output]) }
    return .call("log", [.subtract(.number(1), arguments[0])])
  }

  static let adversarialSign = Slip(
    "loss-sign", Words(en: "the sign of the loss", zh: "损失的符号错误")
  ) { context in
    ["V", "LD", "s.L", "m.L", "Vbest", "JS"].contains(context.key)
      ? .negate(context.formula) : nil
  }

  /// The sum over samples in place of the mean.
  static let sumForMean = Slip(
    "sum-for-mean", Words(en: "the sum over the samples instead of the mean", zh: "对样本求和而没有取平均")
  ) { context in
    guard
      [
        "V", "s.L", "m.L", "∂D.real", "∂D.fake", "∂d.real", "∂d.fake", "∂s.D", "∂s.a", "∂m.D",
        "∂m.a",
      ]
      .contains(context.key)
    else { return nil }
    return context.formula.rewriting { part in
      switch part {
      case .divide(let sum, .number(2...)): sum
      case .divide(let top, .multiply(.number(2...), let bottom)): .divide(top, bottom)
      default: nil
      }
    }
  }

  static let bestUpsideDown = at(
    ["best"], "generator-for-data",
    Words(en: "q over p + q instead of p", zh: "分子写成了 q 而不是 p")
  ) { part in
    if case .divide(let p, .add(_, let q)) = part { .divide(q, .add(p, q)) } else { nil }
  }

  static let bestNotNormalized = at(
    ["best"], "ratio-for-share", Words(en: "p/q instead of p/(p + q)", zh: "写成了 p/q 而不是 p/(p + q)")
  ) { part in
    if case .divide(let p, .add(_, let q)) = part { .divide(p, q) } else { nil }
  }

  static let divergenceHalf = Slip(
    "half-forgotten", Words(en: "the factor ½ left out", zh: "漏掉因子 ½")
  ) { context in
    context.key == "JS" ? .multiply(.number(2), context.formula) : nil
  }

  /// The mean of p and q without its ½.
  static let divergenceMean = at(
    ["JS"], "mean-distribution-not-halved",
    Words(en: "p + q taken for the mean of p and q", zh: "把 p + q 当作 p 与 q 的平均")
  ) { part in
    guard case .call("log", let arguments) = part, case .divide(let top, let bottom) = arguments[0],
      case .multiply(.number(2), let p) = top
    else { return nil }
    return .call("log", [.divide(p, bottom)])
  }
}

// Slips of adversarial examples.

extension Slip {
  /// Those of steps along the sign of the gradient, and of the linear case.
  static let adversarialExample: [Slip] = [
    signForgotten, wrongWay, boundForgotten, boundForStep, clippingForgotten, softmaxNotNormalized,
    magnitudeSigned, sumOfMagnitudes, dimensionForgotten, otherClass,
  ]

  private static func isPerturbation(_ key: String) -> Bool {
    key.hasPrefix("r") && key.dropFirst().allSatisfy(\.isNumber)
  }

  private static func isMoved(_ key: String) -> Bool {
    key.hasPrefix("moved") || key.hasPrefix("ball") || key == "x1"
      || key.hasPrefix("t") && key.hasSuffix(".x")
  }

  static let signForgotten = Slip(
    "sign-forgotten", Words(en: "the gradient itself instead of its sign", zh: "用了梯度本身而不是其符号")
  ) { context in
    guard isPerturbation(context.key) else { return nil }
    return context.formula.rewriting { part in
      if case .call("sign", let gradient) = part { gradient[0] } else { nil }
    }
  }

  static let wrongWay = Slip(
    "wrong-way",
    Words(en: "the step the wrong way, down for up or up for down", zh: "扰动方向相反（应升却降，或应降却升）")
  ) { context in
    if isPerturbation(context.key) { return .negate(context.formula) }
    guard isMoved(context.key), case .add(let x, let r) = context.formula else { return nil }
    return .subtract(x, r)
  }

  static let boundForgotten = Slip(
    "epsilon-forgotten", Words(en: "the size of the step left out", zh: "漏乘步长")
  ) { context in
    guard isPerturbation(context.key) else { return nil }
    return context.replacing { ["ε", "α"].contains($0) ? .number(1) : nil }
  }

  static let boundForStep = Slip(
    "epsilon-for-alpha", Words(en: "ε in place of α", zh: "用 ε 代替了 α")
  ) { context in
    guard isPerturbation(context.key) else { return nil }
    return context.replacing { $0 == "α" ? .variable("ε") : nil }
  }

  static let clippingForgotten = Slip(
    "clipping-forgotten", Words(en: "the clipping left out", zh: "漏掉截断")
  ) { context in
    guard isMoved(context.key) else { return nil }
    return context.formula.rewriting { part in
      guard case .call("min", let outer) = part, case .call("max", let inner) = outer[0] else {
        return nil
      }
      return inner[0]
    }
  }

  /// Of two classes the one that is already likely.
  static let otherClass = Slip(
    "likelier-class", Words(en: "the likelier class taken for the less likely", zh: "取了概率较大的类别")
  ) { context in
    context.key == "t0.y" ? .subtract(.number(1), context.formula) : nil
  }

  static let magnitudeSigned = at(
    ["m"], "magnitude-signed",
    Words(en: "the weights' mean instead of that of their magnitudes", zh: "取了权重的平均而不是绝对值的平均")
  ) { part in
    if case .call("abs", let weight) = part { weight[0] } else { nil }
  }

  static let sumOfMagnitudes = at(
    ["m"], "sum-for-mean", Words(en: "the sum instead of the mean", zh: "求和而没有取平均")
  ) { part in
    if case .divide(let sum, .number) = part { sum } else { nil }
  }

  static let dimensionForgotten = at(
    ["bound"], "dimension-forgotten", Words(en: "the number of inputs left out", zh: "漏乘输入维数")
  ) { part in
    part == .variable("d") ? .number(1) : nil
  }
}
