import Autodiff

/// Softmax of scores, its Jacobian, and with targets the cross-entropy and its gradient.
public struct SoftmaxProblem: Problem {
  public static let kind = "softmax"

  /// Scores, a row a sample.
  public var logits: [[Double]]
  /// Probabilities or one-hot rows; no loss where nil.
  public var target: [[Double]]?
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - logits: Scores, a row a sample.
  ///   - target: Probabilities or one-hot rows; no loss where nil.
  ///   - title: The heading.
  public init(logits: [[Double]], target: [[Double]]? = nil, title: Prose? = nil) {
    self.logits = logits
    self.target = target
    self.title = title
  }

  private static let mostClasses = 12
  private static let mostSamples = 8

  private func validate() throws {
    guard let width = logits.first?.count, width >= 2 else {
      throw ProblemError("logits", "found fewer than two scores, expected two at least")
    }
    guard width <= Self.mostClasses, logits.count <= Self.mostSamples else {
      throw ProblemError(
        "logits",
        "found \(logits.count)×\(width) scores, which is too large to show: at most "
          + "\(Self.mostSamples) samples of \(Self.mostClasses) classes")
    }
    for (row, numbers) in logits.enumerated() where numbers.count != width {
      throw ProblemError("logits[\(row)]", "found \(numbers.count) scores, expected \(width)")
    }
    try ProblemError.checkFinite(logits.flatMap { $0 }, "logits")
    if let wrong = logits.joined().first(where: { abs($0) > 700 }) {
      throw ProblemError(
        "logits",
        "found \(wrong), whose exponential float64 cannot hold, expected numbers from -700 to 700; "
          + "subtract the largest score from all first, which changes no probability")
    }
    guard let target else { return }
    guard target.count == logits.count else {
      throw ProblemError("target", "found \(target.count) rows for \(logits.count) samples")
    }
    for (row, numbers) in target.enumerated() {
      guard numbers.count == width, numbers.allSatisfy({ $0 >= 0 && $0 <= 1 }),
        abs(numbers.reduce(0, +) - 1) < 1e-6
      else {
        throw ProblemError(
          "target[\(row)]", "found \(numbers), expected \(width) probabilities that add up to 1")
      }
    }
  }

  /// The probabilities, the Jacobian, the loss and its gradient.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    try validate()
    let (rows, width) = (logits.count, logits[0].count)
    let sheet = Worksheet(options, isIndexed: options.form != .matrix)
    var solution = Solution(
      kind: Self.kind,
      title: title
        ?? Prose(
          en: "\(target == nil ? "Softmax" : "Softmax and cross-entropy") of \(width) classes",
          zh: "\(width) 个类别的\(target == nil ? " softmax" : " softmax 与交叉熵")"))
    var z = Name.rows("z", "z", count: rows)
    z = z.withGradient(
      .symbol(Symbol("Δ", isMatrix: true)),
      { .symbol(Symbol("δ", "\($0.last! + 1)", sample: rows > 1 ? $0[0] + 1 : nil)) })
    let p = Name.rows("p", "y", count: rows, accent: .hat).withGradient()
    sheet.give(z, NDArray(logits.flatMap { $0 }, shape: [rows, width]))
    var given = sheet.given("z")
    var inputs = ["z"]
    if let target {
      sheet.give(
        Name.rows("t", "y", count: rows), NDArray(target.flatMap { $0 }, shape: [rows, width]))
      given += sheet.given("t")
      inputs.append("t")
    }
    describe(&solution, rows, width)
    solution.sections.append(Section(Prose(en: "Given", zh: "已知"), given))

    let recording = sheet.record(inputs: inputs, named: [p, Name(scalar: "L", Symbol("L"))]) {
      variables, marks in run(variables, &marks)
    }
    var forward: [Block] = [
      .prose(
        Prose(
          en: """
            Each score is made positive by the exponential; divided by their sum, the numbers \
            add up to 1 and can be read as probabilities.
            """,
          zh: "先用指数函数把每个得分变成正数，再除以它们的总和，于是各数之和为 1，可视为概率。"))
    ]
    sheet.isIndexed = true
    forward +=
      sheet.define(Name.rows("e", "e", count: rows), .call("exp", [.variable("z")]), .forward)
      .blocks()
    sheet.teach("sum#row") { $0[0].sum(axes: [1], keepingAxes: true) }
    forward +=
      sheet.define(
        Name.perRow("S", "S", count: rows), .call("sum#row", [.variable("e")]), .forward
      ).blocks()
    forward += sheet.value(
      "p", in: recording, written: .divide(.variable("e"), .variable("S"))
    ).blocks(boxed: true)
    forward.append(
      .note(
        Prose(
          en: """
            Adding the same number to every score changes nothing: it is a common factor above \
            and below the line. Programs subtract the largest score, so that no exponential overflows.
            """,
          zh: """
            所有得分同时加上一个常数不改变结果，因为它是分子分母的公因子。\
            程序会先减去最大的得分，以免指数溢出。
            """)))
    if target != nil { forward += sheet.value("L", in: recording).blocks() }
    solution.sections.append(Section(Prose(en: "Forward pass", zh: "\(Term.forwardPass)"), forward))
    solution.sections.append(jacobian(sheet, rows, width, &solution))
    if target != nil { backward(sheet, recording, rows, &solution) }
    solution.results = [
      ("probabilities", Value(sheet.array("p"))), ("jacobian", Value(sheet.array("J"))),
    ]
    if target != nil {
      solution.results += [
        ("loss", Value(sheet.array("L"))),
        ("gradient", Value(sheet.array(GraphReader.gradient("z")))),
      ]
    }
    check(sheet, rows, &solution)
    return solution
  }

  private func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    let p = variables["z"]!.softmax(axis: 1)
    marks["p"] = p
    guard let target = variables["t"] else { return p.sum() }
    let loss = -(target * p.log()).sum()
    let mean = logits.count == 1 ? loss : loss / Double(logits.count)
    marks["L"] = mean
    return mean
  }

  private func describe(_ solution: inout Solution, _ rows: Int, _ width: Int) {
    solution.symbols = [
      .init(
        symbol: .symbol(Symbol("z", "j")),
        meaning: Prose(en: "score (logit) of class j", zh: "第 j 类的得分 (logit)"),
        shape: [rows, width]),
      .init(
        symbol: .symbol(Symbol("y", "j", accent: .hat)),
        meaning: Prose(
          en: "predicted probability of class j", zh: "第 j 类的预测概率"), shape: [rows, width]),
    ]
    if target != nil {
      solution.symbols += [
        .init(
          symbol: .symbol(Symbol("y", "j")),
          meaning: Prose(en: "\(Term.target) of class j", zh: "第 j 类的\(Term.target)"),
          shape: [rows, width]),
        .init(
          symbol: .symbol(Symbol("L")),
          meaning: Prose(en: "\(Term.crossEntropy)", zh: "\(Term.crossEntropy)损失"), shape: []),
        .init(
          symbol: .symbol(Symbol("δ", "j")),
          meaning: Prose(
            en: "\(Term.errorSignal): gradient of the loss by z",
            zh: "\(Term.errorSignal)：损失对 z 的梯度"),
          shape: [rows, width]),
      ]
    }
  }

  /// The Jacobian of the first sample, entry by entry.
  private func jacobian(
    _ sheet: Worksheet, _ rows: Int, _ width: Int, _ solution: inout Solution
  ) -> Section {
    func y(_ index: String) -> MathNode { .symbol(Symbol("y", index, accent: .hat)) }
    let rule = MathNode.infix(
      .equals, .derivative(y("i"), .symbol(Symbol("z", "j"))),
      .infix(.times, y("i"), .parentheses(.infix(.minus, .symbol(Symbol("I", "i", "j")), y("j")))))
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            Every probability depends on every score, so the derivative is a \(Term.jacobian) \
            \(rule), with I the identity matrix\(rows > 1 ? "; for sample 1" : ""):
            """,
          zh: """
            每个概率都依赖所有得分，因此导数是\(Term.jacobian) \(rule)，其中 I 为单位矩阵\
            \(rows > 1 ? "；以样本 1 为例" : "")：
            """))
    ]
    sheet.teach("slice#first") { $0[0].sliced(axis: 0, 0..<1) }
    sheet.teach("transpose#first") { $0[0].transposed() }
    let identity = (0..<width * width).map { $0 / width == $0 % width ? 1.0 : 0 }
    sheet.giveConstant("constant:I", NDArray(identity, shape: [width, width]))
    let first = Expression.call("slice#first", [.variable("p")])
    let name = Name("J", whole: .symbol(Symbol("J", isMatrix: true))) { index in
      .derivative(
        .symbol(
          Symbol("y", "\(index[0] + 1)", accent: .hat, sample: rows > 1 ? 1 : nil)),
        .symbol(Symbol("z", "\(index[1] + 1)", sample: rows > 1 ? 1 : nil)))
    }
    blocks +=
      sheet.define(
        name,
        .multiply(
          .call("transpose#first", [first]), .subtract(.variable("constant:I"), first)), .backward
      ).blocks()
    return Section(Prose(en: "The Jacobian of softmax", zh: "softmax 的雅可比矩阵"), blocks)
  }

  private func backward(
    _ sheet: Worksheet, _ recording: Worksheet.Recording, _ rows: Int, _ solution: inout Solution
  ) {
    var blocks = sheet.gradient("p", in: recording).blocks()
    blocks.append(
      .prose(
        Prose(
          en: "The long way, through the \(Term.jacobian):",
          zh: "完整推导：通过\(Term.jacobian)：")))
    blocks += sheet.gradient("z", in: recording).map { step in
      var step = step
      step.id += ".chain"
      return .step(step)
    }
    blocks.append(
      .prose(
        Prose(
          en: """
            The shortcut: since the targets add up to 1, all of it comes to the difference of \
            prediction and target:
            """,
          zh: "捷径：由于目标之和为 1，上式化简为预测值与目标值之差：")))
    let difference = Expression.subtract(.variable("p"), .variable("t"))
    blocks += sheet.gradient(
      "z", in: recording,
      written: rows == 1 ? difference : .divide(difference, .number(Double(rows)))
    ).blocks(boxed: true)
    solution.sections.append(
      Section(Prose(en: "Backward pass", zh: "\(Term.backwardPass)"), blocks))
  }

  private func check(_ sheet: Worksheet, _ rows: Int, _ solution: inout Solution) {
    let z = sheet.array("z")
    let probabilities = sheet.array("p")
    solution.check.lines.append(
      .numbers(
        Prose(en: "each row of probabilities adds up to 1", zh: "每行概率之和为 1"),
        probabilities.sum(axes: [1]).doubles, [Double](repeating: 1, count: rows)))
    let first = NDArray(logits[0])
    solution.check.lines.append(
      .numbers(
        Prose(
          en: "the Jacobian against the tape's, row by row", zh: "雅可比矩阵与计算带逐行求导的结果"),
        sheet.array("J").doubles,
        Autodiff.jacobian(at: first) { $0.softmax(axis: 0) }.jacobian.doubles))
    guard target != nil else { return }
    let found = DifferenceCheck(at: [z], gradients: [sheet.array(GraphReader.gradient("z"))]) {
      var marks: [String: Tensor] = [:]
      return run(["z": Tensor($0[0]), "t": Tensor(sheet.array("t"))], &marks).item
    }
    solution.check.lines.append(.differences(found.disagreement))
  }
}
