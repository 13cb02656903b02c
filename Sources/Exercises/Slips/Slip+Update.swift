import Explain

// Slips of regularization, losses and updates.

extension Slip {
  /// Those of a network with its loss and update.
  package static func network(loss: NetworkProblem.Loss, samples: Int) -> [Slip] {
    [lambdaForgotten, lambdaNotTimesRate, earlyUpdate, errorFactor(loss)]
      + (samples > 1 ? [batchSum(samples)] : [])
  }

  /// λ = 0.
  static let lambdaForgotten = Slip(
    "lambda-forgotten", Words(en: "the regularization left out", zh: "漏掉正则化项")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.replacing { context.symbol($0)?.base == "λ" ? .number(0) : nil }
  }

  /// λ taken off the weight without the learning rate.
  static let lambdaNotTimesRate = Slip(
    "lambda-not-times-rate",
    Words(en: "λ not multiplied by the learning rate", zh: "λ 没有乘学习率")
  ) { context in
    guard context.line.stage == .update else { return nil }
    func isNamed(_ part: Expression, _ base: String) -> Bool {
      if case .variable(let name) = part { context.symbol(name)?.base == base } else { false }
    }
    // (1 − λη)·w → (1 − λ)·w
    if let decay = context.formula.rewriting({ part in
      if case .multiply(let a, let b) = part, isNamed(a, "λ"), isNamed(b, "η") { a } else { nil }
    }) {
      return decay
    }
    // w − η·g, where g has λ in it on a line of its own: w − η·g₀ − (g − g₀)
    guard case .subtract(let weight, .multiply(let rate, .variable(let total))) = context.formula,
      isNamed(rate, "η"),
      let line = context.workings.lines.first(where: {
        Expression.variable(total).uses($0.calculation)
      }),
      let data = SlipContext(line: line, formula: line.formula, workings: context.workings)
        .replacing({ name in
          let symbol = line.calculation.inputs.first {
            $0.key == Calculation.reference(name).key
          }?.symbol
          guard case .symbol(let symbol) = symbol, symbol.base == "λ" else { return nil }
          return .number(0)
        })
    else { return nil }
    return .subtract(
      .subtract(weight, .multiply(rate, data)), .subtract(.variable(total), data))
  }

  /// A gradient taken with a weight that has been updated already.
  static let earlyUpdate = Slip(
    "early-update",
    Words(en: "an updated weight used before its time", zh: "过早使用了更新后的权重")
  ) { context in
    guard context.line.stage == .backward else { return nil }
    let updated = context.workings.updatedKeys
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard let new = updated[key] else { return nil }
      return .variable(entry.map { Calculation.variable(new, $0) } ?? new)
    }
  }

  /// The factor of the squared error: 1/n, 2/n or ½.
  static func errorFactor(_ loss: NetworkProblem.Loss) -> Slip {
    Slip(
      "error-factor",
      Words(
        en: "the constant factor of the squared error (1/n, 2/n or ½)",
        zh: "平方误差的常数因子（1/n、2/n 或 ½）错误")
    ) { context in
      let factor: Double
      switch (loss, context.line.stage) {
      case (.halfSquaredError, .forward): factor = 2
      case (.halfSquaredError, .backward): factor = 2
      case (.meanSquaredError, .forward): factor = 0.5
      case (.meanSquaredError, .backward): factor = 0.5
      default: return nil
      }
      // Lines in which prediction and target meet.
      let meets = context.formula.contains { part in
        guard case .subtract(_, .variable(let name)) = part else { return false }
        return context.symbol(name)?.base == "y"
      }
      return meets ? .multiply(.number(factor), context.formula) : nil
    }
  }

  /// The sum over the samples in place of their mean.
  static func batchSum(_ samples: Int) -> Slip {
    Slip(
      "batch-sum", Words(en: "the sum over the samples instead of the mean", zh: "对样本求和而没有取平均")
    ) { context in
      guard context.line.stage != .update else { return nil }
      let meets = context.formula.contains { part in
        guard case .subtract(_, .variable(let name)) = part else { return false }
        return context.symbol(name)?.base == "y"
      }
      return meets ? .multiply(.number(Double(samples)), context.formula) : nil
    }
  }
}

extension Workings {
  /// The keys of a network's updated parameters by the keys that they had before.
  var updatedKeys: [String: String] {
    var result: [String: String] = [:]
    for line in lines where line.stage == .update {
      let parts = line.calculation.key.split(separator: ".")
      // t2.new.layers.0.weight
      guard parts.count == 5, parts[1] == "new", let iteration = Int(parts[0].dropFirst())
      else { continue }
      let letter = parts[4] == "weight" ? "w" : "b"
      let first = "t\(iteration).\(letter)\(parts[3])"
      let later = "t\(iteration - 1).new.\(parts[2]).\(parts[3]).\(parts[4])"
      result[iteration == 1 ? first : later] = line.calculation.key
    }
    return result
  }
}
