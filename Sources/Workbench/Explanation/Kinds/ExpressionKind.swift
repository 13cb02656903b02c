import Explain
import Formats

extension ProblemKind {
  /// Expressions with their computational graphs.
  static let expression = ProblemKind(
    name: ExpressionProblem.kind,
    summary: "An expression as a computational graph: every node's value and gradient.",
    keys: [
      .required(
        "expression",
        "such as 'f = (x + y) * max(y, z)'; + - * / ^ and exp log sqrt sin cos tanh sigmoid relu "
          + "abs max min sum mean dot matmul norm transpose"),
      .required("at", "a mapping from each variable to its scalar, vector or matrix"),
    ],
    example: """
      kind: expression
      expression: f = (x + y) * max(y, z)
      at: {x: 1, y: 2, z: 0}
      """,
    read: { members in
      let values = try members["at"]!.anyMembers().map { name, value in
        (name: name, value: try value.array())
      }
      return ExpressionProblem(
        try members.text("expression")!, values: values, title: try members.title())
    })
}
