import Explain

// Slips of recurrent networks.

extension Slip {
  /// Those of every recurrent network.
  static let recurrent: [Slip] = [
    recurrentForgotten, otherStep, halfOfErrorForgotten, pathForgotten(true), pathForgotten(false),
  ]

  /// Those of the vanilla network.
  static let recurrentNetwork: [Slip] = [sumOverTimeForgotten, otherWeight]

  /// Those of the LSTM.
  static let longShortTermMemory: [Slip] = [
    inputForForget, gateForgotten("i"), gateForgotten("f"), gateForgotten("o"), wrongOutputGate,
    otherActivation, oldCell,
  ]

  /// Those of the GRU.
  static let gatedRecurrentUnit: [Slip] = [
    updateSwapped, resetForgotten, resetByUpdate, otherActivation, oldStateForgotten,
  ]

  /// A variable's letters and its step: `h1` is h of step 1.
  private static func timed(_ variable: String) -> (letters: String, step: Int, entry: Int?)? {
    let (key, entry) = Calculation.reference(variable)
    let letters = key.prefix { !$0.isNumber }
    guard !letters.isEmpty, letters.allSatisfy(\.isLetter),
      let step = Int(key.dropFirst(letters.count))
    else { return nil }
    return (String(letters), step, entry)
  }

  private static func variable(_ key: String, _ entry: Int?) -> Expression {
    .variable(entry.map { Calculation.variable(key, $0) } ?? key)
  }

  /// U·h or W_hh·h left out.
  static let recurrentForgotten = Slip(
    "recurrent-forgotten", Words(en: "the last state left out", zh: "漏掉上一状态的项")
  ) { context in
    guard context.line.stage == .forward else { return nil }
    return context.replacing { name in
      let key = Calculation.reference(name).key
      return key == "W_hh" || key.hasPrefix("U_") ? .number(0) : nil
    }
  }

  /// The state or the input of the step before.
  static let otherStep = Slip(
    "other-step", Words(en: "a number of the wrong time step", zh: "用了错误时间步的数")
  ) { context in
    guard context.line.stage == .forward, context.key.hasPrefix("a") || context.key.hasPrefix("z")
    else { return nil }
    return context.replacing { name in
      guard let (letters, step, entry) = timed(name), ["h", "x"].contains(letters) else {
        return nil
      }
      let first = letters == "x" ? 1 : 0
      guard step > first else { return nil }
      return variable("\(letters)\(step - 1)", entry)
    }
  }

  /// ½ of the squared error left out, forwards or as its 2 backwards.
  static let halfOfErrorForgotten = Slip(
    "error-factor", Words(en: "the factor ½ of the squared error", zh: "平方误差的因子 ½ 错误")
  ) { context in
    let isLoss = context.key.hasPrefix("L") && context.key.dropFirst().allSatisfy(\.isNumber)
    // Where a target stands in the formula; the sum of losses has none.
    let hasTarget = context.formula.variables.contains { name in
      timed(name)?.letters == "y"
    }
    let isGradient = context.key.hasPrefix("∂h") || context.key.hasPrefix("∂out")
    guard hasTarget, isLoss || isGradient else { return nil }
    if isLoss { return .multiply(.number(2), context.formula) }
    return context.formula.rewriting { part in
      guard case .subtract(_, .variable(let name)) = part, timed(name)?.letters == "y" else {
        return nil
      }
      return .multiply(.number(2), part)
    }
  }

  /// One step's share taken for a shared weight's whole gradient.
  static let sumOverTimeForgotten = Slip(
    "sum-over-time-forgotten",
    Words(en: "the gradient of one step instead of the sum over time", zh: "只取了一个时间步的梯度，没有对时间求和")
  ) { context in
    guard context.line.stage == .backward,
      context.key.hasPrefix("∂W") || context.key.hasPrefix("∂b"),
      case .add(_, let last) = context.formula
    else { return nil }
    return last
  }

  /// W_xh and W_hh mixed up.
  static let otherWeight = Slip(
    "other-weight", Words(en: "W_xh and W_hh mixed up", zh: "混淆了 W_xh 与 W_hh")
  ) { context in
    context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      // With one unit and one input both are single numbers.
      guard context.shape(name).allSatisfy({ $0 == 1 }) else { return nil }
      switch key {
      case "W_xh": return variable("W_hh", entry)
      case "W_hh": return variable("W_xh", entry)
      default: return nil
      }
    }
  }

  // MARK: LSTM

  /// Replaces gates by others of the same step.
  private static func gates(
    _ line: String, _ name: String, _ words: Words,
    _ rule: @escaping @Sendable (_ letter: String) -> String?
  ) -> Slip {
    Slip(name, words) { context in
      guard context.line.stage == .forward, timed(context.key)?.letters == line else { return nil }
      return context.replacing { name in
        guard let (letters, step, entry) = timed(name), let other = rule(letters) else {
          return nil
        }
        return variable("\(other)\(step)", entry)
      }
    }
  }

  static let inputForForget = gates(
    "c", "gates-swapped",
    Words(en: "the input gate and the forget gate swapped", zh: "输入门与遗忘门互换")
  ) { ["i": "f", "f": "i"][$0] }

  static let wrongOutputGate = gates(
    "h", "wrong-output-gate",
    Words(en: "another gate in place of the output gate", zh: "用别的门代替了输出门")
  ) { $0 == "o" ? "f" : nil }

  /// A gate left out: as if it were 1.
  static func gateForgotten(_ gate: String) -> Slip {
    Slip("gate-forgotten", Words(en: "a gate left out", zh: "漏乘一个门")) { context in
      guard context.line.stage == .forward, ["c", "h"].contains(timed(context.key)?.letters)
      else { return nil }
      return context.replacing { timed($0)?.letters == gate ? .number(1) : nil }
    }
  }

  /// tanh in a gate, or the sigmoid in the candidate.
  static let otherActivation = Slip(
    "other-activation", Words(en: "the sigmoid and tanh mixed up", zh: "混淆了 sigmoid 与 tanh")
  ) { context in
    guard let letters = timed(context.key)?.letters,
      ["i", "f", "o", "g", "z", "r", "n"].contains(letters)
    else { return nil }
    return context.formula.rewriting { part in
      guard case .call(let name, let arguments) = part, part.calledFunction == name else {
        return nil
      }
      switch name {
      case "tanh": return .call("sigmoid", arguments)
      case "sigmoid": return .call("tanh", arguments)
      default: return nil
      }
    }
  }

  /// The cell of the step before read out.
  static let oldCell = Slip(
    "old-cell", Words(en: "the old cell read out instead of the new one", zh: "读出了旧的记忆单元")
  ) { context in
    guard context.line.stage == .forward, timed(context.key)?.letters == "h" else { return nil }
    return context.replacing { name in
      guard let (letters, step, entry) = timed(name), letters == "c" else { return nil }
      return variable("c\(step - 1)", entry)
    }
  }

  // MARK: GRU

  /// z·h₋₁ + (1 − z)·h′.
  static let updateSwapped = Slip(
    "update-gate-swapped", Words(en: "z and 1 − z swapped", zh: "z 与 1 − z 互换")
  ) { context in
    guard context.line.stage == .forward, timed(context.key)?.letters == "h" else { return nil }
    return context.formula.rewriting { part in
      switch part {
      case .subtract(.number(1), let z): return z
      case .variable(let name) where timed(name)?.letters == "z": return .subtract(.number(1), part)
      default: return nil
      }
    }
  }

  static let resetForgotten = Slip(
    "reset-gate-forgotten", Words(en: "the reset gate left out", zh: "漏乘重置门")
  ) { context in
    guard context.line.stage == .forward, timed(context.key)?.letters == "s" else { return nil }
    return context.replacing { timed($0)?.letters == "r" ? .number(1) : nil }
  }

  static let resetByUpdate = gates(
    "s", "reset-by-update-gate",
    Words(en: "the update gate in place of the reset gate", zh: "用更新门代替了重置门")
  ) { $0 == "r" ? "z" : nil }

  /// z·h′ alone.
  static let oldStateForgotten = Slip(
    "old-state-forgotten", Words(en: "the old state left out of the mixture", zh: "混合时漏掉旧状态")
  ) { context in
    guard context.line.stage == .forward, timed(context.key)?.letters == "h",
      case .add(_, let new) = context.formula
    else { return nil }
    return new
  }
}
