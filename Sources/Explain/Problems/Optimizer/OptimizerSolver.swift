import Autodiff

/// Writes the worked solution of an optimization.
struct OptimizerSolver {
  let problem: OptimizerProblem
  let options: ExplainOptions
  let objective: OptimizerObjective?
  var work: RecordedSolution
  var summaries: [(rule: OptimizerRule, digits: [String], value: Double?)] = []
  var variables: [String] { problem.start.map(\.name) }

  init(_ problem: OptimizerProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    self.options = options
    guard (1...OptimizerProblem.mostSteps).contains(problem.iterations) else {
      throw ProblemError(
        "iterations",
        "found \(problem.iterations), expected from 1 to \(OptimizerProblem.mostSteps)")
    }
    guard (1...OptimizerProblem.mostRules).contains(problem.rules.count) else {
      throw ProblemError(
        "rules",
        "found \(problem.rules.count), expected from 1 to \(OptimizerProblem.mostRules)")
    }
    for (index, rule) in problem.rules.enumerated()
    where problem.rules.prefix(index).contains(where: { $0.name == rule.name }) {
      throw ProblemError("rules[\(index)]", "found \(rule.name) twice")
    }
    guard !problem.start.isEmpty else {
      throw ProblemError("start", "found no variable, expected one at least")
    }
    for start in problem.start { try GivenNumbers.finite([start.value], "start.\(start.name)") }
    for rule in problem.rules {
      guard rule.learningRate.isFinite, rule.learningRate > 0, rule.learningRate <= 1e6 else {
        throw ProblemError(
          "rules", "found η = \(NumberText.shortest(rule.learningRate)), expected above 0")
      }
    }
    switch problem.objective {
    case .function(let text):
      guard problem.start.count <= 2 else {
        throw ProblemError(
          "start", "found \(problem.start.count) variables, which is too many to show: at most 2")
      }
      objective = try OptimizerObjective(text, variables: problem.start.map(\.name))
    case .gradients(let rows):
      objective = nil
      guard problem.start.count <= 4 else {
        throw ProblemError(
          "start", "found \(problem.start.count) weights, which is too many to show: at most 4")
      }
      guard rows.count >= problem.iterations else {
        throw ProblemError(
          "gradients",
          "found those of \(rows.count) of \(problem.iterations) steps, expected a row for each")
      }
      for (index, row) in rows.enumerated() {
        guard row.count == problem.start.count else {
          throw ProblemError(
            "gradients[\(index)]",
            "found \(row.count) numbers, expected \(problem.start.count), one for each weight")
        }
        try GivenNumbers.finite(row, "gradients[\(index)]")
      }
      if problem.rules.contains(where: { $0.name == "newton" }) {
        throw ProblemError(
          "rules",
          "found newton, which needs a function: gradients alone have no second derivatives")
      }
    }
    if options.form == .matrix {
      throw ProblemError("--form", "found matrix, expected scalar: every number stands alone")
    }
    work = RecordedSolution(
      kind: OptimizerProblem.kind,
      title: problem.title
        ?? Prose(
          en:
            "\(problem.iterations) steps of \(problem.rules.map(\.heading).joined(separator: ", "))",
          zh: "\(problem.rules.map(\.heading).joined(separator: "、")) 的 \(problem.iterations) 步"),
      options: options, isIndexed: true)
  }

  mutating func solve() throws -> Solution {
    give()
    for index in problem.rules.indices { try solve(index) }
    if problem.rules.count > 1 { compareRules() }
    return work.finished()
  }

  // MARK: Names

  func symbol(_ variable: String, _ iteration: Int) -> Symbol {
    var symbol = Symbol(typed: variable)
    symbol.iteration = iteration
    return symbol
  }

  /// A quantity that belongs to a variable: v for one variable, vₓ for several.
  func companion(
    _ letter: String, _ variable: String, _ iteration: Int?, accent: Symbol.Accent? = nil
  ) -> Symbol {
    var symbol = Symbol(letter, accent: accent, iteration: iteration)
    if variables.count > 1 {
      let typed = Symbol(typed: variable)
      symbol.subscripts = [([typed.base] + typed.subscripts).joined()]
    }
    return symbol
  }

  var result: Symbol { objective?.result ?? Symbol("L") }

  mutating func give() {
    var blocks: [Block] = []
    if let objective {
      blocks.append(.formula(.infix(.equals, .symbol(objective.result), objective.tree.typed)))
    }
    let english: Prose.Run = objective == nil ? "\(Term.weight)" : "variable"
    let chinese: Prose.Run = objective == nil ? "\(Term.weight)" : "变量"
    for start in problem.start {
      let name = Name(scalar: "start.\(start.name)", symbol(start.name, 0))
      work.sheet.give(name, NDArray(start.value))
      blocks += work.sheet.given(name.key)
      work.symbol(
        .symbol(Symbol(typed: start.name)),
        Prose(
          en: "\(english); (t) after step t", zh: "\(chinese)；(t) 表示第 t 步之后"))
    }
    work.section(Prose(en: "Given", zh: "已知"), blocks)
    work.symbol(
      .symbol(Symbol("w")),
      Prose(
        en: "in a rule's general form: any of the variables", zh: "规则一般形式中的任一变量"))
    work.symbol(
      .symbol(Symbol("g")),
      Prose(en: "\(Term.gradient)", zh: "\(Term.gradient)"))
    let meanings: [(key: String, symbol: Symbol, meaning: Prose)] = [
      ("η", Symbol("η"), Prose(en: "\(Term.learningRate)", zh: "\(Term.learningRate)")),
      ("μ", Symbol("μ"), Prose(en: "share of the velocity kept", zh: "速度的保留比例")),
      ("ρ", Symbol("ρ"), Prose(en: "share of r kept", zh: "r 的保留比例")),
      ("κ", Symbol("κ"), Prose(en: "what a rate grows by", zh: "学习率的增量")),
      ("φ", Symbol("φ"), Prose(en: "share by which a rate shrinks", zh: "学习率缩小的比例")),
      ("θ", Symbol("θ"), Prose(en: "share of d kept", zh: "d 的保留比例")),
      ("β1", Symbol("β", "1"), Prose(en: "share of m kept", zh: "m 的保留比例")),
      ("β2", Symbol("β", "2"), Prose(en: "share of v kept", zh: "v 的保留比例")),
      ("ε", Symbol("ε"), Prose(en: "keeps the divisor from 0", zh: "防止除以 0")),
    ]
    let used = Set(problem.rules.flatMap { $0.constants.map(\.key) })
    for (key, symbol, meaning) in meanings where used.contains(key) {
      work.symbol(.symbol(symbol), meaning)
    }
    let letters = Set(problem.rules.flatMap(\.states))
    let states: [(String, Prose)] = [
      (
        "v",
        Prose(
          en: "\(Term.velocity), or Adam's average of g²", zh: "\(Term.velocity)，或 Adam 中 g² 的平均")
      ),
      ("r", Prose(en: "collected g²", zh: "累积的 g²")),
      ("m", Prose(en: "average of g", zh: "g 的平均")),
      (
        "d",
        Prose(
          en: "under delta-bar-delta: average of earlier g", zh: "delta-bar-delta 中：以往 g 的平均")
      ),
    ]
    for (letter, meaning) in states where letters.contains(letter) {
      work.symbol(.symbol(Symbol(letter)), meaning)
    }
    if problem.rules.contains(where: { $0.name == "newton" }) {
      work.symbol(
        .symbol(Symbol("h")),
        Prose(en: "entry of the \(Term.hessian)", zh: "\(Term.hessian)的元素"))
      work.symbol(
        .symbol(Symbol("d")),
        Prose(en: "under Newton's method: the step", zh: "牛顿法中：步长"))
      if variables.count == 2 {
        work.symbol(
          .symbol(Symbol("D")),
          Prose(en: "determinant of the Hessian", zh: "Hessian 矩阵的行列式"))
      }
    }
  }

  // MARK: One rule

  func key(_ rule: Int, _ step: Int, _ name: String) -> String {
    "r\(rule).t\(step).\(name)"
  }

  mutating func solve(_ index: Int) throws {
    let rule = problem.rules[index]
    var blocks: [Block] = [.prose(rule.idea)] + rule.generalFormulas(options.convention)
    for constant in rule.constants {
      work.sheet.give(constant.key, constant.symbol, constant.value)
      blocks += work.sheet.given(constant.key)
    }
    if let note = conventionNote(rule) { blocks.append(.note(note)) }
    work.section(Prose(en: "\(rule.heading)", zh: "\(rule.chineseHeading)"), blocks)
    for variable in variables {
      work.sheet.alias(key(index, 0, variable), to: "start.\(variable)")
      for state in rule.states {
        work.sheet.give(
          Name(
            scalar: key(index, 0, "\(state).\(variable)"),
            companion(state, variable, 0)), NDArray(rule.initial(state)))
      }
    }
    var values: [Double] = []
    for step in 1...problem.iterations {
      let first = work.document.steps.count
      let (lines, value) = try self.step(index, step)
      if let value { values.append(value) }
      work.section(
        Prose(
          en: "\(rule.heading), step \(step)", zh: "\(rule.chineseHeading)，第 \(step) 步"), lines)
      if problem.rules.count == 1 {
        work.document.iterations.append(
          .init(
            number: step, loss: value ?? .nan,
            gradients: variables.map {
              ($0, Value(work.sheet.array(key(index, step, "g.\($0)")).item))
            },
            parameters: variables.map { ($0, Value(work.sheet.array(key(index, step, $0)).item)) },
            steps: first..<work.document.steps.count))
      }
    }
    let last = try final(index)
    if let last { values.append(last) }
    work.section(
      Prose(en: "\(rule.heading): state table", zh: "\(rule.chineseHeading)：状态表"),
      variables.map { .table(stateTable(index, $0, values)) })
    results(index, values)
    compareSums(index)
    summaries.append(
      (
        rule,
        variables.map { work.sheet.writtenDigits(key(index, problem.iterations, $0))[0] }, last
      ))
  }

  func conventionNote(_ rule: OptimizerRule) -> Prose? {
    switch (rule, options.convention) {
    case (.momentum, .pytorch):
      return Prose(
        en: """
          PyTorch's form: v collects plain gradients and η stands in the update. At a constant η the \
          weights are the same as in the course's form, v ← μv − ηg, w ← w + v.
          """,
        zh: "PyTorch 的形式：v 累积原始梯度，η 写在更新里。η 不变时，权重与课程形式 v ← μv − ηg，w ← w + v 相同。")
    case (.momentum, _):
      return Prose(
        en: "PyTorch writes v ← μv + g, w ← w − ηv: the same weights at a constant η.",
        zh: "PyTorch 写作 v ← μv + g，w ← w − ηv：η 不变时权重相同。")
    case (.nesterov, .course):
      return objective == nil
        ? Prose(
          en: "The given gradients count as taken at the look-ahead point w + μv.",
          zh: "给定的梯度视为在前瞻点 w + μv 处取得。")
        : Prose(
          en: """
            The course's form takes the gradient at the look-ahead point. PyTorch and Keras take it at \
            w itself and change the update instead, so their weights are the look-ahead points of \
            this form.
            """,
          zh: """
            课程形式在前瞻点处取梯度。PyTorch 与 Keras 在 w 处取梯度并改写更新式，\
            因此它们的权重就是这里的前瞻点。
            """)
    case (.nesterov, _):
      return Prose(
        en: """
          \(options.convention == .pytorch ? "PyTorch" : "Keras") takes the gradient at the weight it \
          stores, which is the look-ahead point w + μv of the course's form.
          """,
        zh: """
          \(options.convention == .pytorch ? "PyTorch" : "Keras") 在其存储的权重处取梯度，\
          该权重就是课程形式中的前瞻点 w + μv。
          """)
    default: return nil
    }
  }
}
