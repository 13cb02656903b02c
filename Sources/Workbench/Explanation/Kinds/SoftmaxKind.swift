import Explain

extension ProblemKind {
  /// Softmax with its Jacobian and cross-entropy.
  static let softmax = ProblemKind(
    name: SoftmaxProblem.kind,
    summary: "Softmax of scores, its Jacobian, cross-entropy and its gradient.",
    keys: [
      .required("logits", "scores: a row, or a row a sample"),
      .optional("target", "one-hot or probability rows of the same shape; no loss if left out"),
    ],
    example: """
      kind: softmax
      logits: [2, 1, 0.1]
      target: [1, 0, 0]
      """,
    read: { members in
      SoftmaxProblem(
        logits: try members["logits"]!.rows(), target: try members["target"]?.rows(),
        title: try members.title())
    })
}

extension YAMLValue {
  /// Rows of numbers; one row may stand alone.
  func rows() throws -> [[Double]] {
    let parts = try list("rows of numbers")
    if let first = parts.first, case .sequence = first.node { return try matrix() }
    return [try vector()]
  }
}
