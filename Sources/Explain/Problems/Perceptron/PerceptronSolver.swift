import Autodiff

/// Writes the worked solution of the perceptron's learning rule.
struct PerceptronSolver {
  let problem: PerceptronProblem
  private var writer: SolutionWriter
  private var sheet: Worksheet { writer.sheet }
  private let inputs: Int
  /// The keys of the current weights and bias.
  private var weight = "w0"
  private var bias = "b0"
  private var updates = 0

  init(_ problem: PerceptronProblem, _ options: ExplainOptions) throws {
    try problem.validate()
    self.problem = problem
    inputs = problem.inputs[0].count
    writer = SolutionWriter(
      PerceptronProblem.kind,
      problem.title
        ?? Prose(
          en: "The perceptron's learning rule on \(problem.inputs.count) samples",
          zh: "感知机学习规则：\(problem.inputs.count) 个样本"), options,
      isIndexed: options.form != .matrix)
  }

  private func vector(_ key: String, _ base: String, iteration: Int? = nil) -> Name {
    Name(key, Symbol(base, iteration: iteration))
  }

  mutating func solve() throws -> Solution {
    describe()
    var epochs: [(errors: Int, parameters: [Double])] = []
    var seen: [[Double]] = [parameters]
    var outcome = Outcome.limit
    for epoch in 1...problem.iterations {
      let errors = try pass(epoch)
      epochs.append((errors, parameters))
      if errors == 0 {
        outcome = .converged(epoch)
        break
      }
      if let first = seen.firstIndex(of: parameters) {
        outcome = .repeats(first, epoch)
        break
      }
      seen.append(parameters)
    }
    conclude(epochs, outcome)
    check(epochs.map(\.errors))
    return writer.finished()
  }

  private enum Outcome {
    case converged(Int)
    case repeats(Int, Int)
    case limit
  }

  private var parameters: [Double] { sheet.array(weight).doubles + [sheet.array(bias).item] }

  // MARK: Parts

  private mutating func describe() {
    writer.symbol(
      .symbol(Symbol("x", isMatrix: true)), "\(Term.input) of a sample", "样本的\(Term.input)",
      [inputs])
    writer.symbol(.symbol(Symbol("y")), "\(Term.target), 0 or 1", "\(Term.target)，0 或 1")
    writer.symbol(
      .symbol(Symbol("w", isMatrix: true)), "\(Term.weight)s", "\(Term.weight)", [inputs])
    writer.symbol(.symbol(Symbol("b")), "\(Term.bias)", "\(Term.bias)")
    writer.symbol(.symbol(Symbol("z")), "weighted sum", "加权和")
    writer.symbol(
      .symbol(Symbol("y", accent: .hat)), "\(Term.prediction), 0 or 1", "\(Term.prediction)，0 或 1")
    writer.symbol(.symbol(Symbol("η")), "\(Term.learningRate)", "\(Term.learningRate)")

    writer.begin("Given", "已知")
    writer.add(
      .table(
        Table(
          headings: [.prose(Prose(en: "sample", zh: "样本"))]
            + (0..<inputs).map { .math(.symbol(Symbol("x", "\($0 + 1)"))) }
            + [.math(.symbol(Symbol("y")))],
          rows: problem.inputs.enumerated().map { index, row in
            [.digits("\(index + 1)")] + row.map { .digits(NumberText.brief($0)) }
              + [.digits("\(problem.targets[index])")]
          })))
    for (index, row) in problem.inputs.enumerated() {
      sheet.give(
        Name("x\(index)", whole: .symbol(Symbol("x", sample: index + 1, isMatrix: true))) {
          .symbol(Symbol("x", sample: index + 1).indexed($0.map { $0 + 1 }))
        }, NDArray(row))
      sheet.give("y\(index)", Symbol("y", sample: index + 1), Double(problem.targets[index]))
    }
    writer.give(
      vector("w0", "w", iteration: 0),
      NDArray(problem.weights ?? [Double](repeating: 0, count: inputs)))
    writer.give(Name(scalar: "b0", Symbol("b", iteration: 0)), NDArray(problem.bias))
    writer.give(Name(scalar: "η", Symbol("η")), NDArray(problem.learningRate))

    writer.begin("The rule", "学习规则")
    writer.say(
      """
      The \(Term.perceptron) says 1 where the weighted sum is above 0, else 0. After each sample, \
      Rosenblatt's \(Term.learningRule) moves the weights by the error times the input: nothing \
      where the sample is right, towards x where a 1 was missed, away from x where a 0 was.
      """,
      """
      \(Term.perceptron)在加权和大于 0 时输出 1，否则输出 0。每看一个样本，Rosenblatt 的\
      \(Term.learningRule)按“误差乘以输入”修改权重：判断正确则不变；把 1 判成 0 时向 x 靠近，\
      把 0 判成 1 时远离 x。
      """)
    let z = MathNode.symbol(Symbol("z"))
    let (w, x, b) = (
      MathNode.symbol(Symbol("w", isMatrix: true)), MathNode.symbol(Symbol("x", isMatrix: true)),
      MathNode.symbol(Symbol("b"))
    )
    let hat = MathNode.symbol(Symbol("y", accent: .hat))
    let error = MathNode.parentheses(.infix(.minus, .symbol(Symbol("y")), hat))
    let eta = MathNode.symbol(Symbol("η"))
    writer.add(
      .formula(.infix(.equals, z, .infix(.plus, .infix(.matrixProduct, .transpose(w), x), b))))
    writer.add(.formula(.infix(.equals, hat, .call("step", [z]))))
    writer.add(
      .formula(
        .infix(.assigned, w, .infix(.plus, w, .infix(.times, .infix(.times, eta, error), x)))))
    writer.add(
      .formula(.infix(.assigned, b, .infix(.plus, b, .infix(.times, eta, error)))))
    writer.note(
      "step(z) is 1 for z > 0, else 0; so z = 0 counts as class 0.",
      "step(z) 在 z > 0 时为 1，否则为 0；因此 z = 0 判为 0 类。")
  }

  /// One pass over the samples; returns how many were wrong.
  private mutating func pass(_ epoch: Int) throws -> Int {
    writer.begin("\(Term.epoch.capitalized) \(epoch)", "第 \(epoch) \(Term.epoch)")
    var errors = 0
    for sample in problem.inputs.indices {
      let mark = "e\(epoch)s\(sample)"
      let own = writer.formula("sum(w * x) + b", ["w": weight, "x": "x\(sample)", "b": bias])
      try writer.define(Name(scalar: "z" + mark, Symbol("z", sample: sample + 1)), own)
      let target = problem.targets[sample]
      let isRight = (sheet.array("z" + mark).item > 0) == (target == 1)
      try writer.define(
        Name(scalar: "p" + mark, Symbol("y", accent: .hat, sample: sample + 1)),
        writer.formula("step(z)", ["z": "z" + mark]),
        remark: isRight
          ? Prose(
            en: "right (y = \(target)): nothing changes", zh: "正确（y = \(target)）：不更新")
          : Prose(en: "wrong (y = \(target)): update", zh: "错误（y = \(target)）：更新"))
      if isRight { continue }
      errors += 1
      updates += 1
      let meaning = [
        "w": weight, "b": bias, "x": "x\(sample)", "y": "y\(sample)", "p": "p" + mark,
      ]
      try writer.define(
        vector("w\(updates)", "w", iteration: updates), "w + η * (y - p) * x", meaning, .update)
      try writer.define(
        Name(scalar: "b\(updates)", Symbol("b", iteration: updates)), "b + η * (y - p)", meaning,
        .update)
      (weight, bias) = ("w\(updates)", "b\(updates)")
    }
    return errors
  }

  private mutating func conclude(
    _ epochs: [(errors: Int, parameters: [Double])], _ outcome: Outcome
  ) {
    writer.begin("Result", "结果")
    let count = problem.inputs.count
    writer.add(
      .table(
        Table(
          headings: [.prose(Prose(en: "\(Term.epoch)", zh: "\(Term.epoch)"))]
            + (0..<inputs).map { .math(.symbol(Symbol("w", "\($0 + 1)"))) }
            + [
              .math(.symbol(Symbol("b"))), .prose(Prose(en: "errors in the pass", zh: "本轮错误数")),
            ],
          rows: epochs.enumerated().map { index, epoch in
            [.digits("\(index + 1)")]
              + epoch.parameters.map { .digits(NumberText.brief($0)) }
              + [.digits("\(epoch.errors)")]
          })))
    switch outcome {
    case .converged(let epoch):
      writer.say(
        """
        In pass \(epoch) every sample is right: the rule has converged after \(updates) updates. The \
        classes are \(Term.separable), and the \(Term.decisionBoundary) is
        """,
        """
        第 \(epoch) 轮中所有样本都正确：规则经 \(updates) 次更新收敛。两类\(Term.separable)，\
        \(Term.decisionBoundary)为
        """)
      writer.add(.formula(boundary))
      writer.say(
        """
        The rule always converges on separable data, after finitely many updates; which of the \
        many boundaries it finds depends on the order of the samples.
        """,
        """
        对线性可分的数据，规则必在有限次更新后收敛；得到哪一条边界取决于样本的顺序。
        """)
    case .repeats(let first, let epoch):
      writer.note(
        """
        After pass \(epoch) the weights are those \(first == 0 ? "at the start" : "after pass \(first)"): \
        the same passes would follow for ever. The rule does not converge, so the classes are not \
        \(Term.separable) (on separable data it always does).
        """,
        """
        第 \(epoch) 轮之后的权重与\(first == 0 ? "初始" : "第 \(first) 轮之后")完全相同：\
        此后各轮将无限重复。规则不收敛，因此两类不是\(Term.separable)的（可分时必收敛）。
        """)
    case .limit:
      writer.note(
        "The limit of \(problem.iterations) passes is reached without convergence.",
        "已达到 \(problem.iterations) 轮的上限，尚未收敛。")
    }
    var isInseparable = false
    if let four = contradiction {
      isInseparable = true
      impossibility(four)
    } else if case .repeats = outcome {
      isInseparable = true
    }
    let right = count - remainingErrors
    writer.solution.results.append(("weights", Value(sheet.array(weight))))
    writer.result("bias", bias)
    writer.solution.results.append(("updates", Value(Double(updates))))
    writer.solution.results.append(("epochs", Value(Double(epochs.count))))
    writer.solution.results.append(("accuracy", Value(Double(right) / Double(count))))
    if case .converged = outcome {
      writer.solution.results.append(("converged", Value(1)))
    } else {
      writer.solution.results.append(("converged", Value(0)))
      writer.say(
        "With the last weights \(right) of the \(count) samples are right.",
        "用最后的权重，\(count) 个样本中有 \(right) 个正确。")
    }
    if isInseparable {
      writer.solution.results.append(
        ("accuracy-bound", Value(Double(count - 1) / Double(count))))
    }
  }

  private var boundary: MathNode {
    let terms = (0..<inputs).map { index -> MathNode in
      .infix(
        .times, .symbol(Symbol("w", "\(index + 1)")), .symbol(Symbol("x", "\(index + 1)")))
    }
    let sum = terms.dropFirst().reduce(terms[0]) { .infix(.plus, $0, $1) }
    let values = sheet.array(weight).doubles
    let numbers = values.enumerated().map { index, value -> MathNode in
      let number = MathNode.number(NumberText.brief(value))
      return .infix(
        .times, value < 0 ? .parentheses(number) : number,
        .symbol(Symbol("x", "\(index + 1)")))
    }
    let put = numbers.dropFirst().reduce(numbers[0]) { .infix(.plus, $0, $1) }
    let last = sheet.array(bias).item
    let constant = MathNode.number(NumberText.brief(last))
    return .infix(
      .equals,
      .infix(
        .equals, .infix(.plus, sum, .symbol(Symbol("b"))),
        .infix(.plus, put, last < 0 ? .parentheses(constant) : constant)), .number("0"))
  }

  /// How many samples the last weights get wrong.
  private var remainingErrors: Int {
    let (w, b) = (sheet.array(weight).doubles, sheet.array(bias).item)
    return problem.inputs.indices.count { sample in
      let z = zip(w, problem.inputs[sample]).reduce(b) { $0 + $1.0 * $1.1 }
      return (z > 0) != (problem.targets[sample] == 1)
    }
  }

  // MARK: What cannot be separated

  /// Two samples of class 1 and two of class 0 with the same sum: no plane is between them.
  private var contradiction: (ones: [Int], zeros: [Int])? {
    let ones = problem.targets.indices.filter { problem.targets[$0] == 1 }
    let zeros = problem.targets.indices.filter { problem.targets[$0] == 0 }
    func sum(_ pair: [Int]) -> [Double] {
      zip(problem.inputs[pair[0]], problem.inputs[pair[1]]).map { $0 + $1 }
    }
    func pairs(_ list: [Int]) -> [[Int]] {
      list.indices.flatMap { i in list[i...].map { [list[i], $0] } }
    }
    for one in pairs(ones) {
      for zero in pairs(zeros) where sum(one) == sum(zero) { return (one, zero) }
    }
    return nil
  }

  private mutating func impossibility(_ four: (ones: [Int], zeros: [Int])) {
    writer.begin("Why no perceptron can", "为什么感知机做不到")
    func z(_ sample: Int) -> MathNode { .symbol(Symbol("z", sample: sample + 1)) }
    let (one, other) = (four.ones[0], four.ones[1])
    let (third, fourth) = (four.zeros[0], four.zeros[1])
    writer.say(
      """
      If every sample were right, z > 0 would hold for samples \(one + 1) and \(other + 1) of class 1, and z ≤ 0 for \
      samples \(third + 1) and \(fourth + 1) of class 0:
      """,
      """
      若全部正确，则 1 类的样本 \(one + 1)、\(other + 1) 满足 z > 0，0 类的样本 \(third + 1)、\
      \(fourth + 1) 满足 z ≤ 0：
      """)
    writer.add(.formula(.infix(.greater, .infix(.plus, z(one), z(other)), .number("0"))))
    writer.add(.formula(.infix(.atMost, .infix(.plus, z(third), z(fourth)), .number("0"))))
    writer.say(
      """
      But both pairs have the same sum of inputs, so for any w and b the two sums of z are equal:
      """,
      "但两对样本的输入之和相同，所以对任何 w、b 两个 z 之和都相等：")
    writer.add(
      .formula(
        .infix(.equals, .infix(.plus, z(one), z(other)), .infix(.plus, z(third), z(fourth)))))
    let count = problem.inputs.count
    writer.say(
      """
      That is a contradiction: the classes are not \(Term.separable), one sample at least is always \
      wrong, and no more than \(count - 1) of \(count) can be right. A \(Term.mlp) with a hidden layer \
      can bend the boundary.
      """,
      """
      这是矛盾：两类不是\(Term.separable)的，至少总有一个样本判错，最多 \(count) 个中对 \
      \(count - 1) 个。带隐藏层的\(Term.mlp)可以弯曲边界，从而解决问题。
      """)
  }

  // MARK: Check

  /// The same passes in plain numbers.
  private mutating func check(_ errors: [Int]) {
    var w = problem.weights ?? [Double](repeating: 0, count: inputs)
    var b = problem.bias
    var counts: [Double] = []
    for _ in errors {
      var wrong = 0
      for (x, target) in zip(problem.inputs, problem.targets) {
        var z = b
        for index in x.indices { z += w[index] * x[index] }
        let error = Double(target) - (z > 0 ? 1 : 0)
        if error == 0 { continue }
        wrong += 1
        for index in x.indices { w[index] += problem.learningRate * error * x[index] }
        b += problem.learningRate * error
      }
      counts.append(Double(wrong))
    }
    writer.compare(
      "weights and errors against a plain loop over the samples", "权重与错误数和逐样本的普通循环",
      parameters + errors.map(Double.init), w + [b] + counts)
  }
}
