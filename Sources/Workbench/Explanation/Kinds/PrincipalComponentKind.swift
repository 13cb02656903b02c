import Explain
import Formats

extension ProblemKind {
  /// Principal component analysis.
  static let principalComponent = ProblemKind(
    name: PrincipalComponentProblem.kind,
    summary: "Principal components: centring, covariance or the XXᵀ trick, projection.",
    keys: [
      .required("data", "samples, a row each"),
      .optional("divisor", "n or n-1; n-1"),
      .optional("components", "how many are kept; all"),
    ],
    example: """
      kind: pca
      data: [[2, 1], [0, 0], [4, 3], [2, 4]]
      components: 1
      """,
    read: { members in
      PrincipalComponentProblem(
        try members.matrix("data")!,
        divisor: try members["divisor"]?.choice(
          "divisor", PrincipalComponentProblem.Divisor.allCases.map { ($0.rawValue, $0) })
          ?? .nMinusOne, components: try members.integer("components", 1...1_000_000),
        title: try members.title())
    })
}
