import Explain

// Slips of optimization rules, the perceptron, Newton's method and expressions.

extension Slip {
  static let optimization = [momentumForgotten, correctionForgotten, rootLeftOut, squareForgotten]

  static let momentumForgotten = Slip(
    "momentum-forgotten", Words(en: "the earlier velocity left out", zh: "漏掉之前的速度")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.replacing { context.symbol($0)?.base == "μ" ? .number(0) : nil }
  }

  /// m for m̂, v for v̂.
  static let correctionForgotten = Slip(
    "correction-forgotten", Words(en: "the bias correction left out", zh: "漏掉偏差修正"), in: .update
  ) { part in
    if case .divide(let moment, .subtract(.number(1), _)) = part { moment } else { nil }
  }

  /// g for g².
  static let squareForgotten = Slip(
    "square-forgotten", Words(en: "the gradient not squared", zh: "梯度没有平方"), in: .update
  ) { part in
    if case .power(let base, .number(2)) = part { base } else { nil }
  }

  static let perceptron = [
    Slip(
      "update-sign", Words(en: "the sign of the update", zh: "更新的符号错误"), in: .update
    ) { part in
      if case .add(let weight, let change) = part { .subtract(weight, change) } else { nil }
    },
    rateForgotten,
  ]

  static let rateForgotten = Slip(
    "rate-forgotten", Words(en: "the learning rate left out", zh: "漏掉学习率")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.replacing { context.symbol($0)?.base == "η" ? .number(1) : nil }
  }

  static let newton = [
    Slip(
      "gradient-step",
      Words(en: "the gradient taken for Newton's step: no inverse", zh: "用梯度代替牛顿步：没有求逆"),
      in: .update
    ) { part in
      if case .divide(let gradient, _) = part { gradient } else { nil }
    },
    determinantSign,
  ]

  /// ad + bc for ad − bc.
  static let determinantSign = Slip(
    "determinant-sign", Words(en: "a plus sign in the determinant", zh: "行列式中用了加号")
  ) { context in
    guard case .subtract(.multiply(let a, let d), let other) = context.formula else { return nil }
    switch other {
    case .multiply, .power(_, .number(2)): return .add(.multiply(a, d), other)
    default: return nil
    }
  }

  static let expression = [
    Slip(
      "branch-forgotten",
      Words(en: "one branch's gradient left out of the sum", zh: "分支处漏加一条路径的梯度")
    ) { context in
      guard context.line.stage == .backward, case .add(let first, _) = context.formula else {
        return nil
      }
      return first
    },
    Slip(
      "branch-forgotten",
      Words(en: "one branch's gradient left out of the sum", zh: "分支处漏加一条路径的梯度")
    ) { context in
      guard context.line.stage == .backward, case .add(_, let second) = context.formula else {
        return nil
      }
      return second
    },
    Slip(
      "upstream-forgotten", Words(en: "the upstream gradient left out", zh: "漏乘上游梯度")
    ) { context in
      guard context.line.stage == .backward else { return nil }
      return context.replacing { name in
        Calculation.reference(name).key.hasPrefix("∂") ? .number(1) : nil
      }
    },
  ]
}
