import Explain
import Formats

extension ProblemKind {
  /// Adversarial examples by the sign of the gradient.
  static let adversarialExample = ProblemKind(
    name: AdversarialExampleProblem.kind,
    summary: "An adversarial example: gradient by the input, its sign, the loss before and after.",
    keys: [
      .required("input", "a list of numbers"),
      .required(
        "layers",
        "a list of dense {weight (rows of outputs), bias, activation}; the last with softmax, one "
          + "sigmoid unit, or a single linear unit alone (f = w·x)"),
      .required("epsilon", "the largest change of an entry"),
      .optional("label", "the true class, from 0; none for a linear function"),
      .optional("method", "fgsm, iterative or least-likely; fgsm"),
      .optional("steps", "of iterative and least-likely; 1"),
      .optional("step-size", "α of iterative and least-likely; epsilon"),
      .optional("range", "[lowest, highest] of the input's entries; no limits"),
    ],
    example: """
      kind: fgsm
      input: [0.5, -0.2]
      label: 1
      layers: [{dense: {weight: [[1, -2]], bias: [0.1], activation: sigmoid}}]
      epsilon: 0.3
      """,
    read: { members in
      let input = try members.vector("input")!
      var width = input.count
      let entries = try members["layers"]!.list("a list of layers")
      guard entries.count <= 50 else { throw members["layers"]!.expected("at most 50 layers") }
      var range: ClosedRange<Double>?
      if let limits = try members.vector("range") {
        guard limits.count == 2, limits[0] < limits[1] else {
          throw members["range"]!.error("expected [lowest, highest]")
        }
        range = limits[0]...limits[1]
      }
      return AdversarialExampleProblem(
        input: input, label: try members.integer("label", 0...1_000_000),
        layers: try entries.enumerated().map { try layer($1, $0, width: &width) },
        epsilon: try members.number("epsilon")!,
        method: try members["method"]?.choice(
          "method", AdversarialExampleProblem.Method.allCases.map { ($0.rawValue, $0) }) ?? .fgsm,
        steps: try members.integer("steps", 1...1_000_000) ?? 1,
        stepSize: try members.number("step-size"), range: range, title: try members.title())
    })
}
