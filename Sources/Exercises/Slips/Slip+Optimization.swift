import Explain

// Slips of optimization rules and of the perceptron.

extension Slip {
  /// Those of optimization rules.
  static let optimization: [Slip] = [
    momentumForgotten, momentumSign, lookAheadForgotten, oldState, rateForgotten, squareForgotten,
    rootLeftOut, accumulationForgotten, sharesOfState, correctionForgotten, correctionExponent,
    growthAndShrinkage,
  ]

  /// μ = 0.
  private static let momentumForgotten = Slip(
    "momentum-forgotten", Words(en: "the earlier velocity left out", zh: "漏掉之前的速度")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.replacing { $0 == "μ" ? .number(0) : nil }
  }

  /// −μv in place of μv.
  private static let momentumSign = Slip(
    "momentum-sign", Words(en: "the sign of the momentum", zh: "动量项的符号错误")
  ) { context in
    context.replacing { $0 == "μ" ? .negate(.variable("μ")) : nil }
  }

  /// Nesterov's gradient at the weight itself.
  private static let lookAheadForgotten = Slip(
    "look-ahead-forgotten",
    Words(en: "the gradient taken at w instead of ahead of it", zh: "梯度取在 w 处而不是前瞻点")
  ) { context in
    guard context.line.stage == .backward else { return nil }
    return context.replacing { name in
      // r0.t2.look.w is ahead of r0.t1.w; in the first step both are the start.
      let parts = name.split(separator: ".")
      guard parts.count == 4, parts[2] == "look", let step = Int(parts[1].dropFirst()), step > 1
      else { return nil }
      return .variable("\(parts[0]).t\(step - 1).\(parts[3])")
    }
  }

  /// The state of the step before.
  private static let oldState = Slip(
    "old-state", Words(en: "the state before this step used", zh: "用了更新前的状态量")
  ) { context in
    let own = context.key.split(separator: ".")
    guard own.count > 2, context.line.stage == .update else { return nil }
    return context.replacing { name in
      let parts = name.split(separator: ".")
      guard parts.count == 4, parts[1] == own[1], ["v", "m", "r", "η"].contains(parts[2]),
        let step = Int(parts[1].dropFirst())
      else { return nil }
      let old = "\(parts[0]).t\(step - 1).\(parts[2]).\(parts[3])"
      return context.workings.key[old] == nil ? nil : .variable(old)
    }
  }

  /// η = 1.
  private static let rateForgotten = Slip(
    "rate-forgotten", Words(en: "the learning rate left out", zh: "漏掉学习率")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.replacing { $0 == "η" ? .number(1) : nil }
  }

  /// g in place of g².
  private static let squareForgotten = Slip(
    "square-forgotten", Words(en: "the gradient not squared", zh: "梯度没有平方")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.formula.rewriting { part in
      guard case .power(.variable(let name), .number(2)) = part, context.symbol(name)?.base == "g"
      else { return nil }
      return .variable(name)
    }
  }

  /// AdaGrad's r without the earlier squares.
  private static let accumulationForgotten = Slip(
    "accumulation-forgotten", Words(en: "the earlier squares left out", zh: "漏掉之前累积的平方")
  ) { context in
    guard context.line.stage == .update,
      case .add(.variable, .power(let gradient, .number(2))) = context.formula
    else { return nil }
    return .power(gradient, .number(2))
  }

  /// β and 1 − β exchanged.
  private static let sharesOfState = Slip(
    "shares-exchanged",
    Words(en: "the share kept and that of the new value exchanged", zh: "保留比例与新值比例弄反")
  ) { context in
    guard context.line.stage == .update,
      case .add(.multiply(.variable(let share), _), .multiply(.subtract(.number(1), _), _)) =
        context.formula
    else { return nil }
    return context.replacing { $0 == share ? .subtract(.number(1), .variable(share)) : nil }
  }

  /// m in place of m̂.
  private static let correctionForgotten = Slip(
    "correction-forgotten", Words(en: "the bias correction left out", zh: "漏掉偏差修正"), in: .update
  ) { part in
    if case .divide(let moment, .subtract(.number(1), _)) = part { moment } else { nil }
  }

  /// 1 − β in place of 1 − βᵗ.
  private static let correctionExponent = Slip(
    "correction-exponent",
    Words(en: "the exponent t of the bias correction left out", zh: "偏差修正漏掉指数 t"), in: .update
  ) { part in
    guard case .subtract(.number(1), .power(let share, _)) = part else { return nil }
    return .subtract(.number(1), share)
  }

  /// Delta-bar-delta's rate grown where it shrinks and shrunk where it grows.
  private static let growthAndShrinkage = Slip(
    "growth-and-shrinkage",
    Words(en: "the rate grown where it shrinks, or the reverse", zh: "学习率该减小时增大，或相反"), in: .update
  ) { part in
    if case .call("step", let arguments) = part {
      .call("step", [.negate(arguments[0])])
    } else {
      nil
    }
  }

  /// Those of the perceptron.
  static let perceptron: [Slip] = [
    updateSign, rateForgotten, inputForgotten, targetForError, thresholdReversed,
    thresholdIncluded, oldWeights,
  ]

  /// ŷ − y in place of y − ŷ.
  private static let updateSign = Slip(
    "update-sign", Words(en: "the sign of the update", zh: "更新的符号错误"), in: .update
  ) { part in
    if case .subtract(let target, let output) = part { .subtract(output, target) } else { nil }
  }

  /// The change of a weight not times its input.
  private static let inputForgotten = Slip(
    "input-forgotten", Words(en: "the input left out of the update", zh: "更新时漏乘输入")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.replacing { context.symbol($0)?.base == "x" ? .number(1) : nil }
  }

  /// y in place of y − ŷ.
  private static let targetForError = Slip(
    "target-for-error", Words(en: "the target taken for the error", zh: "把目标当成误差"), in: .update
  ) { part in
    if case .subtract(let target, _) = part { target } else { nil }
  }

  /// 1 below the threshold.
  private static let thresholdReversed = Slip(
    "threshold-reversed", Words(en: "0 above the threshold and 1 below", zh: "阈值判断弄反"), in: .forward
  ) { part in
    if case .call("step", _) = part { .subtract(.number(1), part) } else { nil }
  }

  /// 1 at the threshold itself.
  private static let thresholdIncluded = Slip(
    "threshold-included", Words(en: "z = 0 taken for class 1", zh: "把 z = 0 判为 1 类"), in: .forward
  ) { part in
    if case .call("step", let arguments) = part {
      .call("atleast", [arguments[0], .number(0)])
    } else {
      nil
    }
  }

  /// The weights before the last update.
  private static let oldWeights = Slip(
    "old-weights", Words(en: "the weights before the last update used", zh: "用了上一次更新之前的权重")
  ) { context in
    guard context.line.stage == .forward else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard let letter = key.first, "wb".contains(letter), let update = Int(key.dropFirst()),
        update > 0
      else { return nil }
      let old = "\(letter)\(update - 1)"
      return .variable(entry.map { Calculation.variable(old, $0) } ?? old)
    }
  }
}
