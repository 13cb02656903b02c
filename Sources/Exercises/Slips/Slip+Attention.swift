import Explain

// Slips of attention and of the positional encoding.

extension Slip {
  /// Those of an attention layer.
  static func attention(_ problem: AttentionProblem) -> [Slip] {
    [
      scaleForgotten, scaleWithoutRoot, softmaxNotNormalized, softmaxWithoutExponential,
      softmaxOverQueries, maskForgotten, plainMean, scoresForWeights, keysForValues,
      otherProjection, otherHead, softmaxSlope,
    ]
  }

  /// A key's letters without the number of its head.
  private static func letters(_ key: String) -> String { key.filter { !$0.isNumber } }

  static let scaleForgotten = Slip(
    "scale-forgotten", Words(en: "the division by √d left out", zh: "漏除 √d")
  ) { context in
    guard letters(context.key) == "e" else { return nil }
    return context.formula.rewriting { part in
      if case .divide(let sum, .call("sqrt", _)) = part { sum } else { nil }
    }
  }

  static let scaleWithoutRoot = Slip(
    "scale-without-root", Words(en: "divided by d instead of √d", zh: "除以 d 而不是 √d")
  ) { context in
    guard letters(context.key) == "e" else { return nil }
    return context.formula.rewriting { part in
      if case .call("sqrt", let d) = part { d[0] } else { nil }
    }
  }

  static let softmaxNotNormalized = Slip(
    "softmax-not-normalized",
    Words(en: "softmax without the division by the sum", zh: "softmax 漏除以总和")
  ) { context in
    guard ["a", "H", "prob"].contains(letters(context.key)) || context.key.contains(".a") else {
      return nil
    }
    return context.formula.rewriting { part in
      if case .divide(.call("exp", let x), _) = part { .call("exp", x) } else { nil }
    }
  }

  static let softmaxWithoutExponential = Slip(
    "softmax-without-exponential", Words(en: "softmax without the exponential", zh: "softmax 漏掉指数")
  ) { context in
    guard letters(context.key) == "a" else { return nil }
    return context.formula.rewriting { part in
      if case .call("exp", let x) = part { x[0] } else { nil }
    }
  }

  /// The sum over a key's column in place of a query's row.
  static let softmaxOverQueries = Slip(
    "softmax-over-queries",
    Words(en: "softmax over the queries instead of the keys", zh: "softmax 对查询而不是对键进行")
  ) { context in
    guard letters(context.key) == "a", let entry = context.line.entry,
      case .divide(let power, _) = context.formula, case .call("exp", let x) = power,
      case .variable(let score) = x[0]
    else { return nil }
    let (key, _) = Calculation.reference(score)
    let shape = context.line.calculation.shape
    guard shape.count == 2, shape[0] > 1 else { return nil }
    let column = (0..<shape[0]).map { row in
      Expression.call(
        "exp", [.variable(Calculation.variable(key, row * shape[1] + entry % shape[1]))])
    }
    return .divide(power, column.dropFirst().reduce(column[0]) { .add($0, $1) })
  }

  static let maskForgotten = Slip(
    "mask-forgotten", Words(en: "the mask left out", zh: "漏掉掩码")
  ) { context in
    guard letters(context.key) == "a" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard letters(key) == "f" else { return nil }
      let score = "e" + key.dropFirst()
      return .variable(entry.map { Calculation.variable(score, $0) } ?? score)
    }
  }

  static let plainMean = Slip(
    "plain-mean", Words(en: "the values' plain mean without the weights", zh: "没有用权重，只取了值的平均")
  ) { context in
    guard letters(context.key) == "c" else { return nil }
    return context.replacing { name in
      guard letters(Calculation.reference(name).key) == "a", let keys = context.shape(name).last
      else { return nil }
      return .number(1 / Double(keys))
    }
  }

  static let scoresForWeights = Slip(
    "scores-for-weights", Words(en: "the scores in place of the weights", zh: "用分数代替了权重")
  ) { context in
    guard letters(context.key) == "c" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard letters(key) == "a" else { return nil }
      let score = "e" + key.dropFirst()
      return .variable(entry.map { Calculation.variable(score, $0) } ?? score)
    }
  }

  static let keysForValues = Slip(
    "keys-for-values", Words(en: "the keys in place of the values", zh: "用键代替了值")
  ) { context in
    guard letters(context.key) == "c" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      let other = "k" + key.dropFirst()
      guard letters(key) == "v", context.workings.key[other]?.shape == context.shape(name) else {
        return nil
      }
      return .variable(entry.map { Calculation.variable(other, $0) } ?? other)
    }
  }

  static let otherProjection = Slip(
    "other-projection", Words(en: "W_Q, W_K and W_V mixed up", zh: "混淆了 W_Q、W_K 与 W_V")
  ) { context in
    context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard let other = ["wq": "wk", "wk": "wq", "wv": "wk"][letters(key)] else { return nil }
      let changed = other + key.dropFirst(2)
      guard context.line.stage == .forward,
        context.workings.key[changed]?.shape == context.shape(name)
      else { return nil }
      return .variable(entry.map { Calculation.variable(changed, $0) } ?? changed)
    }
  }

  /// The first head's weights on another head's values.
  static let otherHead = Slip(
    "other-head", Words(en: "the weights of another head", zh: "用了另一个头的权重")
  ) { context in
    guard letters(context.key) == "c" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      guard letters(key) == "a", let head = Int(key.dropFirst()) else { return nil }
      let other = "a\(head == 1 ? 2 : 1)"
      return .variable(entry.map { Calculation.variable(other, $0) } ?? other)
    }
  }

  /// a·∂L/∂a without the weighted mean taken off.
  static let softmaxSlope = Slip(
    "softmax-jacobian",
    Words(en: "the weighted mean not taken off in softmax's gradient", zh: "softmax 的梯度漏减加权平均")
  ) { context in
    guard context.key.hasPrefix("∂"), ["e", "f"].contains(letters(String(context.key.dropFirst())))
    else { return nil }
    return context.formula.rewriting { part in
      switch part {
      case .subtract(.variable(let own), let mean)
      where own.hasPrefix("∂a") && mean.variables.contains { $0.hasPrefix("∂a") }:
        .variable(own)
      default: nil
      }
    }
  }

  // MARK: Positional encoding

  /// Those of the positional encoding.
  static let positionalEncoding: [Slip] = [
    sineForCosine, exponentWithoutTwo, pairsFromOne, wavelengthForFrequency, placesFromOne, degrees,
    encodingMultiplied,
  ]

  static let sineForCosine = at(
    ["S", "C"], "sine-for-cosine", Words(en: "sine and cosine swapped", zh: "正弦与余弦互换")
  ) { part in
    switch part {
    case .call("sin", let angle): .call("cos", angle)
    case .call("cos", let angle): .call("sin", angle)
    default: nil
    }
  }

  /// i/d for 2i/d.
  static let exponentWithoutTwo = at(
    ["ω"], "exponent-without-two",
    Words(en: "the factor 2 left out of the exponent", zh: "指数中漏掉因子 2")
  ) { part in
    if case .multiply(.number(2), let index) = part { index } else { nil }
  }

  static let pairsFromOne = at(
    ["ω"], "pairs-from-one", Words(en: "the pairs counted from 1", zh: "对的编号从 1 开始计数")
  ) { part in
    guard case .variable(let name) = part, Calculation.reference(name).key == "i" else {
      return nil
    }
    return .add(part, .number(1))
  }

  static let wavelengthForFrequency = at(
    ["ω"], "wavelength-for-frequency",
    Words(en: "B^(2i/d) not inverted", zh: "B^(2i/d) 没有取倒数")
  ) { part in
    if case .divide(.number(1), let power) = part { power } else { nil }
  }

  static let placesFromOne = at(
    ["S", "C"], "places-from-one", Words(en: "the places counted from 1", zh: "位置从 1 开始计数")
  ) { part in
    guard case .variable(let name) = part, Calculation.reference(name).key == "pos" else {
      return nil
    }
    return .add(part, .number(1))
  }

  static let degrees = at(
    ["S", "C"], "degrees", Words(en: "angles in degrees instead of radians", zh: "角度用了度而不是弧度")
  ) { part in
    guard case .call(let name, let angle) = part, name == "sin" || name == "cos" else { return nil }
    return .call(name, [.multiply(angle[0], .number(.pi / 180))])
  }

  static let encodingMultiplied = at(
    ["he", "ho"], "encoding-multiplied",
    Words(en: "the encoding multiplied instead of added", zh: "位置编码应相加却相乘")
  ) { part in
    if case .add(let x, let encoding) = part { .multiply(x, encoding) } else { nil }
  }
}
