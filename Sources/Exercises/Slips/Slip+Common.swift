import Explain
import Foundation

// Slips that any calculation may have.

extension Slip {
  /// All that are looked for in every calculation.
  package static let common: [Slip] = [
    gradientSign, missingSlope, missingActivation, transposed, commonLogarithm, biasForgotten,
  ]

  /// The gradient with the wrong sign, or a step up the loss instead of down.
  static let gradientSign = Slip(
    "gradient-sign", Words(en: "the sign of the gradient", zh: "梯度的符号错误")
  ) { context in
    switch context.line.stage {
    case .forward: return nil
    case .backward: return .negate(context.formula)
    case .update:
      // The subtraction that has the learning rate on its right side.
      return context.formula.rewriting { part in
        guard case .subtract(let a, let b) = part,
          b.contains({ part in
            if case .variable(let name) = part { context.symbol(name)?.base == "η" } else { false }
          }),
          !a.contains({ part in if case .number(1) = part { a == part } else { false } })
        else { return nil }
        return .add(a, b)
      }
    }
  }

  /// The slope of the activation function left out of the chain.
  static let missingSlope = Slip(
    "missing-slope",
    Words(en: "the derivative of the activation function left out", zh: "漏乘激活函数的导数")
  ) { context in
    guard context.line.stage == .backward else { return nil }
    return context.formula.rewriting { part in
      switch part {
      case .variable(let name) where Calculation.reference(name).key.hasSuffix("′"):
        return .number(1)
      // a·(1 − a) of the sigmoid, 1 − a² of tanh, where they stand in the chain.
      case .multiply(let chain, .multiply(let a, .subtract(.number(1), let b))) where a == b:
        return chain
      case .multiply(.multiply(let chain, let a), .subtract(.number(1), let b)) where a == b:
        return chain
      case .multiply(let chain, .subtract(.number(1), .power(_, .number(2)))): return chain
      case .multiply(.subtract(.number(1), .power(_, .number(2))), let chain): return chain
      default: return nil
      }
    }
  }

  /// z taken for a.
  static let missingActivation = Slip(
    "missing-activation", Words(en: "the activation function left out", zh: "漏掉激活函数"),
    in: .forward
  ) { part in
    guard case .call(_, let arguments) = part, let name = part.calledFunction else { return nil }
    switch (name, arguments.count) {
    case ("sigmoid", 1), ("tanh", 1), ("relu", 1): return arguments[0]
    case ("max", 2) where arguments[1] == .number(0): return arguments[0]
    case ("max", 2) where arguments[0] == .number(0): return arguments[1]
    default: return nil
    }
  }

  /// A square matrix read by columns.
  static let transposed = Slip(
    "transposed-matrix", Words(en: "a matrix transposed", zh: "矩阵写成了转置")
  ) { context in
    var chosen: String?
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      let shape = context.shape(name)
      guard let entry, shape.count == 2, shape[0] == shape[1], shape[0] > 1,
        chosen == nil || chosen == key
      else { return nil }
      let (row, column) = (entry / shape[1], entry % shape[1])
      if row == column, chosen == nil { return nil }
      chosen = key
      return .variable(Calculation.variable(key, column * shape[1] + row))
    }
  }

  /// Base 10 in place of e.
  static let commonLogarithm = Slip(
    "log-base",
    Words(en: "the logarithm to base 10 instead of the natural one", zh: "用了常用对数而不是自然对数")
  ) { part in
    guard case .call("log", let arguments) = part else { return nil }
    return .divide(.call("log", arguments), .number(log(10)))
  }

  /// b left out.
  static let biasForgotten = Slip(
    "bias-forgotten", Words(en: "the bias left out", zh: "漏加偏置")
  ) { context in
    guard context.line.stage == .forward else { return nil }
    return context.replacing { context.symbol($0)?.base == "b" ? .number(0) : nil }
  }
}
