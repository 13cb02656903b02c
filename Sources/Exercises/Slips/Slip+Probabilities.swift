import Explain

// Slips of softmax with cross-entropy, and of dropout.

extension Slip {
  /// Those of softmax and cross-entropy.
  static func softmax(samples: Int, classes: Int) -> [Slip] {
    [notNormalized, scoresForExponentials, lossSign, jacobianSign, jacobianDiagonal]
      + (samples > 1 ? [wrongAxis(samples, classes), meanForgotten(samples)] : [])
  }

  /// e in place of e/S.
  private static let notNormalized = Slip(
    "not-normalized", Words(en: "the division by the sum left out", zh: "没有除以总和"), in: .forward
  ) { part in
    guard case .divide(let top, .variable(let sum)) = part,
      Calculation.reference(sum).key == "S"
    else { return nil }
    return top
  }

  /// z in place of e^z.
  private static let scoresForExponentials = Slip(
    "exponential-forgotten", Words(en: "the exponential left out", zh: "漏掉指数函数"), in: .forward
  ) { part in
    guard case .call("exp", let arguments) = part else { return nil }
    return arguments[0]
  }

  /// The cross-entropy without its minus.
  private static let lossSign = Slip(
    "loss-sign", Words(en: "the minus of the cross-entropy left out", zh: "交叉熵漏掉负号")
  ) { context in
    context.key == "L" && context.line.stage == .forward ? .negate(context.formula) : nil
  }

  /// ŷᵢŷⱼ in place of −ŷᵢŷⱼ.
  private static let jacobianSign = Slip(
    "jacobian-sign",
    Words(
      en: "the sign of the Jacobian off its diagonal", zh: "雅可比矩阵非对角元素的符号错误")
  ) { context in
    guard context.key == "J", case .negate(let product) = context.formula else { return nil }
    return product
  }

  /// −ŷᵢ² in place of ŷᵢ(1 − ŷᵢ).
  private static let jacobianDiagonal = Slip(
    "jacobian-diagonal",
    Words(
      en: "the diagonal of the Jacobian taken for an entry off it", zh: "把雅可比矩阵的对角元素当成非对角元素")
  ) { context in
    guard context.key == "J" else { return nil }
    return context.formula.rewriting { part in
      guard case .subtract(.number(1), let own) = part else { return nil }
      return .negate(own)
    }
  }

  /// The sum over the samples of a class in place of that over the classes of a sample.
  private static func wrongAxis(_ samples: Int, _ classes: Int) -> Slip {
    Slip(
      "wrong-axis",
      Words(en: "softmax over the samples instead of the classes", zh: "softmax 的求和方向错误：沿样本而不是类别")
    ) { context in
      guard context.key == "p", let entry = context.line.calculation.entry else { return nil }
      let column = (0..<samples).map {
        Expression.variable(Calculation.variable("e", $0 * classes + entry % classes))
      }
      return .divide(
        .variable(Calculation.variable("e", entry)),
        column.dropFirst().reduce(column[0]) { .add($0, $1) })
    }
  }

  /// The sum over the samples in place of their mean.
  private static func meanForgotten(_ samples: Int) -> Slip {
    Slip(
      "batch-sum", Words(en: "the sum over the samples instead of the mean", zh: "对样本求和而没有取平均")
    ) { context in
      guard ["L", "∂p", "∂z"].contains(context.key) else { return nil }
      return .multiply(.number(Double(samples)), context.formula)
    }
  }

  /// Those of dropout.
  static let dropout: [Slip] = [
    droppedForKept, scaledInversely, scalingForgotten, dropoutMaskForgotten, maskInverted,
  ]

  /// 1 − p in place of p.
  private static let droppedForKept = Slip(
    "dropped-for-kept",
    Words(en: "the probability of dropping used for that of keeping", zh: "把丢弃概率当成保留概率")
  ) { context in
    context.replacing { $0 == "p" ? .subtract(.number(1), .variable("p")) : nil }
  }

  /// ÷p in place of ×p, and the other way round.
  private static let scaledInversely = Slip(
    "scaled-inversely",
    Words(
      en: "multiplied by the keep probability where it divides, or the reverse",
      zh: "该除以保留概率时乘了它，或相反"),
    in: .forward
  ) { part in
    switch part {
    case .multiply(.variable("p"), let a): .divide(a, .variable("p"))
    case .divide(let a, .variable("p")): .multiply(a, .variable("p"))
    default: nil
    }
  }

  /// p = 1.
  private static let scalingForgotten = Slip(
    "scaling-forgotten", Words(en: "the keep probability left out", zh: "漏掉保留概率的缩放")
  ) { context in
    context.replacing { $0 == "p" ? .number(1) : nil }
  }

  /// All units kept.
  private static let dropoutMaskForgotten = Slip(
    "mask-forgotten", Words(en: "the mask left out", zh: "漏乘掩码")
  ) { context in
    context.replacing { Calculation.reference($0).key == "m" ? .number(1) : nil }
  }

  /// Kept units dropped, dropped ones kept.
  private static let maskInverted = Slip(
    "mask-inverted", Words(en: "kept and dropped units exchanged", zh: "保留与丢弃的单元弄反")
  ) { context in
    context.replacing { name in
      Calculation.reference(name).key == "m" ? .subtract(.number(1), .variable(name)) : nil
    }
  }
}
