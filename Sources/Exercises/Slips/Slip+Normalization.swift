import Explain

// Slips of batch normalization.

extension Slip {
  /// Those of batch normalization, forward, back and in testing.
  static func batchNorm(samples: Int) -> [Slip] {
    [
      epsilonLeftOut, epsilonOutside, rootLeftOut, oneLess(samples), sumForMean(samples),
      meanNotSubtracted, scaleAndShift, sharesExchanged, batchInTesting, variancePath, meanPath,
    ]
  }

  /// ε = 0.
  private static let epsilonLeftOut = Slip(
    "epsilon-left-out", Words(en: "ε left out", zh: "漏掉 ε")
  ) { context in
    context.replacing { $0 == "ε" ? .number(0) : nil }
  }

  /// √σ² + ε, as the course's first formula has it.
  private static let epsilonOutside = Slip(
    "epsilon-outside", Words(en: "ε outside the root", zh: "ε 写在根号外")
  ) { part in
    guard case .call("sqrt", let arguments) = part,
      case .add(let variance, let epsilon) = arguments[0]
    else { return nil }
    return .add(.call("sqrt", [variance]), epsilon)
  }

  /// x in place of √x.
  static let rootLeftOut = Slip(
    "root-left-out", Words(en: "the root left out", zh: "漏掉开方")
  ) { part in
    if case .call("sqrt", let arguments) = part { arguments[0] } else { nil }
  }

  /// m − 1 in place of m.
  private static func oneLess(_ samples: Int) -> Slip {
    Slip(
      "divided-by-one-less",
      Words(en: "the variance divided by m − 1 instead of m", zh: "方差除以 m − 1 而不是 m")
    ) { context in
      let factor = Double(samples) / Double(samples - 1)
      return context.key == "σ" ? .multiply(.number(factor), context.formula) : nil
    }
  }

  /// The sum in place of the mean.
  private static func sumForMean(_ samples: Int) -> Slip {
    Slip(
      "sum-for-mean", Words(en: "the sum taken for the mean", zh: "把平均值写成了总和")
    ) { context in
      ["μ", "σ"].contains(context.key)
        ? .multiply(.number(Double(samples)), context.formula) : nil
    }
  }

  /// z in place of z − μ.
  private static let meanNotSubtracted = Slip(
    "mean-not-subtracted", Words(en: "the mean not subtracted", zh: "没有减去均值"), in: .forward
  ) { part in
    guard case .subtract(let z, .variable(let mean)) = part,
      ["μ", "rm"].contains(Calculation.reference(mean).key)
    else { return nil }
    return z
  }

  /// βẑ + γ in place of γẑ + β.
  private static let scaleAndShift = Slip(
    "scale-and-shift", Words(en: "γ and β exchanged", zh: "γ 与 β 弄反"), in: .forward
  ) { part in
    guard case .add(.multiply(let scale, let z), let shift) = part else { return nil }
    return .add(.multiply(shift, z), scale)
  }

  /// α and 1 − α exchanged.
  private static let sharesExchanged = Slip(
    "shares-exchanged",
    Words(en: "α and 1 − α exchanged in the running statistics", zh: "全局统计量中 α 与 1 − α 弄反")
  ) { context in
    context.replacing { $0 == "α" ? .subtract(.number(1), .variable("α")) : nil }
  }

  /// The batch's mean and variance in testing.
  private static let batchInTesting = Slip(
    "batch-in-testing",
    Words(en: "the batch's statistics used in testing", zh: "测试时用了批内统计量")
  ) { context in
    guard context.key == "ht" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard let own = ["rm": "μ", "rv": "σ"][key] else { return nil }
      return .variable(entry.map { Calculation.variable(own, $0) } ?? own)
    }
  }

  /// The gradient by z without what comes by the variance.
  private static let variancePath = path(
    "∂σ", "variance-path", Words(en: "the way by the variance left out", zh: "漏掉经由方差的路径"))

  /// The gradient by z without what comes by the mean.
  private static let meanPath = path(
    "∂μ", "mean-path", Words(en: "the way by the mean left out", zh: "漏掉经由均值的路径"))

  private static func path(_ key: String, _ name: String, _ words: Words) -> Slip {
    Slip(name, words) { context in
      guard context.key == "∂z" else { return nil }
      return context.replacing { Calculation.reference($0).key == key ? .number(0) : nil }
    }
  }
}
