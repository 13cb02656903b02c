import Explain

// Slips of a variational autoencoder's loss.

extension Slip {
  /// Those of the KL term, the code, the reconstruction and the gradients.
  static let variationalLoss: [Slip] = [
    klHalf, klSign, deviationForVariance, meanNotSquared, logarithmOfDeviation, noiseForgotten,
    varianceInCode, secondTermForgotten, klSubtracted, pathForgotten(true), pathForgotten(false),
    varianceFactor,
  ]

  static let klHalf = Slip(
    "half-forgotten", Words(en: "the factor ½ left out", zh: "漏掉因子 ½")
  ) { context in
    context.key == "KL" ? .multiply(.number(2), context.formula) : nil
  }

  static let klSign = Slip("kl-sign", Words(en: "the sign of the KL term", zh: "KL 项的符号错误")) {
    $0.key == "KL" ? .negate($0.formula) : nil
  }

  /// exp(v/2) = σ for exp(v) = σ².
  static let deviationForVariance = at(
    ["KL"], "deviation-for-variance", Words(en: "σ taken for σ²", zh: "把 σ 当作 σ²")
  ) { part in
    guard case .call("exp", let arguments) = part else { return nil }
    return .call("exp", [.divide(arguments[0], .number(2))])
  }

  static let meanNotSquared = at(
    ["KL"], "mean-not-squared", Words(en: "μ not squared", zh: "μ 没有平方")
  ) { part in
    if case .power(let mean, .number(2)) = part { mean } else { nil }
  }

  /// ln σ for ln σ².
  static let logarithmOfDeviation = Slip(
    "logarithm-of-deviation", Words(en: "ln σ taken for ln σ²", zh: "把 ln σ 当作 ln σ²")
  ) { context in
    switch context.key {
    case "v": return .divide(context.formula, .number(2))
    case "KL":
      return context.formula.rewriting { part in
        switch part {
        case .call("exp", _): part
        case .variable(let name) where Calculation.reference(name).key == "v":
          .divide(part, .number(2))
        default: nil
        }
      }
    // σ = exp(v/2) worked out as exp(v).
    case "σ":
      return context.formula.rewriting { part in
        if case .divide(let v, .number(2)) = part { v } else { nil }
      }
    default: return nil
    }
  }

  static let noiseForgotten = Slip(
    "noise-forgotten", Words(en: "the noise left out of z", zh: "z 中漏掉噪声")
  ) { context in
    guard context.key == "z" else { return nil }
    return context.replacing { Calculation.reference($0).key == "ε" ? .number(0) : nil }
  }

  static let varianceInCode = Slip(
    "variance-in-code", Words(en: "σ² taken for σ in z", zh: "z 中把 σ² 当作 σ")
  ) { context in
    guard context.key == "z" else { return nil }
    return context.replacing {
      ["σ", "given"].contains(Calculation.reference($0).key)
        ? .power(.variable($0), .number(2)) : nil
    }
  }

  /// (1 − x) ln(1 − x̂) left out of the binary cross-entropy.
  static let secondTermForgotten = at(
    ["R"], "second-term-forgotten",
    Words(en: "(1 − x) ln(1 − x̂) left out", zh: "漏掉 (1 − x) ln(1 − x̂)")
  ) { part in
    guard case .multiply(.subtract(.number(1), _), .call("log", _)) = part else { return nil }
    return .number(0)
  }

  static let klSubtracted = at(
    ["L"], "kl-subtracted",
    Words(en: "the KL term subtracted instead of added", zh: "KL 项应相加却相减")
  ) { part in
    if case .add(let a, let b) = part { .subtract(a, b) } else { nil }
  }

  /// One of the two paths along which a gradient comes back left out.
  static func pathForgotten(_ keepsFirst: Bool) -> Slip {
    Slip(
      "path-forgotten",
      Words(en: "one of the paths left out of the gradient", zh: "梯度漏掉了其中一条路径")
    ) { context in
      guard context.line.stage == .backward else { return nil }
      switch context.formula {
      case .add(let a, let b): return keepsFirst ? a : b
      case .subtract(let a, let b) where !a.variables.isEmpty && !b.variables.isEmpty:
        return keepsFirst ? a : .negate(b)
      default: return nil
      }
    }
  }

  /// 1/s² for 1/(2s²).
  static let varianceFactor = Slip(
    "variance-factor",
    Words(en: "the factor of the variance (1/(2s²))", zh: "方差的因子（1/(2s²)）错误")
  ) { context in
    guard context.key == "R" || context.key == "∂output" else { return nil }
    let isBack = context.line.stage == .backward
    return context.formula.rewriting { part in
      guard case .divide(let top, let bottom) = part,
        bottom.variables.contains(where: { Calculation.reference($0).key == "s" })
      else { return nil }
      return isBack
        ? .divide(top, .multiply(.number(2), bottom)) : .multiply(.number(2), part)
    }
  }
}
