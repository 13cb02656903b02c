import Explain

// Slips of softmax, batch normalization, dropout, convolution and pooling.

extension Slip {
  static let softmax = [notNormalized, exponentialForgotten]

  /// e^z taken for softmax.
  static let notNormalized = Slip(
    "not-normalized", Words(en: "softmax not divided by the sum", zh: "softmax 没有除以总和")
  ) { context in
    guard context.line.stage == .forward, case .divide(let top, let bottom) = context.formula,
      case .variable(let name) = bottom, context.symbol(name)?.base == "S"
    else { return nil }
    return top
  }

  /// z taken for e^z.
  static let exponentialForgotten = Slip(
    "exponential-forgotten", Words(en: "the exponential left out", zh: "漏掉指数函数"), in: .forward
  ) { part in
    if case .call("exp", let arguments) = part { arguments[0] } else { nil }
  }

  static func batchNorm(samples: Int) -> [Slip] {
    [
      Slip(
        "epsilon-left-out", Words(en: "ε left out", zh: "漏掉 ε"), in: .forward
      ) { part in
        if case .call("sqrt", let arguments) = part, case .add(let variance, _) = arguments[0] {
          .call("sqrt", [variance])
        } else {
          nil
        }
      },
      Slip(
        "epsilon-outside", Words(en: "ε outside the root", zh: "ε 写在根号外"), in: .forward
      ) { part in
        if case .call("sqrt", let arguments) = part,
          case .add(let variance, let epsilon) = arguments[0]
        {
          .add(.call("sqrt", [variance]), epsilon)
        } else {
          nil
        }
      },
      rootLeftOut,
      Slip(
        "divided-by-one-less",
        Words(en: "the variance divided by m − 1 instead of m", zh: "方差除以 m − 1 而不是 m")
      ) { context in
        guard context.line.calculation.key == "σ",
          case .divide(let sum, .number(Double(samples))) = context.formula
        else { return nil }
        return .divide(sum, .number(Double(samples - 1)))
      },
    ]
  }

  /// √x taken for x.
  static let rootLeftOut = Slip(
    "root-left-out", Words(en: "the root left out", zh: "漏掉开方")
  ) { part in
    if case .call("sqrt", let arguments) = part { arguments[0] } else { nil }
  }

  static let dropout = [
    Slip(
      "keep-and-drop", Words(en: "1 − p instead of p", zh: "把 p 写成了 1 − p")
    ) { context in
      context.replacing { name in
        context.symbol(name)?.base == "p" ? .subtract(.number(1), .variable(name)) : nil
      }
    },
    Slip(
      "scale-left-out", Words(en: "the factor p left out", zh: "漏掉因子 p")
    ) { context in
      context.replacing { context.symbol($0)?.base == "p" ? .number(1) : nil }
    },
  ]

  static let convolution = [kernelFlipped, paddingForgotten, strideForgotten, oneForgotten]

  /// The filter turned round, as in mathematics' convolution.
  static let kernelFlipped = Slip(
    "kernel-flipped",
    Words(
      en: "the filter turned round (the course's convolution is cross-correlation)",
      zh: "卷积核翻转了（课程中的卷积是互相关）")
  ) { context in
    guard context.line.stage == .forward else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      let shape = context.shape(name)
      guard let entry, context.symbol(name)?.base == "k", shape.count == 4 else { return nil }
      let size = shape[2] * shape[3]
      return .variable(Calculation.variable(key, entry / size * size + size - 1 - entry % size))
    }
  }

  static let paddingForgotten = Slip(
    "padding-forgotten", Words(en: "the padding left out", zh: "漏掉填充")
  ) { context in
    context.replacing { context.symbol($0)?.base == "p" ? .number(0) : nil }
  }

  static let strideForgotten = Slip(
    "stride-forgotten", Words(en: "the stride left out", zh: "漏掉步长")
  ) { context in
    context.replacing { context.symbol($0)?.base == "s" ? .number(1) : nil }
  }

  /// floor(…) + 1 without the 1, or the bias of each filter not counted.
  static let oneForgotten = Slip(
    "one-forgotten", Words(en: "the 1 that is added left out", zh: "漏加 1"), in: .forward
  ) { part in
    if case .add(let a, .number(1)) = part { a } else { nil }
  }

  static let pooling = [
    Slip(
      "mean-for-maximum", Words(en: "the mean taken for the maximum", zh: "把最大值写成了平均值")
    ) { context in
      guard context.line.stage == .forward else { return nil }
      return context.formula.rewriting { part in
        guard case .call("max", let members) = part, members.count > 1 else { return nil }
        let sum = members.dropFirst().reduce(members[0]) { .add($0, $1) }
        return .divide(sum, .number(Double(members.count)))
      }
    },
    Slip(
      "maximum-for-mean", Words(en: "the maximum taken for the mean", zh: "把平均值写成了最大值")
    ) { context in
      guard context.line.stage == .forward, case .divide(let sum, .number) = context.formula else {
        return nil
      }
      return .call("max", sum.terms)
    },
    Slip(
      "sum-for-mean", Words(en: "the sum taken for the mean", zh: "把平均值写成了总和")
    ) { context in
      guard context.line.stage == .forward, case .divide(let sum, .number) = context.formula else {
        return nil
      }
      return sum
    },
  ]
}

extension Expression {
  /// The terms of a sum.
  var terms: [Expression] {
    if case .add(let a, let b) = self { a.terms + b.terms } else { [self] }
  }
}
