import Explain
import Formats

extension ProblemKind {
  /// Rosenblatt's learning rule.
  static let perceptron = ProblemKind(
    name: PerceptronProblem.kind,
    summary: "The perceptron's learning rule, sample by sample, until it converges or cannot.",
    keys: [
      .required("inputs", "samples, a row each"),
      .required("targets", "0 or 1 for each sample"),
      .optional("weights", "at the start; zeros"),
      .optional("bias", "at the start; 0"),
      .optional("learning-rate", "above 0; 1"),
      .optional("iterations", "passes over the samples at most; 10"),
    ],
    example: """
      kind: perceptron
      inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]
      targets: [0, 0, 0, 1]
      """,
    read: { members in
      PerceptronProblem(
        inputs: try members.matrix("inputs")!,
        targets: try members["targets"]!.list("0 or 1 for each sample").map {
          try $0.integer(-1_000_000...1_000_000)
        },
        weights: try members.vector("weights"), bias: try members.number("bias") ?? 0,
        learningRate: try members.number("learning-rate") ?? 1,
        iterations: try members.integer("iterations", 1...1000) ?? 10, title: try members.title())
    })
}
