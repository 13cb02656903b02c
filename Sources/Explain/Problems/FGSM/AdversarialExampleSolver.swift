import Autodiff

/// Writes the worked solution of an adversarial example.
struct AdversarialExampleSolver {
  let problem: AdversarialExampleProblem
  var writer: SolutionWriter
  var sheet: Worksheet { writer.sheet }
  let naming: NetworkNaming
  let isIndexed: Bool
  /// The class whose loss is differentiated.
  var target: Int
  var kinkCount = 0

  init(_ problem: AdversarialExampleProblem, _ options: ExplainOptions) throws {
    try problem.validate()
    self.problem = problem
    isIndexed = options.form != .matrix
    naming = NetworkNaming(
      form: isIndexed ? .indexed : .matrix, isRowLayout: false, samples: 1,
      countsIterations: false, inputs: problem.input.count)
    writer = SolutionWriter(
      AdversarialExampleProblem.kind,
      problem.title
        ?? Prose(
          en: "An adversarial example for \(problem.input.count) inputs",
          zh: "\(problem.input.count) 维输入的对抗样本"), options, isIndexed: isIndexed)
    target = problem.label ?? 0
  }

  static func x(_ step: Int, prime: Bool = false) -> Symbol {
    Symbol("x", accent: prime ? .tilde : nil, iteration: step == 0 ? nil : step)
  }

  /// A quantity of each input.
  func inputs(_ key: String, _ symbol: Symbol) -> Name {
    var whole = symbol
    whole.isMatrix = true
    return Name(key, whole: .symbol(whole)) { index in
      .symbol(symbol.indexed(index.prefix(1).map { $0 + 1 }))
    }
  }

  var column: Shape { [problem.input.count, 1] }

  mutating func solve() throws -> Solution {
    describe()
    if problem.isLinear {
      try linear()
    } else {
      try attack()
    }
    return writer.finished()
  }

  mutating func describe() {
    let size = [problem.input.count]
    writer.symbol(.symbol(Symbol("x")), "\(Term.input)", "\(Term.input)", size)
    if !problem.isLinear {
      writer.symbol(
        .symbol(Symbol("y")), "\(Term.target): a class, one-hot or 0/1",
        "\(Term.target)：类别（one-hot 或 0/1）", [problem.outputs])
      writer.symbol(
        .symbol(Symbol("y", accent: .hat)), "\(Term.prediction)", "\(Term.prediction)",
        [problem.outputs])
      writer.symbol(.symbol(Symbol("L")), "\(Term.loss)", "\(Term.loss)")
    }
    writer.symbol(.symbol(Symbol("ε")), "largest change of an entry", "每个分量的最大改变量")
    writer.symbol(.symbol(Symbol("r")), "\(Term.perturbation)", "\(Term.perturbation)", size)
    if problem.method != .fgsm {
      writer.symbol(.symbol(Symbol("α")), "size of a step", "步长")
    }
  }

  // MARK: A network

  func geometry() throws -> NetworkProblem.Geometry {
    try problem.network(target).validated()
  }

  func program(_ step: Int) throws -> NetworkProgram {
    NetworkProgram(
      problem.network(target), try geometry(), naming, .course, prefix: "t\(step).")
  }

  mutating func attack() throws {
    writer.begin("Given", "已知")
    let program = try program(0)
    writer.give(inputs("t0.x", Symbol("x")).withGradient(), NDArray(problem.input, shape: column))
    for (path, array) in program.parameters {
      let parts = path.split(separator: ".")
      let layer = program.numbers[Int(parts[1])!]
      let name = naming.parameter(
        program.parameterKey(path), parts[2] == "weight" ? "w" : "b", layer: layer, iteration: 0)
      writer.give(name, program.arranged(array, path: path))
      writer.symbol(
        name.whole,
        parts[2] == "weight"
          ? "\(Term.weight)s of layer \(layer)" : "\(Term.bias) of layer \(layer)",
        parts[2] == "weight"
          ? "第 \(layer) 层的\(Term.weight)" : "第 \(layer) 层的\(Term.bias)",
        Array(array.shape))
    }
    writer.give(Name(scalar: "ε", Symbol("ε")), NDArray(problem.epsilon))
    if problem.method != .fgsm {
      writer.give(Name(scalar: "α", Symbol("α")), NDArray(problem.stepSize ?? problem.epsilon))
    }
    writer.begin("The method", "方法")
    method()
    if problem.method == .leastLikely { try chooseLeastLikely() }
    var losses: [String] = []
    for step in 0..<problem.steps {
      losses.append("t\(step).L")
      try gradient(step)
      try move(step)
    }
    try outcome(losses)
  }

  mutating func method() {
    let x = MathNode.symbol(Symbol("x"))
    let gradient = MathNode.derivative(.symbol(Symbol("L")), x)
    let sign = MathNode.call("sign", [gradient])
    func step(_ size: String) -> MathNode { .infix(.times, .symbol(Symbol(size)), sign) }
    switch problem.method {
    case .fgsm:
      writer.say(
        """
        An \(Term.adversarialExample) by the \(Term.fgsm): the \(Term.gradient) of the \(Term.loss) of \
        the true class by the input; each entry is moved by ε the way that raises the loss.
        """,
        """
        用\(Term.fgsm)构造\(Term.adversarialExample)：求真实类别的\(Term.loss)对输入的\
        \(Term.gradient)，每个分量沿使损失增大的方向移动 ε。
        """)
      writer.add(.formula(.infix(.assigned, x, .infix(.plus, x, step("ε")))))
    case .iterative:
      writer.say(
        """
        The iterative \(Term.fgsm): several small steps of size α, each followed by clipping, so that \
        the \(Term.adversarialExample) stays within ε of the original input.
        """,
        """
        迭代\(Term.fgsm)：走多个步长为 α 的小步，每步之后截断，使\(Term.adversarialExample)\
        保持在原输入的 ε 邻域内。
        """)
      writer.add(
        .formula(
          .infix(.assigned, x, .call("clip", [.infix(.plus, x, step("α"))]))))
    case .leastLikely:
      writer.say(
        """
        Towards the \(Term.leastLikely): the loss is that of the class with the smallest probability at \
        the start, and each step lowers it (note the minus sign). The \(Term.adversarialExample) stays \
        within ε of the original input.
        """,
        """
        朝\(Term.leastLikely)移动：损失取初始概率最小的类别，每步使其减小（注意负号）。\
        \(Term.adversarialExample)保持在原输入的 ε 邻域内。
        """)
      writer.add(
        .formula(
          .infix(.assigned, x, .call("clip", [.infix(.minus, x, step("α"))]))))
    }
    writer.note("sign(0) = 0: such an entry is left as it is.", "sign(0) = 0：该分量保持不变。")
  }

  /// The probabilities at the start, by the network's own program.
  func probabilities(_ key: String) throws -> [Double] {
    let program = try program(0)
    var variables = ["t0.x": Tensor(sheet.array(key).reshaped(column))]
    variables["t0.y"] = Tensor(program.targetArray)
    for (path, array) in program.parameters {
      variables[program.parameterKey(path)] = Tensor(program.arranged(array, path: path))
    }
    var marks: [String: Tensor] = [:]
    _ = program.run(variables, &marks)
    return marks["t0.a\(problem.layers.count - 1)"]!.array.doubles
  }

  mutating func chooseLeastLikely() throws {
    let found = try probabilities("t0.x")
    if problem.outputs == 1 {
      target = found[0] >= 0.5 ? 0 : 1
    } else {
      target = found.indices.min { found[$0] < found[$1] }!
    }
    writer.say(
      """
      The forward pass below gives the smallest probability to class \(target): it is the target y of \
      the loss.
      """,
      "由下面的前向传播，概率最小的是类别 \(target)：它就是损失中的目标 y。")
  }

  /// The forward pass, and the gradient of the loss by the input.
  mutating func gradient(_ step: Int) throws {
    let program = try program(step)
    let mark: Prose.Run = problem.steps > 1 ? " (\(step + 1))" : ""
    writer.begin("Forward pass\(mark)", "\(Term.forwardPass)\(mark)")
    let recording = try forward(program, step)
    try writer.value("t\(step).L", in: recording.recording)
    writer.begin("Gradient by the input\(mark)", "对输入的梯度\(mark)")
    let (found, parts) = recording
    for part in parts.reversed() {
      if let slope = part.slope, found.ids[slope] != nil {
        if part.gradients.first == slope { try writer.gradient(slope, in: found) }
        writer.add(sheet.slope(slope, in: found))
      }
      for key in part.gradients where key != part.slope && found.ids[key] != nil {
        let output = "t\(step).a\(problem.layers.count - 1)"
        if part.layer == parts.count - 1, key.contains("z") {
          writer.say(
            """
            The last activation and the \(Term.crossEntropy) together give \(Term.prediction) minus \
            \(Term.target):
            """,
            "最后的激活与\(Term.crossEntropy)合在一起，梯度等于\(Term.prediction)减\(Term.target)：")
          try writer.gradient(
            key, in: found, written: .subtract(.variable(output), .variable("t\(step).y")))
        } else {
          try writer.gradient(key, in: found)
        }
      }
    }
    try writer.gradient("t\(step).x", in: found, boxed: true)
    writer.kinks.collect(found, sheet, conventionOf: .course)
    let fixed = ["t\(step).y"] + program.parameters.map { program.parameterKey($0.path) }
    writer.compare(
      gradientsBy: ["t\(step).x"], fixed: fixed,
      noise: problem.outputs == 1
        ? SolutionWriter.noise(
          ofLogarithms: sheet.array("t\(step).a\(problem.layers.count - 1)").doubles,
          targets: [Double(target)]) : nil
    ) { program.run($0, &$1) }
  }

  /// Records a pass and writes its values, but for the loss.
  mutating func forward(
    _ program: NetworkProgram, _ step: Int
  ) throws -> (recording: Worksheet.Recording, parts: [NetworkProgram.Part]) {
    let prefix = "t\(step)."
    if step > 0 {
      for (path, _) in program.parameters {
        let key = program.parameterKey(path)
        sheet.alias(key, to: "t0." + key.dropFirst(prefix.count))
      }
    }
    let y = naming.activations(prefix + "y", "y", layer: nil)
    if step == 0 {
      writer.give(y, program.targetArray)
    } else {
      sheet.give(y, program.targetArray)
    }
    let (names, parts) = program.plan()
    let recording = sheet.record(
      inputs: [prefix + "x", prefix + "y"]
        + program.parameters.map { program.parameterKey($0.path) },
      named: names
    ) { program.run($0, &$1) }
    if problem.outputs > 1 {
      try writer.checkExponent("t\(step).z\(problem.layers.count - 1)", in: recording)
    }
    for part in parts {
      for key in part.values { try writer.value(key, in: recording) }
    }
    return (recording, parts)
  }

  mutating func move(_ step: Int) throws {
    let mark: Prose.Run = problem.steps > 1 ? " (\(step + 1))" : ""
    writer.begin("The step\(mark)", "扰动\(mark)")
    let size = problem.method == .fgsm ? "ε" : "α"
    let isTowards = problem.method == .leastLikely
    let next = step + 1
    try writer.define(
      inputs("r\(next)", Symbol("r", iteration: problem.steps > 1 ? next : nil)),
      Expression.multiply(
        isTowards ? .negate(.variable(size)) : .variable(size),
        .call("sign", [.variable(GraphReader.gradient("t\(step).x"))])))
    let clips = problem.method != .fgsm
    var formula = Expression.add(.variable("t\(step).x"), .variable("r\(next)"))
    var key = clips || problem.range != nil ? "moved\(next)" : "t\(next).x"
    func name(_ key: String, final: Bool) -> Name {
      inputs(key, Self.x(next, prime: !final)).withGradient()
    }
    try writer.define(
      name(key, final: key == "t\(next).x"), formula, boxed: key == "t\(next).x")
    if clips {
      writer.say(
        "Clipped to within ε of the original input:", "截断到原输入的 ε 邻域内：")
      formula = .call(
        "min",
        [
          .call("max", [.variable(key), .subtract(.variable("t0.x"), .variable("ε"))]),
          .add(.variable("t0.x"), .variable("ε")),
        ])
      let isLast = problem.range == nil
      key = isLast ? "t\(next).x" : "ball\(next)"
      try writer.define(name(key, final: isLast), formula, boxed: isLast)
    }
    if let range = problem.range { try clip(key, to: range, "t\(next).x", step: next) }
    // The key's name has to carry a gradient for the next pass.
    let last = inputs("t\(next).x", Self.x(next)).withGradient()
    _ = sheet.define(last, .variable(key == "t\(next).x" ? key : "t\(next).x"), .forward)
  }

  mutating func outcome(_ losses: [String]) throws {
    let last = problem.steps
    writer.begin("The adversarial example", "对抗样本的效果")
    writer.say("The network on the changed input:", "把改变后的输入送入网络：")
    let program = try program(last)
    let (recording, _) = try forward(program, last)
    try writer.value("t\(last).L", in: recording, boxed: true)
    let output = "a\(problem.layers.count - 1)"
    let (before, after) = ("t0." + output, "t\(last)." + output)
    let count = problem.outputs
    writer.add(
      .table(
        Table(
          headings: [
            .prose(Prose(en: "class", zh: "类别")), .prose(Prose(en: "probability", zh: "概率")),
            .prose(Prose(en: "before", zh: "之前")),
            .prose(Prose(en: "after", zh: "之后")),
          ],
          rows: (0..<count).map { index in
            [
              .digits("\(count == 1 ? 1 : index)"), .math(sheet.names[before]!.entry([index, 0])),
              .digits(sheet.writtenDigits(before)[index]),
              .digits(sheet.writtenDigits(after)[index]),
            ]
          })))
    func predicted(_ key: String) -> Int {
      let values = sheet.array(key).doubles
      if count == 1 { return values[0] >= 0.5 ? 1 : 0 }
      return values.indices.max { values[$0] < values[$1] }!
    }
    let (first, second) = (predicted(before), predicted(after))
    if first == second {
      writer.say(
        "The predicted class stays \(second): ε is too small here, though the loss has changed.",
        "预测类别仍为 \(second)：此处 ε 不够大，但损失已经改变。")
    } else {
      writer.say(
        """
        The predicted class changes from \(first) to \(second), though no entry has changed by more than ε.
        """,
        "预测类别由 \(first) 变为 \(second)，而每个分量的改变都不超过 ε。")
    }
    writer.gradientResult("gradient.input", "t0.x")
    writer.result("adversarial-input", "t\(last).x")
    writer.result("output-before", before)
    writer.result("output-after", after)
    writer.result("loss-before", "t0.L")
    writer.result("loss-after", "t\(last).L")
    writer.solution.results.append(("target-class", Value(Double(target))))
    let (x, moved) = (sheet.array("t0.x").doubles, sheet.array("t\(last).x").doubles)
    let largest = zip(x, moved).map { abs($0 - $1) }.max()!
    writer.check(
      "the largest change beyond ε", "超出 ε 的最大改变量", max(0, largest - problem.epsilon),
      tolerance: 1e-12 * max(1, x.map { abs($0) }.max()!))
    closedForm()
  }

  /// Of one layer the gradient by the input is Wᵀ(ŷ − y).
  mutating func closedForm() {
    guard problem.layers.count == 1, case .dense(let weight, _, _) = problem.layers[0] else {
      return
    }
    let output = sheet.array("t0.a0").doubles
    let y = sheet.array("t0.y").doubles
    let expected = weight[0].indices.map { column in
      weight.indices.reduce(0) { $0 + weight[$1][column] * (output[$1] - y[$1]) }
    }
    writer.compare(
      "the gradient by the input against Wᵀ(ŷ − y)", "对输入的梯度与 Wᵀ(ŷ − y)",
      sheet.array(GraphReader.gradient("t0.x")).doubles, expected)
  }
}
