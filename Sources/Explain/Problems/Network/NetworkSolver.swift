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
  var current: [String: String] = [:]
  var kinks = KinkReport()
  var differenceError = 0.0
  var referenceError = 0.0
  var reference: NetworkReference?

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
    solution = Solution(
      kind: NetworkProblem.kind, title: problem.title ?? Self.title(problem, geometry))
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

  func program(_ iteration: Int) -> NetworkProgram {
    NetworkProgram(
      problem, geometry, naming, options.convention, prefix: "t\(iteration).")
  }

  // MARK: One iteration

  mutating func solve(_ iteration: Int) throws {
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
    var forward = forwardIntroduction(iteration)
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
        backwardIntroduction(iteration) + backward(program, parts, recording)))
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
  func lookAheadSteps(_ path: String, _ key: String, _ iteration: Int) -> [Step]? {
    guard case .nesterov = problem.optimizer, options.convention == .course, iteration > 1
    else { return nil }
    let base = current[path]!
    var name = naming.lookAhead(key, sheet.names[base]!)
    name.gradient = { index in
      .derivative(.symbol(Symbol("L")), index.map(name.entry) ?? name.whole)
    }
    return sheet.define(
      name,
      .add(
        .variable(base), .multiply(.variable("μ"), .variable(stateKey("v", path, iteration - 1)))),
      .update)
  }

  func checkFinite(
    _ recording: Worksheet.Recording, _ names: [Name], _ iteration: Int
  ) throws {
    for (index, layer) in problem.layers.enumerated() where layer.activation == .softmax {
      let scores = "t\(iteration).z\(index)"
      guard recording.ids[scores] != nil else { continue }
      // The formula's exponentials overflow where the engine's shifted ones do not.
      if let wrong = recording.node(scores).value.doubles.first(where: { !(abs($0) <= 700) }) {
        throw ProblemError(
          "layers[\(index)]",
          "softmax of \(wrong) in iteration \(iteration), whose exponential float64 cannot hold; "
            + "expected scores from -700 to 700")
      }
    }
    // Values first: a gradient that is not finite often comes from one of them.
    for isGradient in [false, true] {
      for name in names where recording.ids[name.key] != nil {
        let node = recording.node(name.key)
        guard let array = isGradient ? node.gradient : node.value,
          let wrong = array.doubles.firstIndex(where: { !$0.isFinite })
        else { continue }
        let symbol = MathText.text(name.entry(Worksheet.indices(wrong, array.shape)))
        let hint =
          problem.loss == .crossEntropy || problem.loss == .binaryCrossEntropy
          ? "; the loss takes the logarithm of a probability that has become 0" : ""
        throw ProblemError(
          "iteration \(iteration)",
          "\(isGradient ? "the gradient by " : "")\(symbol) is \(array.doubles[wrong]), expected a "
            + "finite number\(hint)")
      }
    }
  }

  /// Penalties and the loss with them.
  func penalizedLoss(_ program: NetworkProgram, _ iteration: Int) -> [Step] {
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
}
