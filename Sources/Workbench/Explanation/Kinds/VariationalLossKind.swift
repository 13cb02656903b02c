import Explain
import Formats

extension ProblemKind {
  /// The loss of a variational autoencoder.
  static let variationalLoss = ProblemKind(
    name: VariationalLossProblem.kind,
    summary: "A VAE's loss: KL divergence, reparameterised code, reconstruction, gradients.",
    keys: [
      .required("mean", "μ, a number for each entry of the code"),
      .optional("log-variance", "ln σ² for each entry; or 'standard-deviation'"),
      .optional("standard-deviation", "σ for each entry, in place of log-variance"),
      .optional("noise", "ε, for z = μ + σ·ε"),
      .optional("input", "x; without it the KL term stands alone"),
      .optional("decoder", "{weight (rows of outputs), bias}: a linear layer"),
      .optional("reconstruction", "the decoder's output, in place of a decoder"),
      .optional("likelihood", "bernoulli or gaussian; bernoulli"),
      .optional("output-variance", "of a gaussian output; 1"),
    ],
    example: """
      kind: kl
      mean: [0.5, -1]
      log-variance: [0, -0.5]
      noise: [0.2, -0.3]
      input: [1, 0]
      decoder: {weight: [[1, 0.5], [-0.5, 1]], bias: [0.1, 0]}
      """,
    read: { members in
      let spread: VariationalLossProblem.Spread
      switch (try members.vector("log-variance"), try members.vector("standard-deviation")) {
      case (let values?, nil): spread = .logVariance(values)
      case (nil, let values?): spread = .standardDeviation(values)
      case (nil, nil): throw members.file.missing("log-variance")
      default:
        throw members["log-variance"]!.error(
          "found both log-variance and standard-deviation, expected one of them")
      }
      var reconstruction: VariationalLossProblem.Reconstruction?
      if let decoder = members["decoder"] {
        if let output = members["reconstruction"] {
          throw output.error("found both a decoder and its output, expected one of them")
        }
        let parts = try decoder.members(["weight", "bias"])
        guard let weight = parts["weight"] else { throw decoder.missing("weight") }
        reconstruction = .decoder(
          .init(weight: try weight.matrix(), bias: try parts["bias"]?.vector()))
      } else if let output = try members.vector("reconstruction") {
        reconstruction = .given(output)
      }
      return VariationalLossProblem(
        mean: try members.vector("mean")!, spread: spread,
        noise: try members.vector("noise"), input: try members.vector("input"),
        reconstruction: reconstruction,
        likelihood: try members["likelihood"]?.choice(
          "likelihood",
          VariationalLossProblem.Likelihood.allCases.map { ($0.rawValue, $0) }) ?? .bernoulli,
        outputVariance: try members.number("output-variance") ?? 1, title: try members.title())
    })
}
