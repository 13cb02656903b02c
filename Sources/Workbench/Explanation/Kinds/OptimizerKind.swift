import Explain
import Formats

extension ProblemKind {
  /// Optimization rules step by step.
  static let optimizer = ProblemKind(
    name: OptimizerProblem.kind,
    summary: "Steps of optimization rules on a function, or along given gradients.",
    keys: [
      .optional("function", "of one or two variables, such as 'f = x^2 + 10*y^2'; or gradients"),
      .optional(
        "gradients", "a row for each step, a number for each weight, instead of a function"),
      .required("start", "a mapping from each variable to its value before the first step"),
      .required(
        "rules",
        "a list of names or of {name, learning-rate, …}: sgd, momentum and nesterov {momentum}, "
          + "delta-bar-delta {increase, decrease, decay}, adagrad {epsilon}, rmsprop {decay, "
          + "epsilon}, adam {beta1, beta2, epsilon}, newton"),
      .optional("iterations", "steps; 3, or as many as gradients"),
    ],
    example: """
      kind: optimizer
      function: f = x^2 + 10*y^2
      start: {x: 1, y: 1}
      rules: [{name: momentum, learning-rate: 0.05, momentum: 0.9}, {name: adam, learning-rate: 0.1}]
      iterations: 3
      """,
    read: { members in
      let objective: OptimizerProblem.Objective
      var steps = 3
      if let gradients = members["gradients"] {
        guard members["function"] == nil else {
          throw gradients.error("found both function and gradients, expected one of them")
        }
        let rows = try gradients.list("a row of numbers for each step").map { row in
          row.isList ? try row.vector() : [try row.problemNumber()]
        }
        steps = max(rows.count, 1)
        objective = .gradients(rows)
      } else {
        guard let text = try members.text("function") else {
          throw members.file.error("'function' or 'gradients' is missing")
        }
        objective = .function(text)
      }
      return OptimizerProblem(
        objective,
        start: try members["start"]!.anyMembers().map { name, value in
          .init(name: name, value: try value.problemNumber())
        },
        rules: try members["rules"]!.list("a list of rules").map { entry in
          guard let rule = try optimizer(entry) else { throw entry.expected("a rule such as sgd") }
          return rule
        },
        iterations: try members.integer("iterations", 1...1000) ?? steps,
        title: try members.title())
    })
}

extension YAMLValue {
  /// Whether a list stands here.
  var isList: Bool { if case .sequence = node { true } else { false } }
}
