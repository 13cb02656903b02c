import Autodiff

/// Writes the worked solution of an optimization.
struct OptimizerSolver {
  let problem: OptimizerProblem
  let options: ExplainOptions
  let objective: OptimizerObjective?
  var work: RecordedSolution
  private var summaries: [(rule: OptimizerRule, digits: [String], value: Double?)] = []
  private var variables: [String] { problem.start.map(\.name) }

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

  private func symbol(_ variable: String, _ iteration: Int) -> Symbol {
    var symbol = Symbol(typed: variable)
    symbol.iteration = iteration
    return symbol
  }

  /// A quantity that belongs to a variable: v for one variable, vₓ for several.
  private func companion(
    _ letter: String, _ variable: String, _ iteration: Int?, accent: Symbol.Accent? = nil
  ) -> Symbol {
    var symbol = Symbol(letter, accent: accent, iteration: iteration)
    if variables.count > 1 {
      let typed = Symbol(typed: variable)
      symbol.subscripts = [([typed.base] + typed.subscripts).joined()]
    }
    return symbol
  }

  private var result: Symbol { objective?.result ?? Symbol("L") }

  private mutating func give() {
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
      ("d", Prose(en: "average of earlier g", zh: "以往 g 的平均")),
    ]
    for (letter, meaning) in states where letters.contains(letter) {
      work.symbol(.symbol(Symbol(letter)), meaning)
    }
    if problem.rules.contains(where: { $0.name == "newton" }) {
      work.symbol(
        .symbol(Symbol("h")),
        Prose(en: "entry of the \(Term.hessian)", zh: "\(Term.hessian)的元素"))
      work.symbol(.symbol(Symbol("d")), Prose(en: "Newton's step", zh: "牛顿步长"))
      if variables.count == 2 {
        work.symbol(
          .symbol(Symbol("D")),
          Prose(en: "determinant of the Hessian", zh: "海森矩阵的行列式"))
      }
    }
  }

  // MARK: One rule

  private func key(_ rule: Int, _ step: Int, _ name: String) -> String {
    "r\(rule).t\(step).\(name)"
  }

  private mutating func solve(_ index: Int) throws {
    let rule = problem.rules[index]
    var blocks: [Block] = [.prose(rule.idea)] + generalFormulas(rule)
    for constant in rule.constants {
      work.sheet.give(constant.key, constant.symbol, constant.value)
      blocks += work.sheet.given(constant.key)
    }
    if let note = conventionNote(rule) { blocks.append(.note(note)) }
    work.section(Prose(en: "\(rule.heading)", zh: "\(rule.heading)"), blocks)
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
          en: "\(rule.heading), step \(step)", zh: "\(rule.heading)，第 \(step) 步"), lines)
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
      Prose(en: "\(rule.heading): state table", zh: "\(rule.heading)：状态表"),
      variables.map { .table(stateTable(index, $0, values)) })
    results(index, values)
    compareSums(index)
    summaries.append(
      (
        rule,
        variables.map { work.sheet.writtenDigits(key(index, problem.iterations, $0))[0] }, last
      ))
  }

  /// The rule's assignments with its letters.
  private func generalFormulas(_ rule: OptimizerRule) -> [Block] {
    if case .newton = rule {
      func bold(_ letter: String) -> MathNode { .symbol(Symbol(letter, isMatrix: true)) }
      let w = bold("w")
      return [
        .formula(.infix(.equals, .infix(.matrixProduct, bold("H"), bold("d")), bold("g"))),
        .formula(
          .infix(
            .assigned, w, .infix(.minus, w, .infix(.times, .symbol(Symbol("η")), bold("d"))))),
      ]
    }
    func symbol(_ name: String) -> MathNode {
      let plain = name.replacing("′", with: "")
      let scalars = Array(plain.unicodeScalars)
      if scalars.count == 2, scalars[1] == "\u{302}" {
        return .symbol(Symbol(String(scalars[0]), accent: .hat))
      }
      if plain == "β1" || plain == "β2" { return .symbol(Symbol("β", String(plain.last!))) }
      return .symbol(Symbol(plain))
    }
    let setting = MathSetting(
      variable: symbol, isMatrix: { _ in false }, number: NumberText.shortest)
    var lines: [Block] = []
    if case .nesterov = rule, options.convention == .course {
      lines.append(
        .formula(
          .infix(
            .equals, .symbol(Symbol("w", accent: .tilde)),
            .infix(
              .plus, .symbol(Symbol("w")),
              .infix(.times, .symbol(Symbol("μ")), .symbol(Symbol("v")))))))
    }
    // t stands for the step in Adam's powers.
    for assignment in rule.assignments(step: 1, convention: options.convention) {
      let text = assignment.formula.replacing("β1 ^ 1", with: "β1 ^ t")
        .replacing("β2 ^ 1", with: "β2 ^ t")
      guard let formula = try? Expression(parsing: text) else { continue }
      lines.append(.formula(.infix(.assigned, symbol(assignment.target), formula.math(setting))))
    }
    return lines
  }

  private func conventionNote(_ rule: OptimizerRule) -> Prose? {
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

  // MARK: One step

  private mutating func step(_ index: Int, _ step: Int) throws -> ([Block], Double?) {
    let rule = problem.rules[index]
    var lines: [Block] = []
    // Where the gradient is taken.
    var points = Dictionary(
      uniqueKeysWithValues: variables.map { ($0, key(index, step - 1, $0)) })
    if case .nesterov = rule, options.convention == .course, objective != nil {
      for variable in variables {
        var look = symbol(variable, step - 1)
        look.accent = .tilde
        let name = Name(scalar: key(index, step, "look.\(variable)"), look)
        lines += work.sheet.define(
          name,
          .add(
            .variable(points[variable]!),
            .multiply(.variable("μ"), .variable(key(index, step - 1, "v.\(variable)")))), .forward
        ).map { .step($0) }
        points[variable] = name.key
      }
    }
    var value: Double?
    if objective != nil {
      let (found, number) = try gradients(index, step, points)
      lines += found
      value = number
    } else if case .gradients(let rows) = problem.objective {
      for (place, variable) in variables.enumerated() {
        let name = Name(
          scalar: key(index, step, "g.\(variable)"), companion("g", variable, step))
        work.sheet.give(name, NDArray(rows[step - 1][place]))
        lines += work.sheet.given(name.key)
      }
    }
    lines += rule.name == "newton" ? try newton(index, step) : assignments(index, step)
    for variable in variables {
      for name in [variable] + rule.states.map({ "\($0).\(variable)" }) {
        let number = work.sheet.array(key(index, step, name)).item
        guard number.isFinite, abs(number) < 1e100 else {
          throw ProblemError(
            "rules[\(index)]",
            "step \(step) of \(rule.name): \(name) is \(NumberText.brief(number)), expected a finite "
              + "number: the steps diverge, try a smaller learning rate")
        }
      }
    }
    return (lines, value)
  }

  /// The function's value and gradients at the points.
  private mutating func gradients(
    _ index: Int, _ step: Int, _ points: [String: String]
  ) throws -> ([Block], Double) {
    let objective = objective!
    let rule = problem.rules[index]
    // The names of what the gradients are taken by, at this step's point.
    let variables = variables
    let keys = variables.map { key(index, step, "at.\($0)") }
    for (variable, own) in zip(variables, keys) {
      work.sheet.alias(own, to: points[variable]!)
    }
    let value = key(index, step, "f")
    func run(_ tensors: [String: Tensor]) -> Tensor {
      objective.value(
        Dictionary(uniqueKeysWithValues: zip(variables, keys).map { ($0, tensors[$1]!) }))
    }
    var valueSymbol = result
    valueSymbol.iteration = step - 1
    if case .nesterov = rule, options.convention == .course { valueSymbol.accent = .tilde }
    let recording = work.sheet.record(
      inputs: keys, named: [Name(scalar: value, valueSymbol)]
    ) { tensors, marks in
      let found = run(tensors)
      marks[value] = found
      return found
    }
    let node = recording.reader.snapshot.nodes[recording.reader.snapshot.result]
    guard node.value.item.isFinite else {
      throw ProblemError(
        "function",
        "step \(step) of \(rule.name): \(MathText.text(.symbol(result))) is "
          + "\(NumberText.shortest(node.value.item)), "
          + "expected a finite number")
    }
    var lines = recording.ids[value] == nil ? [] : work.values([value], in: recording)
    for (variable, own) in zip(variables, keys) {
      let gradient = recording.node(own).gradient?.item ?? 0
      guard gradient.isFinite else {
        throw ProblemError(
          "function",
          "step \(step) of \(rule.name): the gradient by \(variable) is "
            + "\(NumberText.shortest(gradient)), expected a finite number")
      }
      let name = Name(scalar: key(index, step, "g.\(variable)"), companion("g", variable, step))
      var steps = work.sheet.define(
        name, recording.reader.gradient(recording.node(own).id), .backward)
      for place in steps.indices {
        steps[place].symbol = .infix(
          .equals, steps[place].symbol,
          .derivative(.symbol(result), .symbol(Symbol(typed: variable))))
      }
      lines += steps.map { .step($0) }
      work.sheet.alias(GraphReader.gradient(own), to: name.key)
    }
    work.compareDifferences(keys, fixed: []) { tensors, _ in run(tensors) }
    work.collectKinks(recording)
    return (lines, node.value.item)
  }

  private mutating func assignments(_ index: Int, _ step: Int) -> [Block] {
    let rule = problem.rules[index]
    var lines: [Block] = []
    for variable in variables {
      var meaning: [String: Expression] = [
        "w": .variable(key(index, step - 1, variable)),
        "g": .variable(key(index, step, "g.\(variable)")),
      ]
      for constant in rule.constants { meaning[constant.key] = .variable(constant.key) }
      for state in rule.states {
        meaning[state] = .variable(key(index, step - 1, "\(state).\(variable)"))
      }
      for assignment in rule.assignments(step: step, convention: options.convention) {
        let formula: Expression
        do {
          formula = try Expression(parsing: assignment.formula)
        } catch {
          fatalError("explain: \(error)")
        }
        let isWeight = assignment.target == "w"
        let letter = String(assignment.target.unicodeScalars.first!)
        let name =
          isWeight
          ? Name(scalar: key(index, step, variable), symbol(variable, step))
          : Name(
            scalar: key(index, step, "\(assignment.target).\(variable)"),
            companion(
              letter, variable, step,
              accent: assignment.target.unicodeScalars.count > 1 ? .hat : nil))
        lines += work.sheet.define(name, formula.replacing(meaning), .update).map { line in
          var line = line
          line.isBoxed = isWeight
          return .step(line)
        }
        meaning[assignment.target + "′"] = .variable(name.key)
      }
    }
    return lines
  }

  // MARK: Newton

  private mutating func newton(_ index: Int, _ step: Int) throws -> [Block] {
    let objective = objective!
    let sheet = work.sheet
    var lines: [Block] = []
    let keys = variables.map { key(index, step, "at.\($0)") }
    let g = variables.map { Expression.variable(key(index, step, "g.\($0)")) }
    func entry(_ row: Int, _ column: Int) -> String { key(index, step, "H\(row)\(column)") }
    for (row, variable) in variables.enumerated() {
      // The gradient is itself a program on the tape; its gradients are a row of H.
      let recording = sheet.record(inputs: keys, named: []) { tensors, _ in
        let inputs = keys.map { tensors[$0]! }
        let value = objective.value(Dictionary(uniqueKeysWithValues: zip(variables, inputs)))
        return Autodiff.gradients(of: value, withRespectTo: inputs, recording: true)[row]
      }
      for (column, other) in variables.enumerated() {
        let symbol = Symbol("h", "\(Symbol(typed: variable).base)\(Symbol(typed: other).base)")
        let name = Name(scalar: entry(row, column), symbol)
        let node = recording.node(keys[column])
        guard (node.gradient?.item ?? 0).isFinite else {
          throw ProblemError(
            "function",
            "step \(step) of newton: a second derivative by \(other) is not finite")
        }
        var steps = sheet.define(name, recording.reader.gradient(node.id), .backward)
        for place in steps.indices {
          steps[place].symbol = .infix(
            .equals, steps[place].symbol,
            .derivative(
              .symbol(companion("g", variable, nil)), .symbol(Symbol(typed: other))))
        }
        lines += steps.map { .step($0) }
      }
    }
    func h(_ row: Int, _ column: Int) -> Expression { .variable(entry(row, column)) }
    func define(_ name: Name, _ formula: Expression, boxed: Bool = false) {
      lines += sheet.define(name, formula, .update).map { line in
        var line = line
        line.isBoxed = boxed
        return .step(line)
      }
    }
    func direction(_ place: Int) -> Name {
      Name(
        scalar: key(index, step, "d.\(variables[place])"),
        companion("d", variables[place], step))
    }
    let determinant = Name(scalar: key(index, step, "det"), Symbol("D"))
    if variables.count == 2 {
      define(
        determinant,
        .subtract(.multiply(h(0, 0), h(1, 1)), .multiply(h(0, 1), h(1, 0))))
    }
    let pivot = variables.count == 2 ? determinant.key : entry(0, 0)
    guard abs(sheet.array(pivot).item) > 1e-12 else {
      throw ProblemError(
        "function",
        "step \(step) of newton: the Hessian is singular, its determinant is "
          + "\(NumberText.brief(sheet.array(pivot).item))")
    }
    if variables.count == 2 {
      let bottom = Expression.variable(determinant.key)
      define(
        direction(0),
        .divide(.subtract(.multiply(h(1, 1), g[0]), .multiply(h(0, 1), g[1])), bottom))
      define(
        direction(1),
        .divide(.subtract(.multiply(h(0, 0), g[1]), .multiply(h(1, 0), g[0])), bottom))
    } else {
      define(direction(0), .divide(g[0], h(0, 0)))
    }
    for (place, variable) in variables.enumerated() {
      define(
        Name(scalar: key(index, step, variable), symbol(variable, step)),
        .subtract(
          .variable(key(index, step - 1, variable)),
          .multiply(.variable("η"), .variable(direction(place).key))), boxed: true)
    }
    let matrix = variables.indices.flatMap { row in
      variables.indices.map { sheet.array(entry(row, $0)).item }
    }
    if variables.count == 2, matrix[0] <= 0 || sheet.array(determinant.key).item <= 0 {
      lines.append(
        .note(
          Prose(
            en: "H is not positive definite here: the step need not lead downhill.",
            zh: "此处 H 非正定：这一步不一定下降。")))
    }
    // H from the library's function, and H·d against g.
    let point = NDArray(keys.map { sheet.array($0).item })
    let library = hessian(at: point) { all in
      objective.value(
        Dictionary(
          uniqueKeysWithValues: variables.enumerated().map { place, name in
            (name, all.selecting(axis: 0, index: place))
          }))
    }.hessian.doubles
    work.compare(
      Prose(
        en: "Newton, step \(step): second derivatives against the library's Hessian",
        zh: "牛顿法第 \(step) 步：二阶导数与库中的海森矩阵"), matrix, library, tolerance: 1e-12)
    return lines
  }

  // MARK: After the steps

  /// The function's value at the last point.
  private func final(_ index: Int) throws -> Double? {
    guard let objective else { return nil }
    let value = objective.value(
      Dictionary(
        uniqueKeysWithValues: variables.map {
          ($0, Tensor(work.sheet.array(key(index, problem.iterations, $0))))
        })
    ).item
    guard value.isFinite else {
      throw ProblemError(
        "function",
        "after step \(problem.iterations) of \(problem.rules[index].name): "
          + "\(MathText.text(.symbol(result))) is \(NumberText.shortest(value)), expected a finite "
          + "number")
    }
    return value
  }

  private func stateTable(_ index: Int, _ variable: String, _ values: [Double]) -> Table {
    let rule = problem.rules[index]
    func digits(_ step: Int, _ name: String) -> Table.Cell {
      .digits(work.sheet.writtenDigits(key(index, step, name))[0])
    }
    var headings: [Table.Cell] = [.math(.symbol(Symbol("t")))]
    headings.append(.math(.symbol(Symbol(typed: variable))))
    headings.append(.math(.symbol(companion("g", variable, nil))))
    headings += rule.states.map { .math(.symbol(companion($0, variable, nil))) }
    var rows: [[Table.Cell]] = []
    for step in 0...problem.iterations {
      var row: [Table.Cell] = [.digits("\(step)"), digits(step, variable)]
      row.append(step == 0 ? .digits("–") : digits(step, "g.\(variable)"))
      row += rule.states.map { digits(step, "\($0).\(variable)") }
      rows.append(row)
    }
    return Table(headings: headings, rows: rows)
  }

  private mutating func results(_ index: Int, _ values: [Double]) {
    let rule = problem.rules[index]
    let steps = problem.iterations
    func series(_ name: String, from first: Int) -> Value {
      let numbers = (first...steps).map { work.sheet.array(key(index, $0, name)).item }
      return Value(shape: [numbers.count], elements: numbers)
    }
    for variable in variables {
      work.result("\(rule.name).\(variable)", series(variable, from: 0))
      work.result("\(rule.name).gradient.\(variable)", series("g.\(variable)", from: 1))
      for state in rule.states {
        work.result(
          "\(rule.name).\(state == "η" ? "rate" : state).\(variable)",
          series("\(state).\(variable)", from: 0))
      }
    }
    if objective != nil {
      work.result(
        "\(rule.name).function", Value(shape: [values.count], elements: values))
    }
  }

  /// The last weights by sums over all gradients, which carry no state from step to step.
  private mutating func compareSums(_ index: Int) {
    let rule = problem.rules[index]
    let steps = problem.iterations
    var (own, other): ([Double], [Double]) = ([], [])
    for (place, variable) in variables.enumerated() {
      let g = (1...steps).map { work.sheet.array(key(index, $0, "g.\(variable)")).item }
      /// Σ share^(t−s) f(g_s) over s ≤ t
      func sum(_ share: Double, _ step: Int, _ function: (Double) -> Double = { $0 }) -> Double {
        var (total, factor) = (0.0, 1.0)
        for s in (0...step).reversed() {
          total += factor * function(g[s])
          factor *= share
        }
        return total
      }
      func square(_ x: Double) -> Double { x * x }
      var change = 0.0
      for step in 0..<steps {
        switch rule {
        case .sgd(let rate): change -= rate * g[step]
        case .momentum(let rate, let momentum): change -= rate * sum(momentum, step)
        case .nesterov(let rate, let momentum):
          change -=
            options.convention == .course
            ? rate * sum(momentum, step) : rate * (g[step] + momentum * sum(momentum, step))
        case .adaGrad(let rate, let epsilon):
          change -= rate * g[step] / (sum(1, step, square).squareRoot() + epsilon)
        case .rmsProp(let rate, let decay, let epsilon):
          change -=
            rate * g[step] / (((1 - decay) * sum(decay, step, square)).squareRoot() + epsilon)
        case .adam(let rate, let beta1, let beta2, let epsilon):
          // 1 − βᵗ = (1 − β)·Σ βˢ
          func weights(_ share: Double) -> Double {
            (0...step).reduce((0.0, 1.0)) { total, _ in (total.0 + total.1, total.1 * share) }.0
          }
          let first = sum(beta1, step) / weights(beta1)
          let second = sum(beta2, step, square) / weights(beta2)
          change -= rate * first / (second.squareRoot() + epsilon)
        case .deltaBarDelta, .newton: return
        }
      }
      own.append(work.sheet.array(key(index, steps, variable)).item)
      other.append(problem.start[place].value + change)
    }
    work.compare(
      Prose(
        en: "\(rule.heading): last weights against sums over all gradients",
        zh: "\(rule.heading)：最终权重与对全部梯度求和的结果"), own, other, tolerance: 1e-10)
  }

  private mutating func compareRules() {
    let headings: [Table.Cell] =
      [.prose(Prose(en: "rule", zh: "规则"))]
      + variables.map { .math(.symbol(symbol($0, problem.iterations))) }
      + (objective == nil ? [] : [.math(.symbol(result))])
    work.section(
      Prose(en: "The rules side by side", zh: "各规则对照"),
      [
        .prose(
          Prose(
            en: "Where each rule has got to after \(problem.iterations) steps.",
            zh: "各规则走 \(problem.iterations) 步之后的位置。")),
        .table(
          Table(
            headings: headings,
            rows: summaries.map { summary in
              [.prose(Prose(en: "\(summary.rule.heading)", zh: "\(summary.rule.heading)"))]
                + summary.digits.map { .digits($0) }
                + (summary.value.map {
                  [.digits(NumberText.brief($0))]
                } ?? [])
            })),
      ])
  }
}
