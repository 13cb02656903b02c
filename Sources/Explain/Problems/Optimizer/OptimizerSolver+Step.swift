import Autodiff

// One step of a rule: the gradient, and the rule's assignments.
extension OptimizerSolver {
  mutating func step(_ index: Int, _ step: Int) throws -> ([Block], Double?) {
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
  mutating func gradients(
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

  mutating func assignments(_ index: Int, _ step: Int) -> [Block] {
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
}
