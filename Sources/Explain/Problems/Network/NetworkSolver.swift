import Autodiff

extension NetworkProblem {
  /// Every number of the forward pass, the backward pass and the update.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try NetworkSolver(self, options)
    return try solver.solve()
  }
}

/// Writes the worked solution of a network.
struct NetworkSolver {
  let problem: NetworkProblem
  let options: ExplainOptions
  let geometry: NetworkProblem.Geometry
  let naming: NetworkNaming
  let sheet: Worksheet
  var solution: Solution
  /// The parameters' keys by path as they stand before the next update.
  private var current: [String: String] = [:]
  private var kinks = KinkReport()
  private var differenceError = 0.0
  private var referenceError = 0.0
  private var reference: NetworkReference?

  init(_ problem: NetworkProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    self.options = options
    geometry = try problem.validated()
    let isPlain = problem.layers.allSatisfy {
      if case .dense = $0 { true } else { false }
    }
    let isSingle =
      isPlain && geometry.samples == 1 && geometry.shapes.allSatisfy { $0 == [1] }
    let numbers =
      geometry.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
      + geometry.samples * geometry.shapes.dropFirst().reduce(0) { $0 + 2 * $1.reduce(1, *) }
    let form = options.form ?? (isSingle ? .scalar : numbers <= 160 ? .indexed : .matrix)
    if form == .scalar, !isSingle {
      throw ProblemError(
        "--form", "found scalar, expected indexed or matrix: a layer has more than one unit")
    }
    if form == .indexed, numbers > 1500 {
      throw ProblemError(
        "--form", "found indexed, expected matrix: the \(numbers) numbers are too many to show")
    }
    naming = NetworkNaming(
      form: form, isRowLayout: form == .matrix && options.layout == .xw, samples: geometry.samples,
      countsIterations: problem.iterations > 1, inputs: geometry.shapes[0][0])
    sheet = Worksheet(options, isIndexed: form != .matrix)
    solution = Solution(kind: NetworkProblem.kind, title: problem.title ?? Self.title(problem, geometry))
  }

  private static func title(
    _ problem: NetworkProblem, _ geometry: NetworkProblem.Geometry
  ) -> Prose {
    let sizes = geometry.shapes.map { $0.map(String.init).joined(separator: "×") }
      .joined(separator: "-")
    return Prose(
      en: "Network \(sizes): forward pass, backward pass and update",
      zh: "网络 \(sizes)：前向传播、反向传播与更新")
  }

  mutating func solve() throws -> Solution {
    give()
    let first = program(1)
    reference = NetworkReference(problem, first, options.convention)
    for iteration in 1...problem.iterations { try solve(iteration) }
    finish()
    return solution
  }

  private func program(_ iteration: Int) -> NetworkProgram {
    NetworkProgram(
      problem, geometry, naming, options.convention, prefix: "t\(iteration).")
  }

  // MARK: What is given

  private mutating func give() {
    let program = program(1)
    var blocks: [Block] = []
    func given(_ name: Name, _ array: NDArray) {
      sheet.give(name, array)
      blocks.append(contentsOf: sheet.given(name.key))
    }
    given(naming.activations("t1.x", "x", layer: nil, images: problem.input.shape.count == 4),
      program.inputArray)
    given(naming.activations("t1.y", "y", layer: nil), program.targetArray)
    for (path, array) in program.parameters {
      let key = program.parameterKey(path)
      let name = parameterName(key, path, iteration: 0)
      given(name, program.arranged(array, path: path))
      current[path] = key
      solution.symbols.append(
        .init(
          symbol: name.whole, meaning: meaning(of: path),
          shape: Array(program.arranged(array, path: path).shape)))
    }
    for index in problem.layers.indices {
      if let mask = program.mask(index) {
        let name = naming.activations(
          "t1.m\(index)", "m", layer: program.numbers[index],
          images: geometry.shapes[index].count == 3)
        given(name, mask)
      }
    }
    if let optimizer = problem.optimizer {
      for constant in optimizer.constants {
        sheet.give(constant.key, constant.symbol, constant.value)
        blocks.append(contentsOf: sheet.given(constant.key))
      }
    }
    for (key, symbol, value) in penaltyConstants {
      sheet.give(key, symbol, value)
      blocks.append(contentsOf: sheet.given(key))
    }
    solution.sections.append(Section(Prose(en: "Given", zh: "已知"), blocks))
    describeSymbols(program)
  }

  /// λ, or λ₁, λ₂, … where there are several.
  private var penaltyConstants: [(key: String, symbol: Symbol, value: Double)] {
    var values: [Double] = []
    for penalty in problem.penalties {
      for value in [penalty.l1, penalty.l2] where value != 0 && !values.contains(value) {
        values.append(value)
      }
    }
    return values.enumerated().map { index, value in
      (
        lambda(value, values),
        values.count == 1 ? Symbol("λ") : Symbol("λ", "\(index + 1)"), value
      )
    }
  }

  private func lambda(_ value: Double, _ values: [Double]) -> String {
    values.count == 1 ? "λ" : "λ\(values.firstIndex(of: value)! + 1)"
  }

  private func lambdaKey(_ value: Double) -> String {
    penaltyConstants.first { $0.value == value }!.key
  }

  private func parameterName(_ key: String, _ path: String, iteration: Int) -> Name {
    let parts = path.split(separator: ".")
    let index = Int(parts[1])!
    let program = program(1)
    var base = parts[2] == "weight" ? "w" : "b"
    if case .batchNorm = problem.layers[index] { base = parts[2] == "weight" ? "γ" : "β" }
    return naming.parameter(key, base, layer: program.numbers[index], iteration: iteration)
      .withGradient()
  }

  private func meaning(of path: String) -> Prose {
    let index = Int(path.split(separator: ".")[1])!
    let number = program(1).numbers[index]
    if case .batchNorm = problem.layers[index] {
      return path.hasSuffix("weight")
        ? Prose(en: "learned scale of layer \(number)", zh: "第 \(number) 层可学习的缩放")
        : Prose(en: "learned shift of layer \(number)", zh: "第 \(number) 层可学习的平移")
    }
    return path.hasSuffix("weight")
      ? Prose(
        en: "\(Term.weight)s of layer \(number)", zh: "第 \(number) 层的\(Term.weight)")
      : Prose(
        en: "\(Term.bias) of layer \(number)", zh: "第 \(number) 层的\(Term.bias)")
  }

  private mutating func describeSymbols(_ program: NetworkProgram) {
    func entry(_ symbol: MathNode, _ meaning: Prose, _ shape: [Int] = []) {
      solution.symbols.append(.init(symbol: symbol, meaning: meaning, shape: shape))
    }
    entry(
      naming.activations("", "x", layer: nil).whole, Prose(en: "\(Term.input)", zh: "\(Term.input)"),
      Array(program.inputArray.shape))
    entry(
      naming.activations("", "y", layer: nil).whole,
      Prose(en: "\(Term.target)", zh: "\(Term.target)"), Array(program.targetArray.shape))
    func generic(_ base: String, accent: Symbol.Accent? = nil) -> MathNode {
      var symbol = Symbol(base, accent: accent)
      if naming.form == .scalar { symbol.subscripts = ["l"] }
      return .symbol(symbol)
    }
    entry(
      generic("z"),
      Prose(
        en: "\(Term.preActivation) of layer l, weighted sum of its inputs",
        zh: "第 l 层的\(Term.preActivation)，即输入的加权和"))
    entry(
      generic("a"),
      Prose(en: "\(Term.activation) of layer l", zh: "第 l 层的\(Term.activation)"))
    entry(
      .symbol(Symbol("y", accent: .hat)),
      Prose(en: "\(Term.prediction)", zh: "\(Term.prediction)"))
    entry(.symbol(Symbol("L")), Prose(en: "\(Term.loss)", zh: "\(Term.loss)"))
    entry(
      generic("δ"),
      Prose(
        en: "\(Term.errorSignal) of layer l: the gradient of the loss by z",
        zh: "第 l 层的\(Term.errorSignal)：损失对 z 的梯度"))
    if problem.optimizer != nil {
      entry(
        .symbol(Symbol("η")), Prose(en: "\(Term.learningRate)", zh: "\(Term.learningRate)"))
    }
    if !problem.penalties.isEmpty {
      entry(
        .symbol(Symbol("λ")),
        Prose(en: "strength of \(Term.regularization)", zh: "\(Term.regularization)强度"))
    }
  }

  // MARK: One iteration

  private mutating func solve(_ iteration: Int) throws {
    let firstStep = solution.steps.count
    let program = program(iteration)
    var inputs = ["t\(iteration).x", "t\(iteration).y"]
    if iteration > 1 {
      for name in ["x", "y"] { sheet.alias("t\(iteration).\(name)", to: "t1.\(name)") }
    }
    for index in problem.layers.indices where program.mask(index) != nil {
      if iteration > 1 { sheet.alias("t\(iteration).m\(index)", to: "t1.m\(index)") }
      inputs.append("t\(iteration).m\(index)")
    }
    var lookAhead: [Step] = []
    for (path, _) in geometry.parameters {
      let key = program.parameterKey(path)
      if let steps = lookAheadSteps(path, key, iteration) {
        lookAhead += steps
      } else if current[path] != key {
        sheet.alias(key, to: current[path]!)
      }
      inputs.append(key)
    }
    let (names, parts) = program.plan()
    let recording = sheet.record(inputs: inputs, named: names) { variables, marks in
      program.run(variables, &marks)
    }
    try checkFinite(recording, names, iteration)
    let mark: Prose.Run = problem.iterations > 1 ? " (\(iteration))" : ""
    func heading(_ english: Prose.Run, _ chinese: Prose.Run) -> Prose {
      Prose(en: "\(english)\(mark)", zh: "\(chinese)\(mark)")
    }

    if !lookAhead.isEmpty {
      solution.sections.append(
        Section(heading("Look ahead", "前瞻点"), lookAhead.map { .step($0) }))
    }
    var forward: [Block] = []
    for part in parts {
      for key in part.values { forward += sheet.value(key, in: recording).map { .step($0) } }
    }
    forward += sheet.value("t\(iteration).L", in: recording).map { .step($0) }
    forward += penalizedLoss(program, iteration).map { .step($0) }
    solution.sections.append(
      Section(heading("Forward pass", "\(Term.forwardPass)"), forward))

    solution.sections.append(
      Section(
        heading("Backward pass", "\(Term.backwardPass)"),
        backward(program, parts, recording)))
    kinks.collect(recording, sheet, conventionOf: options.convention)
    check(program, recording, inputs, iteration)

    if problem.optimizer != nil {
      solution.sections.append(
        Section(heading("Update", "参数更新"), update(program, iteration)))
    }
    let paths = geometry.parameters.map(\.path)
    solution.iterations.append(
      Solution.Iteration(
        number: iteration, loss: recording.node("t\(iteration).L").value.item,
        gradients: paths.map { path in
          let key = program.parameterKey(path)
          return (
            path, Value(program.stored(sheet.array(GraphReader.gradient(key)), path: path))
          )
        },
        parameters: paths.map { path in
          (path, Value(program.stored(sheet.array(current[path]!), path: path)))
        },
        steps: firstStep..<solution.steps.count))
    compare(program, iteration)
  }

  /// Nesterov's momentum in the course's form takes the gradient at w + μv.
  private func lookAheadSteps(_ path: String, _ key: String, _ iteration: Int) -> [Step]? {
    guard case .nesterov = problem.optimizer, options.convention == .course, iteration > 1
    else { return nil }
    let base = current[path]!
    var name = naming.lookAhead(key, sheet.names[base]!)
    name.gradient = { index in
      .derivative(.symbol(Symbol("L")), index.map(name.entry) ?? name.whole)
    }
    return sheet.define(
      name,
      .add(.variable(base), .multiply(.variable("μ"), .variable(stateKey("v", path, iteration - 1)))),
      .update)
  }

  private func checkFinite(
    _ recording: Worksheet.Recording, _ names: [Name], _ iteration: Int
  ) throws {
    for name in names {
      guard recording.ids[name.key] != nil else { continue }
      let node = recording.node(name.key)
      for (what, array) in [("", node.value as NDArray?), ("the gradient by ", node.gradient)] {
        guard let array, let wrong = array.doubles.firstIndex(where: { !$0.isFinite }) else {
          continue
        }
        let symbol = MathText.text(
          array.elementCount == 1
            ? name.entry(Worksheet.indices(0, array.shape))
            : name.entry(Worksheet.indices(wrong, array.shape)))
        let hint =
          problem.loss == .crossEntropy || problem.loss == .binaryCrossEntropy
          ? "; the loss takes the logarithm of a probability that has become 0" : ""
        throw ProblemError(
          "iteration \(iteration)",
          "\(what)\(symbol) is \(array.doubles[wrong]), expected a finite number\(hint)")
      }
    }
  }

  /// Penalties and the loss with them.
  private func penalizedLoss(_ program: NetworkProgram, _ iteration: Int) -> [Step] {
    if problem.penalties.isEmpty { return [] }
    var steps: [Step] = []
    var total = Expression.variable("t\(iteration).L")
    for (index, penalty) in problem.penalties.enumerated() {
      let key = program.parameterKey(penalty.parameter)
      var terms: [Expression] = []
      if penalty.l1 != 0 {
        terms.append(
          .multiply(
            .variable(lambdaKey(penalty.l1)), .call("sum#", [.call("abs", [.variable(key)])])))
      }
      if penalty.l2 != 0 {
        terms.append(
          .multiply(
            .divide(.variable(lambdaKey(penalty.l2)), .number(2)),
            .call("sum#", [.power(.variable(key), .number(2))])))
      }
      guard let first = terms.first else { continue }
      let name = Name(scalar: "t\(iteration).R\(index)", Symbol("R", "\(index + 1)"))
      steps += sheet.define(name, terms.dropFirst().reduce(first) { .add($0, $1) }, .forward)
      total = .add(total, .variable(name.key))
    }
    let name = Name(scalar: "t\(iteration).total", Symbol("L", "total"))
    return steps + sheet.define(name, total, .forward)
  }

  // MARK: Backward

  private func backward(
    _ program: NetworkProgram, _ parts: [NetworkProgram.Part], _ recording: Worksheet.Recording
  ) -> [Block] {
    var blocks: [Block] = []
    let last = parts[parts.count - 1]
    for part in parts.reversed() {
      let layer = problem.layers[part.layer]
      if let slope = part.slope, recording.ids[slope] != nil {
        if let first = part.gradients.first, first == slope {
          blocks += sheet.gradient(slope, in: recording).map { .step($0) }
        }
        blocks += sheet.slope(slope, in: recording).map { .step($0) }
      }
      for key in part.gradients where key != part.slope {
        let shortcut = part.layer == last.layer ? shortcut(key, program, recording) : nil
        if let shortcut {
          blocks += longWay(key, last, program, recording)
          let steps = sheet.gradient(key, in: recording, written: shortcut)
          blocks += steps.map { .step($0) }
        } else {
          blocks += sheet.gradient(key, in: recording).map { .step($0) }
        }
      }
      var parameters: [String] = []
      switch layer {
      case .dense(_, let bias, _), .convolution(_, let bias, _, _, _):
        parameters = ["w\(part.layer)"] + (bias == nil ? [] : ["b\(part.layer)"])
      case .batchNorm: parameters = ["w\(part.layer)", "b\(part.layer)"]
      default: break
      }
      for parameter in parameters {
        blocks += sheet.gradient(program.prefix + parameter, in: recording).map { .step($0) }
      }
    }
    return blocks
  }

  /// ŷ − y, where the last activation and the loss belong together.
  private func shortcut(
    _ key: String, _ program: NetworkProgram, _ recording: Worksheet.Recording
  ) -> Expression? {
    guard key.contains("z") || key.hasSuffix("a\(problem.layers.count - 1)") else { return nil }
    let prediction = program.prefix + "a\(problem.layers.count - 1)"
    guard recording.ids[prediction] != nil, key != prediction else { return nil }
    let difference = Expression.subtract(.variable(prediction), .variable(program.prefix + "y"))
    switch (problem.layers.last!.activation, problem.loss) {
    case (.softmax, .crossEntropy):
      return geometry.samples == 1 ? difference : .divide(difference, .number(Double(geometry.samples)))
    case (.sigmoid, .binaryCrossEntropy):
      let count = Double(recording.node(prediction).value.elementCount)
      return count == 1 ? difference : .divide(difference, .number(count))
    default: return nil
    }
  }

  /// The same by the chain rule, written down before the shortcut.
  private func longWay(
    _ key: String, _ part: NetworkProgram.Part, _ program: NetworkProgram,
    _ recording: Worksheet.Recording
  ) -> [Block] {
    let steps = sheet.gradient(key, in: recording)
    let isSoftmax = problem.layers.last!.activation == .softmax
    var blocks: [Block] = [
      .prose(
        isSoftmax
          ? Prose(
            en: """
              The long way, through the \(Term.jacobian) of \(Term.softmax), whose entries are \
              \(jacobianFormula):
              """,
            zh: "完整推导：通过 \(Term.softmax) 的\(Term.jacobian)，其元素为 \(jacobianFormula)：")
          : Prose(
            en: "The long way, by the \(Term.chainRule):", zh: "完整推导：用\(Term.chainRule)："))
    ]
    if isSoftmax, geometry.samples == 1, sheet.isIndexed {
      blocks.append(jacobianTable(program))
    }
    blocks += steps.map { step in
      var step = step
      step.id += ".chain"
      return .step(step)
    }
    blocks.append(
      .prose(
        Prose(
          en: """
            The shortcut: \(isSoftmax ? "softmax" : "sigmoid") and its loss together give the \
            difference of \(Term.prediction) and \(Term.target), the same numbers:
            """,
          zh: """
            捷径：\(isSoftmax ? "softmax" : "sigmoid") 与对应的损失合在一起，梯度就是\
            \(Term.prediction)与\(Term.target)之差，数值相同：
            """)))
    return blocks
  }

  private var jacobianFormula: MathNode {
    func y(_ index: String) -> MathNode { .symbol(Symbol("y", index, accent: .hat)) }
    return .infix(
      .equals, .derivative(y("i"), .symbol(Symbol("z", "j"))),
      .infix(
        .times, y("i"),
        .parentheses(
          .infix(.minus, .symbol(Symbol("𝟙", "ij")), y("j")))))
  }

  private func jacobianTable(_ program: NetworkProgram) -> Block {
    let prediction = sheet.array(program.prefix + "a\(problem.layers.count - 1)").doubles
    let name = sheet.names[program.prefix + "a\(problem.layers.count - 1)"]!
    func entry(_ unit: Int) -> MathNode {
      name.entry(naming.isRowLayout ? [0, unit] : [unit, 0])
    }
    let units = prediction.indices
    let layer = program.numbers.last!
    return .table(
      Table(
        headings: [.math(.word("∂"))]
          + units.map { .math(.symbol(Symbol("z", "\($0 + 1)", layer: layer))) },
        rows: units.map { row in
          [.math(entry(row))]
            + units.map { column in
              .digits(
                NumberText.brief(
                  prediction[row] * ((row == column ? 1 : 0) - prediction[column])))
            }
        }))
  }

  // MARK: Update

  private func stateKey(_ letter: String, _ path: String, _ iteration: Int) -> String {
    "t\(iteration).\(letter).\(path)"
  }

  private mutating func update(_ program: NetworkProgram, _ iteration: Int) -> [Block] {
    let rule = problem.optimizer!
    var blocks: [Block] = [
      .note(
        Prose(
          en: """
            All gradients were taken with the old \(Term.weight)s; every parameter is updated \
            only now.
            """,
          zh: "所有梯度都用旧的\(Term.weight)计算；到这一步才同时更新全部参数。"))
    ]
    for (path, _) in geometry.parameters {
      let key = program.parameterKey(path)
      let base = current[path]!
      let name = sheet.names[base]!
      let penalty = combinedPenalty(path)
      var gradient = Expression.variable(GraphReader.gradient(key))
      var decays = false
      if penalty.l1 != 0 || penalty.l2 != 0 {
        if case .sgd = rule, penalty.l1 == 0 {
          decays = true
        } else {
          if penalty.l1 != 0 {
            gradient = .add(
              gradient,
              .multiply(.variable(lambdaKey(penalty.l1)), .call("sign", [.variable(base)])))
          }
          if penalty.l2 != 0 {
            gradient = .add(
              gradient, .multiply(.variable(lambdaKey(penalty.l2)), .variable(base)))
          }
          let total = naming.companion(
            "t\(iteration).g.\(path)", "g", of: name,
            iteration: problem.iterations > 1 ? iteration : nil)
          blocks += sheet.define(total, gradient, .update).map { .step($0) }
          gradient = .variable(total.key)
        }
      }
      blocks += assignments(rule, path, base, name, gradient, decays ? penalty.l2 : 0, iteration)
    }
    return blocks
  }

  private func combinedPenalty(_ path: String) -> NetworkProblem.Penalty {
    problem.penalties.filter { $0.parameter == path }.reduce(
      into: NetworkProblem.Penalty(parameter: path)
    ) {
      $0.l1 += $1.l1
      $0.l2 += $1.l2
    }
  }

  private mutating func assignments(
    _ rule: OptimizerRule, _ path: String, _ base: String, _ name: Name, _ gradient: Expression,
    _ decay: Double, _ iteration: Int
  ) -> [Block] {
    var blocks: [Block] = []
    var meaning: [String: Expression] = ["w": .variable(base), "g": gradient]
    for constant in rule.constants { meaning[constant.key] = .variable(constant.key) }
    for state in rule.states {
      let key = stateKey(state, path, iteration - 1)
      if iteration == 1 {
        sheet.give(
          naming.companion(key, state, of: name, iteration: 0),
          NDArray(
            repeating: rule.initial(state), shape: sheet.array(base).shape, dtype: .float64))
      }
      meaning[state] = .variable(key)
    }
    for assignment in rule.assignments(step: iteration, convention: options.convention) {
      var formula: Expression
      do {
        formula = try Expression(parsing: assignment.formula)
      } catch {
        fatalError("explain: \(error)")
      }
      if assignment.target == "w", decay != 0 {
        // (1 − λη)·w − η·g, the form of weight decay
        formula = .subtract(
          .multiply(
            .subtract(.number(1), .multiply(.variable(lambdaKey(decay)), .variable("η"))),
            .variable("w")), .multiply(.variable("η"), .variable("g")))
      }
      let written = formula.replacing(meaning)
      let isParameter = assignment.target == "w"
      let key =
        isParameter
        ? "t\(iteration).new.\(path)" : stateKey(assignment.target, path, iteration)
      let target: Name
      if isParameter {
        target = parameterUpdateName(key, path, iteration)
      } else {
        let letter = String(assignment.target.unicodeScalars.first!)
        target = naming.companion(
          key, letter, of: name, accent: assignment.target.unicodeScalars.count > 1 ? .hat : nil,
          iteration: iteration)
      }
      var steps = sheet.define(target, written, .update)
      if isParameter {
        for index in steps.indices { steps[index].isBoxed = true }
        current[path] = key
      }
      meaning[assignment.target + "′"] = .variable(key)
      blocks += steps.map { .step($0) }
    }
    return blocks
  }

  private func parameterUpdateName(_ key: String, _ path: String, _ iteration: Int) -> Name {
    let plain = parameterName(key, path, iteration: iteration)
    func marked(_ node: MathNode) -> MathNode {
      guard case .symbol(var symbol) = node else { return node }
      symbol.iteration = iteration
      return .symbol(symbol)
    }
    return Name(key, whole: marked(plain.whole)) { marked(plain.entry($0)) }.withGradient()
  }

  // MARK: Checks

  private mutating func check(
    _ program: NetworkProgram, _ recording: Worksheet.Recording, _ inputs: [String],
    _ iteration: Int
  ) {
    let wanted = geometry.parameters.map { program.parameterKey($0.path) }
    var fixed: [String: NDArray] = [:]
    for key in inputs where !wanted.contains(key) { fixed[key] = sheet.array(key) }
    let found = DifferenceCheck(
      at: wanted.map(sheet.array),
      gradients: wanted.map { sheet.array(GraphReader.gradient($0)) }
    ) { arrays in
      var variables = fixed.mapValues { Tensor($0) }
      for (key, array) in zip(wanted, arrays) { variables[key] = Tensor(array) }
      var marks: [String: Tensor] = [:]
      return program.run(variables, &marks).item
    }
    differenceError = max(differenceError, found.disagreement)
    for kink in found.kinks {
      let name = sheet.names[wanted[kink.input]]!
      let shape = sheet.array(wanted[kink.input]).shape
      kinks.add(
        name.entry(Worksheet.indices(kink.entry, shape)), left: kink.left, right: kink.right,
        gradient: kink.gradient)
    }
    for penalty in problem.penalties where penalty.l1 != 0 {
      let key = program.parameterKey(penalty.parameter)
      let array = sheet.array(key)
      for (entry, value) in array.doubles.enumerated() where value == 0 {
        kinks.addAbsolute(
          sheet.names[key]!.entry(Worksheet.indices(entry, array.shape)), strength: penalty.l1)
      }
    }
  }

  private mutating func compare(_ program: NetworkProgram, _ iteration: Int) {
    guard reference != nil, problem.optimizer != nil else { return }
    for (path, array) in reference!.step() {
      let own = program.stored(sheet.array(current[path]!), path: path).doubles
      let other = array.doubles
      let scale = max(1, other.map { abs($0) }.max() ?? 0)
      for (a, b) in zip(own, other) { referenceError = max(referenceError, abs(a - b) / scale) }
    }
  }

  private mutating func finish() {
    var rows: [[Table.Cell]] = []
    let first = program(1)
    for (path, array) in first.parameters where problem.optimizer != nil {
      let before = first.arranged(array, path: path).doubles
      let key = first.parameterKey(path)
      let name = sheet.names[key]!
      let shape = sheet.array(key).shape
      let digits = sheet.writtenDigits(current[path]!)
      for (entry, value) in before.enumerated() {
        rows.append([
          .math(name.entry(Worksheet.indices(entry, shape))),
          .digits(NumberText.brief(value)), .digits(digits[entry]),
        ])
      }
    }
    if !rows.isEmpty, rows.count <= 200 {
      solution.sections.append(
        Section(
          Prose(en: "Result", zh: "结果"),
          [
            .table(
              Table(
                headings: [
                  .prose(Prose(en: "parameter", zh: "参数")),
                  .prose(Prose(en: "before", zh: "更新前")),
                  .prose(Prose(en: "after", zh: "更新后")),
                ], rows: rows))
          ]))
    }
    solution.check.lines.append(
      .init(
        what: Prose(
          en: "gradients of the tape against \(Term.centralDifference)s",
          zh: "计算带的梯度与\(Term.centralDifference)"),
        disagreement: differenceError, tolerance: DifferenceCheck.tolerance))
    if reference != nil, problem.optimizer != nil {
      solution.check.lines.append(
        .init(
          what: Prose(
            en: "updated parameters against the library's layers, loss and optimizer",
            zh: "更新后的参数与库中的层、损失和优化器"),
          disagreement: referenceError, tolerance: 1e-12))
    }
    solution.check.kinks = kinks.prose
  }
}
