/// The loss of a variational autoencoder for one sample: reparameterised code, reconstruction term,
/// KL divergence, and the gradients by the encoder's outputs.
public struct VariationalLossProblem: Problem {
  public static let kind = "kl"

  /// The distribution of the decoder's output.
  public enum Likelihood: String, Sendable, Hashable, CaseIterable {
    /// Each x is 0 or 1 (or a grey value between) with probability x̂.
    case bernoulli
    /// Each x is normal about x̂ with a fixed variance.
    case gaussian
  }

  /// A decoder of one linear layer: a = Wz + b; the sigmoid follows for Bernoulli outputs.
  public struct Decoder: Sendable, Hashable {
    /// Rows are the outputs'.
    public var weight: [[Double]]
    /// One for each output; none where nil.
    public var bias: [Double]?

    /// - Parameters:
    ///   - weight: Rows are the outputs'.
    ///   - bias: One for each output; none where nil.
    public init(weight: [[Double]], bias: [Double]? = nil) {
      self.weight = weight
      self.bias = bias
    }
  }

  /// How wide q(z|x) is, a number for each entry of the code.
  public enum Spread: Sendable, Hashable {
    /// ln σ².
    case logVariance([Double])
    /// σ.
    case standardDeviation([Double])
  }

  /// What the decoder makes of the code.
  public enum Reconstruction: Sendable, Hashable {
    /// A decoder whose output is computed from z.
    case decoder(Decoder)
    /// An output that is given; no gradient flows from it to z.
    case given([Double])
  }

  /// μ for each entry of the code.
  public var mean: [Double]
  /// ln σ² or σ for each entry of the code.
  public var spread: Spread
  /// The noise ε; without it there is no code, and the KL term stands alone.
  public var noise: [Double]?
  /// The input x; nil for the KL term alone.
  public var input: [Double]?
  /// What the decoder makes of the code; nil for the KL term alone.
  public var reconstruction: Reconstruction?
  /// The distribution of the decoder's output.
  public var likelihood: Likelihood
  /// The variance of a Gaussian output.
  public var outputVariance: Double
  /// The heading.
  public var title: Prose?

  /// - Parameters:
  ///   - mean: μ for each entry of the code.
  ///   - spread: ln σ² or σ for each entry of the code.
  ///   - noise: The noise ε.
  ///   - input: The input x; nil for the KL term alone.
  ///   - reconstruction: What the decoder makes of the code.
  ///   - likelihood: The distribution of the decoder's output.
  ///   - outputVariance: The variance of a Gaussian output.
  ///   - title: The heading.
  public init(
    mean: [Double], spread: Spread, noise: [Double]? = nil, input: [Double]? = nil,
    reconstruction: Reconstruction? = nil, likelihood: Likelihood = .bernoulli,
    outputVariance: Double = 1, title: Prose? = nil
  ) {
    self.mean = mean
    self.spread = spread
    self.noise = noise
    self.input = input
    self.reconstruction = reconstruction
    self.likelihood = likelihood
    self.outputVariance = outputVariance
    self.title = title
  }

  /// Entries beyond this cannot be shown.
  static let mostEntries = 6

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try VariationalLossSolver(self, options)
    return try solver.solve()
  }
}

extension VariationalLossProblem {
  /// - Throws: `ProblemError` for anything that does not fit.
  func validate() throws {
    func check(_ place: String, _ numbers: [Double], count: Int? = nil) throws {
      guard !numbers.isEmpty else { throw ProblemError(place, "found no number") }
      guard numbers.count <= Self.mostEntries else {
        throw ProblemError(
          place,
          "found \(numbers.count) numbers, which is too large to show: at most \(Self.mostEntries)")
      }
      if let count, numbers.count != count {
        throw ProblemError(place, "found \(numbers.count) numbers, expected \(count)")
      }
      try ProblemError.check(place, numbers)
    }
    try check("mean", mean)
    switch spread {
    case .logVariance(let values):
      try check("log-variance", values, count: mean.count)
      if let wrong = values.firstIndex(where: { abs($0) > 20 }) {
        throw ProblemError(
          "log-variance[\(wrong)]",
          "found \(values[wrong]), expected -20 to 20; it is the logarithm of the variance")
      }
    case .standardDeviation(let values):
      try check("standard-deviation", values, count: mean.count)
      if let wrong = values.firstIndex(where: { !($0 >= 1e-4 && $0 <= 1e4) }) {
        throw ProblemError(
          "standard-deviation[\(wrong)]", "found \(values[wrong]), expected 0.0001 to 10000")
      }
    }
    if let noise { try check("noise", noise, count: mean.count) }
    guard (input == nil) == (reconstruction == nil) else {
      throw ProblemError(
        input == nil ? "" : "input",
        "input and reconstruction (a decoder, or its output) belong together: found one of them")
    }
    guard let input, let reconstruction else { return }
    try check("input", input)
    if likelihood == .bernoulli, let wrong = input.firstIndex(where: { !(0...1).contains($0) }) {
      throw ProblemError(
        "input[\(wrong)]", "found \(input[wrong]), expected 0 to 1 for a Bernoulli output")
    }
    switch reconstruction {
    case .decoder(let decoder):
      guard noise != nil else {
        throw ProblemError("", "'noise' is missing: the decoder needs z = μ + σ·ε")
      }
      try ProblemError.check(
        "decoder.weight", decoder.weight, rowLimit: Self.mostEntries,
        columnLimit: Self.mostEntries)
      guard decoder.weight.count == input.count, decoder.weight[0].count == mean.count else {
        throw ProblemError(
          "decoder.weight",
          "found \(decoder.weight.count)×\(decoder.weight[0].count), expected "
            + "\(input.count)×\(mean.count): outputs × entries of z")
      }
      if let bias = decoder.bias { try check("decoder.bias", bias, count: input.count) }
    case .given(let output):
      try check("reconstruction", output, count: input.count)
      if likelihood == .bernoulli, let wrong = output.firstIndex(where: { !($0 > 0 && $0 < 1) }) {
        throw ProblemError(
          "reconstruction[\(wrong)]",
          "found \(output[wrong]), expected a probability above 0 and below 1: the loss takes its "
            + "logarithm")
      }
    }
    guard outputVariance > 0, outputVariance <= 1e6, outputVariance >= 1e-6 else {
      throw ProblemError(
        "output-variance", "found \(outputVariance), expected a number from 1e-6 to 1e6")
    }
  }
}
