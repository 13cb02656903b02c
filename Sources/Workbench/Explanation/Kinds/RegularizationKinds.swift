import Explain

extension ProblemKind {
  /// Batch normalization by hand.
  static let batchNorm = ProblemKind(
    name: BatchNormProblem.kind,
    summary: "Batch normalization: training forward and back, running statistics, test.",
    keys: [
      .required("input", "linear outputs z, a row a sample, two samples at least"),
      .optional("scale", "γ, a number a unit; ones"),
      .optional("shift", "β, a number a unit; zeros"),
      .optional("epsilon", "ε under the root; 1e-5"),
      .optional("momentum", "share of the new value in the running statistics; 0.1"),
      .optional("upstream", "the gradient of the output, rows as in input; ones"),
      .optional("test", "a sample to normalise by the running statistics"),
    ],
    example: """
      kind: batch-norm
      input: [[1, 2], [3, 0], [2, 4]]
      scale: [1, 2]
      shift: [0, 1]
      upstream: [[1, 0], [0, 1], [-1, 0.5]]
      """,
    read: { members in
      BatchNormProblem(
        input: try members.matrix("input")!, scale: try members.vector("scale"),
        shift: try members.vector("shift"), epsilon: try members.number("epsilon") ?? 1e-5,
        momentum: try members.number("momentum") ?? 0.1, upstream: try members.matrix("upstream"),
        test: try members.vector("test"), title: try members.title())
    })

  /// Dropout by hand.
  static let dropout = ProblemKind(
    name: DropoutProblem.kind,
    summary: "Dropout with a given mask: the course's form and the inverted one, train and test.",
    keys: [
      .required("activations", "a row of activations"),
      .required("mask", "ones (kept) and zeros (dropped), as many"),
      .required("keep", "the probability of keeping a unit"),
    ],
    example: """
      kind: dropout
      activations: [1, 2, 3, 4]
      mask: [1, 0, 1, 1]
      keep: 0.5
      """,
    read: { members in
      DropoutProblem(
        activations: try members.vector("activations")!, mask: try members.vector("mask")!,
        keep: try members.number("keep")!, title: try members.title())
    })
}
