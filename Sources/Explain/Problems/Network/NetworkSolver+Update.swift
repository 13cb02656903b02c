import Autodiff

// The change of the parameters.

extension NetworkSolver {
  func stateKey(_ letter: String, _ path: String, _ iteration: Int) -> String {
    "t\(iteration).\(letter).\(path)"
  }

  mutating func update(_ program: NetworkProgram, _ iteration: Int) -> [Block] {
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
    if iteration == 1 { blocks += updateIntroduction(rule) }
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

  func combinedPenalty(_ path: String) -> NetworkProblem.Penalty {
    problem.penalties.filter { $0.parameter == path }.reduce(
      into: NetworkProblem.Penalty(parameter: path)
    ) {
      $0.l1 += $1.l1
      $0.l2 += $1.l2
    }
  }

  mutating func assignments(
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

  func parameterUpdateName(_ key: String, _ path: String, _ iteration: Int) -> Name {
    let plain = parameterName(key, path, iteration: iteration)
    func marked(_ node: MathNode) -> MathNode {
      guard case .symbol(var symbol) = node else { return node }
      symbol.iteration = iteration
      return .symbol(symbol)
    }
    return Name(key, whole: marked(plain.whole)) { marked(plain.entry($0)) }.withGradient()
  }
}
