import Explain
import Formats

extension ProblemKind {
  /// Calculations with small matrices.
  static let linearAlgebra = ProblemKind(
    name: LinearAlgebraProblem.kind,
    summary: "A small matrix: product, trace, determinant, inverse, eigenvalues, norms, SVD.",
    keys: [
      .required("matrix", "A, rows of numbers; a vector is one row or one column"),
      .optional("second", "B of the product A·B"),
      .optional(
        "tasks",
        "a list of product, trace, determinant, inverse, eigenvalues, norms, svd; all that fit"),
    ],
    example: """
      kind: linear-algebra
      matrix: [[2, 1], [1, 2]]
      tasks: [determinant, inverse, eigenvalues]
      """,
    read: { members in
      LinearAlgebraProblem(
        try members.matrix("matrix")!, second: try members.matrix("second"),
        tasks: try members["tasks"]?.list("a list of tasks").map {
          try $0.choice("task", LinearAlgebraProblem.Task.allCases.map { ($0.rawValue, $0) })
        }, title: try members.title())
    })
}
