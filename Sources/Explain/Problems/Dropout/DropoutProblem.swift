import Autodiff

/// Dropout of given activations with a given mask: training, test, and why the two fit together.
///
/// - Source: Srivastava et al. 2014, "Dropout", section 4.
public struct DropoutProblem: Problem {
  public static let kind = "dropout"

  /// The activations.
  public var activations: [Double]
  /// 1 where a unit is kept, 0 where it is dropped.
  public var mask: [Double]
  /// The probability of keeping a unit.
  public var keep: Double
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - activations: The activations.
  ///   - mask: 1 where a unit is kept, 0 where it is dropped.
  ///   - keep: The probability of keeping a unit, above 0 and at most 1.
  ///   - title: The heading.
  public init(activations: [Double], mask: [Double], keep: Double, title: Prose? = nil) {
    self.activations = activations
    self.mask = mask
    self.keep = keep
    self.title = title
  }

  /// Both forms, their expectations and gradients.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    guard (1...32).contains(activations.count) else {
      throw ProblemError(
        "activations", "found \(activations.count), expected from 1 to 32 to be shown")
    }
    try ProblemError.checkFinite(activations, "activations")
    guard mask.count == activations.count, mask.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw ProblemError("mask", "expected \(activations.count) ones and zeros, one a unit")
    }
    guard keep > 0, keep <= 1 else {
      throw ProblemError("keep", "found \(keep), expected above 0 and at most 1")
    }
    let sheet = Worksheet(options, isIndexed: options.form != .matrix)
    var solution = Solution(
      kind: Self.kind,
      title: title
        ?? Prose(en: "Dropout with a given mask", zh: "给定掩码的随机失活 (dropout)"))
    sheet.give(Name.units("a", "a").withGradient(), NDArray(activations))
    sheet.give(Name.units("m", "m"), NDArray(mask))
    sheet.give("p", Symbol("p"), keep)
    solution.symbols = [
      .init(
        symbol: .symbol(Symbol("a", "j")),
        meaning: Prose(en: "\(Term.activation) of unit j", zh: "单元 j 的\(Term.activation)"),
        shape: [activations.count]),
      .init(
        symbol: .symbol(Symbol("m", "j")),
        meaning: Prose(
          en: "mask: 1 where unit j is kept, else 0", zh: "掩码：保留单元 j 时为 1，否则为 0"),
        shape: [activations.count]),
      .init(
        symbol: .symbol(Symbol("p")),
        meaning: Prose(en: "probability of keeping a unit", zh: "保留一个单元的概率"), shape: []),
    ]
    solution.sections.append(
      Section(
        Prose(en: "Given", zh: "已知"),
        ["a", "m", "p"].flatMap(sheet.given) + [
          .note(
            Prose(
              en: """
                The notes use p once for the probability of dropping and once of keeping. Here \
                p keeps; the factor in testing is the keep probability.
                """,
              zh: "讲义中的 p 有时指关闭概率，有时指保留概率。这里 p 是保留概率；测试时乘的也是保留概率。"))
        ]))
    func name(_ key: String, _ accent: Symbol.Accent, _ word: String) -> Name {
      Name(key, whole: .symbol(Symbol("a", word, accent: accent, isMatrix: true))) { index in
        .symbol(Symbol("a", "\(index.last! + 1)", word, accent: accent))
      }
    }
    let training = name("training", .tilde, "train").withGradient()
    let inverted = name("inverted", .tilde, "inv").withGradient()
    let recording = sheet.record(
      inputs: ["a", "m", "p"], named: [training, inverted, Name(scalar: "L", Symbol("L"))]
    ) { variables, marks in run(variables, &marks) }
    solution.sections.append(
      Section(
        Prose(en: "The course's form", zh: "讲义的形式"),
        [
          .prose(
            Prose(
              en: "In training, dropped units give 0:", zh: "训练时，被关闭的单元输出 0："))
        ] + sheet.value("training", in: recording).blocks() + [
          .prose(
            Prose(
              en: "In testing, all units work and every activation is multiplied by p:",
              zh: "测试时使用全部单元，激活值乘以 p："))
        ]
          + sheet.define(
            name("test", .bar, "test"), .multiply(.variable("p"), .variable("a")), .forward
          ).blocks(boxed: true)))
    solution.sections.append(
      Section(
        Prose(en: "The inverted form", zh: "反向缩放形式 (inverted dropout)"),
        [
          .prose(
            Prose(
              en: "Libraries divide by p in training instead, and change nothing in testing:",
              zh: "各种库改为在训练时除以 p，测试时不作改变："))
        ] + sheet.value("inverted", in: recording).blocks(boxed: true)))
    let sum = Symbol("E", "train")
    var expectation: [Block] = [
      .prose(
        Prose(
          en: """
            Why p: over all masks a unit's mean output in training is p·a + (1 − p)·0, which is \
            what testing gives; in the inverted form it is \(Symbol("a")) in both.
            """,
          zh: """
            为什么乘 p：对所有掩码取平均，训练时单元的期望输出为 p·a + (1 − p)·0，与测试时一致；\
            反向缩放形式中两者都是 a。
            """))
    ]
    expectation +=
      sheet.define(
        Name("expected", whole: .symbol(sum)) { index in
          .symbol(Symbol("E", "\(index.last! + 1)"))
        },
        .add(
          .multiply(.variable("p"), .variable("a")),
          .multiply(.subtract(.number(1), .variable("p")), .number(0))), .forward
      ).blocks()
    solution.sections.append(
      Section(Prose(en: "The expectations agree", zh: "期望一致"), expectation))
    var backward: [Block] = [
      .prose(
        Prose(
          en: """
            Backward, for the sum L of the outputs of both forms: a dropped unit gets no \
            gradient.
            """,
          zh: "反向：取 L 为两种形式的输出之和；被关闭的单元没有梯度。"))
    ]
    backward += sheet.gradient("inverted", in: recording).blocks()
    backward += sheet.gradient("training", in: recording).blocks()
    backward += sheet.gradient("a", in: recording).blocks(boxed: true)
    solution.sections.append(
      Section(Prose(en: "Backward pass", zh: "\(Term.backwardPass)"), backward))
    solution.results = [
      ("training", Value(sheet.array("training"))), ("test", Value(sheet.array("test"))),
      ("inverted", Value(sheet.array("inverted"))),
    ]
    let found = DifferenceCheck(
      at: [sheet.array("a")], gradients: [sheet.array(GraphReader.gradient("a"))]
    ) {
      var marks: [String: Tensor] = [:]
      return run(
        ["a": Tensor($0[0]), "m": Tensor(sheet.array("m")), "p": Tensor(sheet.array("p"))], &marks
      ).item
    }
    solution.check.lines.append(.differences(found.disagreement))
    // Every mask, weighted by its probability, where there are few enough.
    if activations.count <= 12 {
      var mean = [Double](repeating: 0, count: activations.count)
      for bits in 0..<(1 << activations.count) {
        let kept = bits.nonzeroBitCount
        var weight = 1.0
        for _ in 0..<kept { weight *= keep }
        for _ in kept..<activations.count { weight *= 1 - keep }
        for unit in mean.indices where bits >> unit & 1 == 1 {
          mean[unit] += weight * activations[unit]
        }
      }
      solution.check.lines.append(
        .numbers(
          Prose(
            en: "test output against the mean over all \(1 << activations.count) masks",
            zh: "测试输出与全部 \(1 << activations.count) 种掩码的平均"),
          sheet.array("test").doubles, mean))
    }
    return solution
  }

  private func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    let kept = variables["a"]! * variables["m"]!
    marks["training"] = kept
    let inverted = kept / variables["p"]!
    marks["inverted"] = inverted
    let loss = kept.sum() + inverted.sum()
    marks["L"] = loss
    return loss
  }
}
