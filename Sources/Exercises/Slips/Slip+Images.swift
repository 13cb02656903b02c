import Explain

// Slips of convolution and pooling.

extension Slip {
  /// Those of convolution, in numbers and in sizes.
  static let convolution: [Slip] = [
    kernelFlipped, paddingForgotten, paddingOnce, strideForgotten, dilationForgotten, oneForgotten,
    floorForgotten, filterBias, channelsForgotten, upstreamForgotten, onePlace,
  ]

  /// The filter turned round, as in mathematics' convolution; back to the image it has to be.
  private static let kernelFlipped = Slip(
    "kernel-flipped",
    Words(
      en: "the filter turned round (the course's convolution is cross-correlation)",
      zh: "卷积核翻转了（课程中的卷积是互相关）")
  ) { context in
    guard context.key == "y" || context.key == "∂x" else { return nil }
    return context.replacing { name in
      let (key, entry) = Calculation.reference(name)
      let shape = context.shape(name)
      guard key == "k", let entry, shape.count == 4 else { return nil }
      let size = shape[2] * shape[3]
      return .variable(Calculation.variable(key, entry / size * size + size - 1 - entry % size))
    }
  }

  private static func without(
    _ key: String, _ name: String, _ value: Double, _ words: Words
  ) -> Slip {
    Slip(name, words) { context in context.replacing { $0 == key ? .number(value) : nil } }
  }

  private static let paddingForgotten = without(
    "p", "padding-forgotten", 0, Words(en: "the padding left out", zh: "漏掉填充"))

  private static let strideForgotten = without(
    "s", "stride-forgotten", 1, Words(en: "the stride left out", zh: "漏掉步幅"))

  private static let dilationForgotten = without(
    "dil", "dilation-forgotten", 1, Words(en: "the dilation left out", zh: "漏掉空洞率"))

  /// p in place of 2p.
  private static let paddingOnce = Slip(
    "padding-once", Words(en: "the padding of one side alone", zh: "只算了一侧的填充")
  ) { part in
    if case .multiply(.number(2), .variable("p")) = part { .variable("p") } else { nil }
  }

  /// ⌊…⌋ in place of ⌊…⌋ + 1.
  private static let oneForgotten = Slip(
    "one-forgotten", Words(en: "the 1 that is added left out", zh: "漏加 1")
  ) { context in
    guard ["hout", "wout"].contains(context.key),
      case .add(let whole, .number(1)) = context.formula
    else { return nil }
    return whole
  }

  /// The quotient not rounded down.
  private static let floorForgotten = Slip(
    "floor-forgotten", Words(en: "the quotient not rounded down", zh: "除法没有向下取整")
  ) { part in
    guard part.calledFunction == "floor", case .call(_, let arguments) = part else { return nil }
    return arguments[0]
  }

  /// The parameters without a bias a filter.
  private static let filterBias = Slip(
    "filter-bias", Words(en: "the bias of each filter left out", zh: "漏算每个滤波器的偏置")
  ) { context in
    guard context.key == "parameters" else { return nil }
    return context.formula.rewriting { part in
      if case .add(let weights, .number(1)) = part { weights } else { nil }
    }
  }

  /// A filter of one channel.
  private static let channelsForgotten = Slip(
    "channels-forgotten",
    Words(en: "the filter's depth left out: it reaches over all channels", zh: "漏掉滤波器的深度：它覆盖所有通道")
  ) { context in
    if context.key == "y" {
      return context.replacing { name in
        let (key, entry) = Calculation.reference(name)
        let shape = context.shape(name)
        guard key == "x", let entry, entry >= shape[2] * shape[3] else { return nil }
        return .number(0)
      }
    }
    guard ["parameters", "multiplications"].contains(context.key) else { return nil }
    return context.replacing { $0 == "din" ? .number(1) : nil }
  }

  /// 1 in place of the gradient that comes back.
  static let upstreamForgotten = Slip(
    "upstream-forgotten", Words(en: "the upstream gradient left out", zh: "漏乘上游梯度")
  ) { context in
    guard context.line.stage == .backward else { return nil }
    return context.replacing { name in
      Calculation.reference(name).key.hasPrefix("∂") ? .number(1) : nil
    }
  }

  /// A filter's gradient at its first place alone.
  private static let onePlace = Slip(
    "one-place",
    Words(en: "the gradient at one place instead of the sum over all", zh: "只取一个位置的梯度，没有对所有位置求和")
  ) { context in
    guard ["∂k", "∂b"].contains(context.key) else { return nil }
    let terms = context.formula.terms
    return terms.count > 1 ? terms[0] : nil
  }

  /// Where a pooling's windows lie.
  struct Windows: Sendable {
    let shape: [Int]
    let size: [Int]
    let stride: Int

    /// Rows and columns of the output.
    var output: [Int] { [0, 1].map { (shape[$0 + 1] - size[$0]) / stride + 1 } }

    /// The windows that see an entry of the image, by their place in the output.
    func seeing(_ entry: Int) -> [Int] {
      let area = shape[1] * shape[2]
      let (row, column) = (entry % area / shape[2], entry % shape[2])
      let (rows, columns) = (output[0], output[1])
      return (0..<rows * columns).filter { place in
        let (top, left) = (place / columns * stride, place % columns * stride)
        return (top..<top + size[0]).contains(row) && (left..<left + size[1]).contains(column)
      }.map { entry / area * rows * columns + $0 }
    }
  }

  /// Those of pooling.
  static func pooling(_ windows: Windows) -> [Slip] {
    [
      meanForMaximum, minimumForMaximum, maximumForMean, notDivided, gradientShared(windows),
      overlapForgotten, upstreamForgotten,
    ]
  }

  private static let meanForMaximum = Slip(
    "mean-for-maximum", Words(en: "the mean taken for the maximum", zh: "把最大值写成了平均值"),
    in: .forward
  ) { part in
    guard case .call("max", let members) = part, members.count > 1 else { return nil }
    let sum = members.dropFirst().reduce(members[0]) { .add($0, $1) }
    return .divide(sum, .number(Double(members.count)))
  }

  private static let minimumForMaximum = Slip(
    "minimum-for-maximum", Words(en: "the minimum taken for the maximum", zh: "把最大值写成了最小值"),
    in: .forward
  ) { part in
    if case .call("max", let members) = part { .call("min", members) } else { nil }
  }

  private static let maximumForMean = Slip(
    "maximum-for-mean", Words(en: "the maximum taken for the mean", zh: "把平均值写成了最大值"),
    in: .forward
  ) { part in
    guard case .divide(let sum, .number) = part else { return nil }
    return .call("max", sum.terms)
  }

  /// The sum of a window in place of its mean, forward and back.
  private static let notDivided = Slip(
    "window-not-divided",
    Words(en: "not divided by the numbers in a window", zh: "没有除以窗口内的个数")
  ) { part in
    if case .divide(let sum, .number) = part { sum } else { nil }
  }

  /// A maximum's gradient given to all of its window in equal shares.
  private static func gradientShared(_ windows: Windows) -> Slip {
    Slip(
      "gradient-shared",
      Words(en: "the gradient of a maximum shared by its window", zh: "把最大值的梯度平均分给了整个窗口")
    ) { context in
      // A mean's gradient has the division in it.
      let isMean = context.workings.lines.contains { line in
        line.key == "∂x" && line.formula.contains { if case .divide = $0 { true } else { false } }
      }
      guard context.key == "∂x", !isMean, let entry = context.line.entry else { return nil }
      let isSingle = windows.shape[0] * windows.output[0] * windows.output[1] == 1
      let shares = windows.seeing(entry).map {
        Expression.variable(isSingle ? "∂y" : Calculation.variable("∂y", $0))
      }
      guard let first = shares.first else { return nil }
      return .divide(
        shares.dropFirst().reduce(first) { .add($0, $1) },
        .number(Double(windows.size[0] * windows.size[1])))
    }
  }

  /// One of several windows alone.
  private static let overlapForgotten = Slip(
    "overlap-forgotten",
    Words(en: "the gradients of overlapping windows not added", zh: "没有把重叠窗口的梯度相加")
  ) { context in
    guard context.key == "∂x" else { return nil }
    return context.formula.rewriting { part in
      if case .add(_, let last) = part { last } else { nil }
    }
  }
}

extension Expression {
  /// The terms of a sum.
  var terms: [Expression] {
    if case .add(let a, let b) = self { a.terms + b.terms } else { [self] }
  }
}
