import Explain
import Formats

extension ProblemKind {
  /// Newton's method on an expression.
  static let newton = ProblemKind(
    name: NewtonProblem.kind,
    summary: "Newton's method on an expression: gradient, Hessian, solution, step.",
    keys: [
      .required(
        "expression",
        "such as 'f = x^2 + x*y + 2*y^2', of up to three variables; + - * / ^ and exp log sqrt sin "
          + "cos tanh sigmoid"),
      .required("at", "a mapping from each variable to its value at the start"),
      .optional("iterations", "steps; 1"),
    ],
    example: """
      kind: newton
      expression: f = x^2 + x*y + 2*y^2
      at: {x: 1, y: 2}
      """,
    read: { members in
      NewtonProblem(
        try members.text("expression")!,
        values: try members["at"]!.anyMembers().map { (name: $0, value: try $1.problemNumber()) },
        iterations: try members.integer("iterations", 1...1_000_000) ?? 1,
        title: try members.title())
    })
}
