import Explain

// Slips of computational graphs.

extension Slip {
  /// Those of a computational graph.
  static let expression: [Slip] = [
    notSwitched, localForgotten, upstreamForgotten, firstBranch, secondBranch, gateBoth,
    gateReversed, minimumTaken, factorTwo,
  ]

  /// A multiply gate that gives each input itself in place of the other.
  private static let notSwitched = Slip(
    "not-switched",
    Words(
      en: "the multiply gate's inputs not exchanged: the gradient times the other input",
      zh: "乘法门没有交换输入：应乘以另一个输入")
  ) { context in
    guard context.line.stage == .backward else { return nil }
    let own = String(context.key.dropFirst())
    return context.formula.rewriting { part in
      // exp's gradient has the gate's own output there.
      guard case .multiply(.variable(let upstream), .variable(let other)) = part,
        upstream.hasPrefix("∂"), upstream.dropFirst() != other, other != own
      else { return nil }
      return .multiply(.variable(upstream), .variable(own))
    }
  }

  /// The upstream gradient passed on as it is.
  private static let localForgotten = Slip(
    "local-forgotten", Words(en: "the local gradient left out", zh: "漏乘局部梯度")
  ) { context in
    guard context.line.stage == .backward,
      let upstream = context.formula.variables.first(where: { $0.hasPrefix("∂") }),
      context.formula.variables.count(where: { $0.hasPrefix("∂") }) == 1
    else { return nil }
    return .variable(upstream)
  }

  /// The first share of a branch alone.
  private static let firstBranch = branch { first, _ in first }
  /// The second share of a branch alone.
  private static let secondBranch = branch { _, second in second }

  private static func branch(
    _ kept: @escaping @Sendable (Expression, Expression) -> Expression
  ) -> Slip {
    Slip(
      "branch-forgotten",
      Words(en: "one branch's gradient left out of the sum", zh: "分支处漏加一条路径的梯度")
    ) { context in
      guard context.line.stage == .backward else { return nil }
      switch context.formula {
      case .add(let a, let b): return kept(a, b)
      case .subtract(let a, let b): return kept(a, .negate(b))
      default: return nil
      }
    }
  }

  private static let comparisons = ["greater", "less", "atleast", "atmost"]

  /// A max gate that passes the gradient to both inputs.
  private static let gateBoth = Slip(
    "gate-passes-both",
    Words(en: "the max gate's gradient passed to both inputs", zh: "最大值门把梯度传给了两个输入"),
    in: .backward
  ) { part in
    guard case .call(let name, _) = part, comparisons.contains(name) else { return nil }
    return .number(1)
  }

  /// A max gate that passes the gradient to the smaller input.
  private static let gateReversed = Slip(
    "gate-reversed",
    Words(en: "the max gate's gradient passed to the input not taken", zh: "最大值门把梯度传给了未选中的输入"),
    in: .backward
  ) { part in
    guard case .call(let name, _) = part, comparisons.contains(name) else { return nil }
    return .subtract(.number(1), part)
  }

  /// The smaller input in place of the larger.
  private static let minimumTaken = Slip(
    "minimum-for-maximum", Words(en: "the minimum taken for the maximum", zh: "把最大值写成了最小值"),
    in: .forward
  ) { part in
    if case .call("max", let members) = part { .call("min", members) } else { nil }
  }

  /// x in place of 2x, the slope of x².
  private static let factorTwo = Slip(
    "factor-two", Words(en: "the factor 2 of the square's derivative left out", zh: "漏掉平方求导的因子 2"),
    in: .backward
  ) { part in
    if case .multiply(.number(2), let x) = part { x } else { nil }
  }
}
