import Explain

// Slips of matrices, Newton's method and principal components.

extension Slip {
  /// Those of calculations with matrices.
  static let linearAlgebra: [Slip] = [
    determinantSign, notDivided, cofactorSign, notTransposed, otherDiagonal, elementByElement,
    discriminantSign, halfForgotten, traceSign, rootLeftOut, lengthForgotten, signsKept,
    sumForMaximum, eigenvalueForSingular,
  ]

  /// ad + bc in place of ad − bc.
  private static let determinantSign = Slip(
    "determinant-sign", Words(en: "a plus sign in the determinant", zh: "行列式中用了加号")
  ) { context in
    guard ["det", "C"].contains(where: { context.letters.hasPrefix($0) }) else { return nil }
    return context.formula.rewriting { part in
      guard case .subtract(.multiply(let a, let d), let other) = part else { return nil }
      switch other {
      case .multiply, .power(_, .number(2)): return .add(.multiply(a, d), other)
      default: return nil
      }
    }
  }

  /// The adjugate in place of the inverse, the numerators of Cramer's rule in place of its quotients.
  private static let notDivided = Slip(
    "not-divided", Words(en: "not divided by the determinant", zh: "没有除以行列式")
  ) { part in
    guard case .divide(let top, .variable(let name)) = part,
      name == "det" || name.hasSuffix(".det")
    else { return nil }
    return top
  }

  private static let cofactorSign = Slip(
    "cofactor-sign", Words(en: "the sign of a cofactor", zh: "代数余子式的符号错误")
  ) { context in
    // The covariance is C as a whole.
    context.letters == "C" && context.key != "C" ? .negate(context.formula) : nil
  }

  private static let notTransposed = Slip(
    "not-transposed", Words(en: "the cofactors not transposed", zh: "代数余子式矩阵没有转置")
  ) { context in
    guard ["adj", "inv"].contains(context.key) else { return nil }
    return context.formula.rewriting { part in
      switch part {
      case .call(_, let arguments) where part.calledFunction == "transpose": arguments[0]
      case .variable("adj"): .variable("cof")
      default: nil
      }
    }
  }

  /// The trace along the other diagonal.
  private static let otherDiagonal = Slip(
    "other-diagonal", Words(en: "the other diagonal", zh: "用了副对角线")
  ) { context in
    guard context.key == "tr" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard let entry, let size = context.shape(name).last else { return nil }
      let row = entry / size
      return .variable(Calculation.variable(key, row * size + size - 1 - row))
    }
  }

  /// aᵢⱼbᵢⱼ in place of row times column.
  private static let elementByElement = Slip(
    "element-by-element",
    Words(en: "multiplied element by element instead of row by column", zh: "逐元素相乘而不是行乘列")
  ) { context in
    guard context.key == "AB", let entry = context.line.entry,
      context.shape("A@0") == context.shape("B@0")
    else { return nil }
    return .multiply(
      .variable(Calculation.variable("A", entry)), .variable(Calculation.variable("B", entry)))
  }

  /// tr² + 4 det in place of tr² − 4 det.
  private static let discriminantSign = Slip(
    "discriminant-sign", Words(en: "a plus sign in the discriminant", zh: "判别式中用了加号")
  ) { part in
    guard
      case .subtract(.power(let trace, .number(2)), .multiply(.number(4), let determinant)) = part
    else { return nil }
    return .add(.power(trace, .number(2)), .multiply(.number(4), determinant))
  }

  private static let halfForgotten = Slip(
    "half-forgotten", Words(en: "the half of the quadratic formula left out", zh: "求根公式漏除以 2")
  ) { context in
    guard context.letters == "λ", case .divide(let top, .number(2)) = context.formula else {
      return nil
    }
    return top
  }

  private static let traceSign = Slip(
    "trace-sign", Words(en: "the sign of the trace in the quadratic formula", zh: "求根公式中迹的符号错误")
  ) { context in
    guard context.letters == "λ" else { return nil }
    return context.replacing { $0 == "tr" ? .negate(.variable("tr")) : nil }
  }

  /// An eigenvector of another length than 1.
  private static let lengthForgotten = Slip(
    "length-forgotten", Words(en: "the vector not divided by its length", zh: "特征向量没有单位化")
  ) { context in
    guard context.letters == "v" else { return nil }
    return context.formula.rewriting { part in
      if case .divide(let entry, .variable) = part { entry } else { nil }
    }
  }

  private static let signsKept = Slip(
    "signs-kept", Words(en: "the magnitudes left out", zh: "漏取绝对值")
  ) { part in
    if case .call("abs", let arguments) = part { arguments[0] } else { nil }
  }

  private static let sumForMaximum = Slip(
    "sum-for-maximum", Words(en: "the sum taken for the maximum", zh: "把最大值写成了总和")
  ) { part in
    guard case .call("max", let members) = part, members.count > 1, members[1] != .number(0) else {
      return nil
    }
    return members.dropFirst().reduce(members[0]) { .add($0, $1) }
  }

  private static let eigenvalueForSingular = Slip(
    "eigenvalue-for-singular-value",
    Words(en: "the eigenvalue of AᵀA without its root", zh: "把 AᵀA 的特征值当成奇异值（没有开方）")
  ) { context in
    guard context.key == "norm2" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard key == "σ", let entry else { return nil }
      return .variable(Calculation.variable("eigen", entry))
    }
  }

  // MARK: Newton's method

  /// Those of Newton's method.
  static let newton: [Slip] = [
    gradientStep, hessianForInverse, stepSign, notDivided, mixedForgotten, diagonalKept,
    determinantSign,
  ]

  /// −g in place of −H⁻¹g.
  private static let gradientStep = Slip(
    "gradient-step",
    Words(en: "the gradient taken for Newton's step: no inverse", zh: "用梯度代替牛顿步：没有求逆")
  ) { context in
    guard let (step, index) = context.newtonStep else { return nil }
    return .negate(.variable("t\(step).g\(index)"))
  }

  /// −Hg in place of −H⁻¹g.
  private static let hessianForInverse = Slip(
    "hessian-for-inverse",
    Words(en: "multiplied by the Hessian instead of its inverse", zh: "乘了 Hessian 矩阵而不是它的逆")
  ) { context in
    guard let (step, index) = context.newtonStep else { return nil }
    let count = (0..<3).filter { context.workings.key["t\(step).g\($0)"] != nil }.count
    let terms = (0..<count).map { other -> Expression in
      .multiply(
        .variable("t\(step).H\(min(index, other))\(max(index, other))"),
        .variable("t\(step).g\(other)"))
    }
    return .negate(terms.dropFirst().reduce(terms[0]) { .add($0, $1) })
  }

  /// H⁻¹g in place of −H⁻¹g, x − p in place of x + p.
  private static let stepSign = Slip(
    "step-sign", Words(en: "the sign of the step", zh: "牛顿步的符号错误")
  ) { context in
    switch context.formula {
    case .negate(let step) where context.newtonStep != nil: step
    case .add(.variable(let x), .variable(let step)) where step.contains(".p"):
      .subtract(.variable(x), .variable(step))
    default: nil
    }
  }

  /// H without what stands off its diagonal.
  private static let mixedForgotten = Slip(
    "mixed-forgotten", Words(en: "the mixed second derivative left out", zh: "漏掉混合二阶导数")
  ) { context in
    guard context.line.stage == .update else { return nil }
    return context.replacing { name in
      ["H01", "H02", "H12"].contains { name.hasSuffix("." + $0) } ? .number(0) : nil
    }
  }

  /// The inverse of a 2×2 matrix without its diagonal's exchange.
  private static let diagonalKept = Slip(
    "diagonal-kept",
    Words(en: "the diagonal not exchanged in the inverse", zh: "求逆时主对角线元素没有互换")
  ) { context in
    guard let (step, _) = context.newtonStep, context.workings.key["t\(step).g2"] == nil else {
      return nil
    }
    return context.replacing { name in
      switch name {
      case "t\(step).H00" where context.formula.variables.contains("t\(step).det"):
        .variable("t\(step).H11")
      case "t\(step).H11": .variable("t\(step).H00")
      default: nil
      }
    }
  }

  // MARK: Principal components

  /// Those of principal components.
  static func components(divisor: Int, other: Int) -> [Slip] {
    [
      notCentred, wrongDivisor(divisor, other), determinantSign, discriminantSign, halfForgotten,
      traceSign, rootLeftOut,
    ]
  }

  private static let notCentred = Slip(
    "not-centred", Words(en: "the data not centred", zh: "数据没有中心化")
  ) { context in
    switch context.key {
    case "Z":
      guard case .subtract(let data, _) = context.formula else { return nil }
      return data
    case "C", "K", "T": return context.replacing { $0 == "Z" ? .variable("X") : nil }
    default: return nil
    }
  }

  private static func wrongDivisor(_ divisor: Int, _ other: Int) -> Slip {
    Slip(
      "divisor",
      Words(en: "the wrong divisor, n for n − 1 or the reverse", zh: "除数错误（n 与 n − 1 混淆）")
    ) { context in
      guard ["C", "K"].contains(context.key) else { return nil }
      return context.formula.rewriting { part in
        guard case .divide(let top, .number(Double(divisor))) = part else { return nil }
        return .divide(top, .number(Double(other)))
      }
    }
  }
}

extension SlipContext {
  /// The key without its step and the digits behind: `C` of `C01`, `det` of `t0.det`.
  fileprivate var letters: Substring {
    let name = key.split(separator: ".").last ?? ""
    return name.prefix { !$0.isNumber }
  }

  /// Which entry of which of Newton's steps the line is; nil for other lines.
  fileprivate var newtonStep: (step: Int, index: Int)? {
    let parts = key.split(separator: ".")
    guard parts.count == 2, parts[1].hasPrefix("p"), let index = Int(parts[1].dropFirst()),
      let step = Int(parts[0].dropFirst())
    else { return nil }
    return (step, index)
  }
}
