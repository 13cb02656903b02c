import Autodiff

/// Batch normalization of a batch: training forward and back, running statistics, test.
///
/// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithms 1 and 2.
public struct BatchNormProblem: Problem {
  public static let kind = "batch-norm"

  /// The layer's linear outputs z, a row a sample.
  public var input: [[Double]]
  /// γ, a number a unit; ones where nil.
  public var scale: [Double]?
  /// β, a number a unit; zeros where nil.
  public var shift: [Double]?
  /// ε under the root.
  public var epsilon: Double
  /// The share of the new value in the running statistics (PyTorch's momentum).
  public var momentum: Double
  /// The gradient that comes back to the output; ones where nil.
  public var upstream: [[Double]]?
  /// A sample that is normalised by the running statistics; none where nil.
  public var test: [Double]?
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - input: The layer's linear outputs z, a row a sample.
  ///   - scale: γ, a number a unit.
  ///   - shift: β, a number a unit.
  ///   - epsilon: ε under the root.
  ///   - momentum: The share of the new value in the running statistics, from 0 to 1.
  ///   - upstream: The gradient that comes back to the output.
  ///   - test: A sample that is normalised by the running statistics.
  ///   - title: The heading.
  public init(
    input: [[Double]], scale: [Double]? = nil, shift: [Double]? = nil, epsilon: Double = 1e-5,
    momentum: Double = 0.1, upstream: [[Double]]? = nil, test: [Double]? = nil,
    title: Prose? = nil
  ) {
    self.input = input
    self.scale = scale
    self.shift = shift
    self.epsilon = epsilon
    self.momentum = momentum
    self.upstream = upstream
    self.test = test
    self.title = title
  }

  private func validate() throws {
    let (count, width) = (input.count, input.first?.count ?? 0)
    guard count >= 2, width >= 1 else {
      throw ProblemError(
        "input", "found \(count) samples, expected two at least: one has variance 0")
    }
    guard count <= 16, width <= 8 else {
      throw ProblemError(
        "input", "found \(count)×\(width) numbers, which is too large to show: at most 16×8")
    }
    for (row, numbers) in input.enumerated() where numbers.count != width {
      throw ProblemError("input[\(row)]", "found \(numbers.count) numbers, expected \(width)")
    }
    try ProblemError.checkFinite(input.flatMap { $0 }, "input")
    for (name, numbers) in [("scale", scale), ("shift", shift), ("test", test)] {
      guard let numbers else { continue }
      guard numbers.count == width else {
        throw ProblemError(name, "found \(numbers.count) numbers, expected \(width), one a unit")
      }
      try ProblemError.checkFinite(numbers, name)
    }
    if let upstream {
      guard upstream.count == count, upstream.allSatisfy({ $0.count == width }) else {
        throw ProblemError("upstream", "expected \(count) rows of \(width) numbers as in input")
      }
      try ProblemError.checkFinite(upstream.flatMap { $0 }, "upstream")
    }
    guard epsilon >= 0, epsilon <= 1 else {
      throw ProblemError("epsilon", "found \(epsilon), expected from 0 to 1")
    }
    guard (0...1).contains(momentum) else {
      throw ProblemError("momentum", "found \(momentum), expected from 0 to 1")
    }
    for unit in 0..<width where epsilon == 0 && Set(input.map { $0[unit] }).count == 1 {
      throw ProblemError(
        "epsilon",
        "found 0, expected above 0: unit \(unit + 1) has variance 0 and would be divided by 0")
    }
  }

  /// Training forward and back, the running statistics, and the test.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    try validate()
    let (count, width) = (input.count, input[0].count)
    let sheet = Worksheet(options, isIndexed: options.form != .matrix)
    var solution = Solution(
      kind: Self.kind,
      title: title
        ?? Prose(
          en: "Batch normalization of \(count) samples", zh: "\(count) 个样本的批规范化"))
    let names = [
      Name.rows("z", "z", count: count).withGradient(), Name.units("γ", "γ").withGradient(),
      Name.units("β", "β").withGradient(), Name.rows("g", "g", count: count),
    ]
    sheet.give(names[0], NDArray(input.flatMap { $0 }, shape: [count, width]))
    sheet.give(
      names[1], NDArray(scale ?? [Double](repeating: 1, count: width), shape: [1, width]))
    sheet.give(
      names[2], NDArray(shift ?? [Double](repeating: 0, count: width), shape: [1, width]))
    sheet.give(
      names[3],
      NDArray(
        upstream?.flatMap { $0 } ?? [Double](repeating: 1, count: count * width),
        shape: [count, width]))
    sheet.give("ε", Symbol("ε"), epsilon)
    sheet.give("α", Symbol("α"), momentum)
    var given = ["z", "γ", "β", "ε", "α"].flatMap(sheet.given)
    if upstream != nil { given += sheet.given("g") }
    describe(&solution, count, width)
    solution.sections.append(Section(Prose(en: "Given", zh: "已知"), given))

    let marks = [
      Name.units("μ", "μ").withGradient(), Name.units("σ", "σ", power: 2).withGradient(),
      Name.rows("n", "z", count: count, accent: .hat).withGradient(),
      Name.rows("h", "h", count: count).withGradient(), Name(scalar: "L", Symbol("L")),
    ]
    let inputs = ["z", "γ", "β", "ε", "g"]
    let recording = sheet.record(inputs: inputs, named: marks) { variables, marks in
      run(variables, &marks)
    }
    var forward: [Block] = []
    for (key, english, chinese) in [
      ("μ", "Step 1, the batch's mean of each unit:", "第 1 步，每个单元在批内的均值："),
      (
        "σ", "Step 2, its variance, divided by the number of samples m:",
        "第 2 步，方差（除以样本数 m）："
      ),
      ("n", "Step 3, normalise: mean 0, variance 1.", "第 3 步，规范化：均值 0、方差 1。"),
      (
        "h", "Step 4, scale and shift, both learned:", "第 4 步，可学习的缩放与平移："
      ),
    ] {
      forward.append(.prose(Prose(en: "\(english)", zh: "\(chinese)")))
      forward += sheet.value(key, in: recording).blocks(boxed: key == "h")
    }
    forward.append(
      .note(
        Prose(
          en: """
            The course's first formula has √ε + mean(Z̃²) under the line; right is √(σ² + ε), \
            as in its own derivation.
            """,
          zh: "讲义的第一个公式在分母写作 √ε + mean(Z̃²)；正确的是 √(σ² + ε)，与其后的推导一致。")))
    solution.sections.append(
      Section(Prose(en: "Training: forward pass", zh: "训练：\(Term.forwardPass)"), forward))
    backward(sheet, recording, &solution)
    running(sheet, options, count, width, &solution)
    solution.results =
      [
        ("output", Value(sheet.array("h"))), ("mean", Value(sheet.array("μ"))),
        ("variance", Value(sheet.array("σ"))),
        ("input_gradient", Value(sheet.array(GraphReader.gradient("z")))),
        ("scale_gradient", Value(sheet.array(GraphReader.gradient("γ")))),
        ("shift_gradient", Value(sheet.array(GraphReader.gradient("β")))),
        ("running_mean", Value(sheet.array("rm"))),
        ("running_variance", Value(sheet.array("rv"))),
      ] + (test == nil ? [] : [("test_output", Value(sheet.array("ht")))])
    check(sheet, &solution)
    return solution
  }

  private func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    let z = variables["z"]!
    let mean = z.mean(axes: [0], keepingAxes: true)
    marks["μ"] = mean
    let centered = z - mean
    let variance = centered.squared().mean(axes: [0], keepingAxes: true)
    marks["σ"] = variance
    let standard = centered / (variance + variables["ε"]!).squareRoot()
    marks["n"] = standard
    let output = variables["γ"]! * standard + variables["β"]!
    marks["h"] = output
    let loss = (output * variables["g"]!).sum()
    marks["L"] = loss
    return loss
  }

  private func describe(_ solution: inout Solution, _ count: Int, _ width: Int) {
    func entry(_ symbol: MathNode, _ english: Prose.Run, _ chinese: Prose.Run, _ shape: [Int]) {
      solution.symbols.append(
        .init(symbol: symbol, meaning: Prose(en: english, zh: chinese), shape: shape))
    }
    entry(
      .symbol(Symbol("z", "j")), "linear output of unit j for a sample",
      "单元 j 对某个样本的线性输出", [count, width])
    entry(.symbol(Symbol("μ", "j")), "mean of unit j over the batch", "单元 j 的批均值", [width])
    entry(
      .power(.symbol(Symbol("σ", "j")), .number("2")), "variance of unit j over the batch",
      "单元 j 的批方差", [width])
    entry(
      .symbol(Symbol("γ", "j")), "scale, trainable", "缩放，可训练参数", [width])
    entry(.symbol(Symbol("β", "j")), "shift, trainable", "平移，可训练参数", [width])
    entry(
      .symbol(Symbol("ε")), "hyperparameter that keeps from dividing by 0", "超参数，防止除以零", [])
    entry(
      .symbol(Symbol("α")), "hyperparameter, the \(Term.momentum) of the running statistics",
      "超参数，全局统计量的\(Term.momentum)", [])
  }

  private func backward(
    _ sheet: Worksheet, _ recording: Worksheet.Recording, _ solution: inout Solution
  ) {
    var blocks: [Block] = [
      .prose(
        upstream == nil
          ? Prose(
            en: """
              For the loss L that is the sum of all outputs: every upstream gradient is 1. (A \
              constant gradient is all taken away by the normalisation.)
              """,
            zh: "取损失 L 为全部输出之和，上游梯度都是 1。（常数梯度会被规范化完全抵消。）")
          : Prose(
            en: "With the \(Term.upstreamGradient) g given.", zh: "给定\(Term.upstreamGradient) g。"))
    ]
    for (key, english, chinese) in [
      ("h", "The output's gradient:", "输出的梯度："),
      ("γ", "γ and β get sums over the batch:", "γ 与 β 的梯度对整批求和："),
      ("β", "", ""),
      ("n", "On to the normalised values:", "传到规范化后的值："),
      (
        "σ", "The variance took part in every sample:", "方差参与了每个样本："
      ),
      (
        "μ",
        "So did the mean; what comes by way of the variance adds up to 0 up to rounding:",
        "均值也是；经由方差的那部分合计为 0（舍入除外）："
      ),
      (
        "z", "Each z by three ways: directly, by the variance and by the mean:",
        "每个 z 有三条路径：直接、经由方差、经由均值："
      ),
    ] {
      if !english.isEmpty { blocks.append(.prose(Prose(en: "\(english)", zh: "\(chinese)"))) }
      blocks += sheet.gradient(key, in: recording).blocks(boxed: ["γ", "β", "z"].contains(key))
    }
    solution.sections.append(
      Section(Prose(en: "Training: backward pass", zh: "训练：\(Term.backwardPass)"), blocks))
  }

  /// Running statistics after this one batch, and the test by them.
  private func running(
    _ sheet: Worksheet, _ options: ExplainOptions, _ count: Int, _ width: Int,
    _ solution: inout Solution
  ) {
    func initial(_ key: String, _ base: String, _ value: Double, power: Int? = nil) {
      var symbol = Symbol(base, accent: .bar, iteration: 0)
      symbol.isMatrix = false
      sheet.give(
        statistic(key, base, power: power, iteration: 0),
        NDArray(repeating: value, shape: [1, width], dtype: .float64))
    }
    initial("rm0", "μ", 0)
    initial("rv0", "σ", 1, power: 2)
    func moved(_ old: String, _ new: Expression) -> Expression {
      .add(
        .multiply(.subtract(.number(1), .variable("α")), .variable(old)),
        .multiply(.variable("α"), new))
    }
    // PyTorch and Keras keep different variances.
    let isUnbiased = options.convention == .pytorch
    let variance: Expression =
      isUnbiased
      ? .multiply(.variable("σ"), .number(Double(count) / Double(count - 1))) : .variable("σ")
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            Beside the training, running statistics are kept, from mean 0 and variance 1 at the \
            start; \(isUnbiased ? "PyTorch takes the unbiased variance (divided by m − 1) here" : "the course takes the batch's own variance here").
            """,
          zh: "训练的同时累积全局统计量，初值为均值 0、方差 1；\(isUnbiased ? "PyTorch 在此用无偏方差（除以 m − 1）" : "讲义在此用批内方差")。"
        ))
    ]
    blocks +=
      sheet.define(
        statistic("rm", "μ", iteration: 1), moved("rm0", .variable("μ")), .update
      ).blocks()
    blocks +=
      sheet.define(
        statistic("rv", "σ", power: 2, iteration: 1), moved("rv0", variance), .update
      ).blocks()
    if let test {
      sheet.give(Name.units("zt", "z"), NDArray(test, shape: [1, width]))
      blocks.append(
        .prose(
          Prose(
            en: """
              In testing the batch does not count: a sample is normalised by the running mean \
              and variance.
              """,
            zh: "测试时不看当前批次：用训练时累积的全局均值和方差来规范化。")))
      blocks += sheet.given("zt")
      blocks +=
        sheet.define(
          Name.units("ht", "h"),
          .add(
            .divide(
              .multiply(.variable("γ"), .subtract(.variable("zt"), .variable("rm"))),
              .call("sqrt", [.add(.variable("rv"), .variable("ε"))])), .variable("β")), .forward
        ).blocks(boxed: true)
    }
    solution.sections.append(
      Section(Prose(en: "Running statistics and test", zh: "全局统计量与测试"), blocks))
  }

  private func statistic(
    _ key: String, _ base: String, power: Int? = nil, iteration: Int
  ) -> Name {
    func node(_ symbol: Symbol) -> MathNode {
      power.map { .power(.symbol(symbol), .number("\($0)")) } ?? .symbol(symbol)
    }
    return Name(
      key, whole: node(Symbol(base, accent: .bar, iteration: iteration, isMatrix: true))
    ) { index in
      node(Symbol(base, "\(index.last! + 1)", accent: .bar, iteration: iteration))
    }
  }

  private func check(_ sheet: Worksheet, _ solution: inout Solution) {
    let wanted = ["z", "γ", "β"]
    let found = DifferenceCheck(
      at: wanted.map(sheet.array), gradients: wanted.map { sheet.array(GraphReader.gradient($0)) }
    ) { arrays in
      var variables = Dictionary(uniqueKeysWithValues: zip(wanted, arrays.map { Tensor($0) }))
      for key in ["ε", "g"] { variables[key] = Tensor(sheet.array(key)) }
      var marks: [String: Tensor] = [:]
      return run(variables, &marks).item
    }
    solution.check.lines.append(.differences(found.disagreement))
    // The library's own operation, one formula for all three steps.
    let width = input[0].count
    let (_, gradients) = valueWithGradients(at: wanted.map(sheet.array)) { tensors in
      let output = tensors[0].batchNormalization(
        scale: tensors[1].reshaped([width]), offset: tensors[2].reshaped([width]),
        epsilon: epsilon
      ).value
      return (output * Tensor(sheet.array("g"))).sum()
    }
    solution.check.lines.append(
      .numbers(
        Prose(
          en: "gradient of z against the library's batch normalization, one formula",
          zh: "z 的梯度与库中批规范化的单一公式"),
        sheet.array(GraphReader.gradient("z")).doubles, gradients[0].doubles, tolerance: 1e-11))
  }
}
