/// The losses of a generative adversarial network: for given outputs of the discriminator the value
/// V, both losses and their gradients; for given distributions the best discriminator.
public struct AdversarialLossProblem: Problem {
  public static let kind = "gan"

  /// What the discriminator says.
  public enum Discriminator: Sendable, Hashable {
    /// D(x) of real samples and D(G(z)) of generated ones, between 0 and 1.
    case outputs(real: [Double], fake: [Double])
    /// What stands before its sigmoid.
    case logits(real: [Double], fake: [Double])
  }

  /// What the discriminator says of a batch; nil where only distributions are given.
  public var discriminator: Discriminator?
  /// The distribution of the data over a few points; nil where only a batch is given.
  public var dataDistribution: [Double]?
  /// The distribution of the generator over the same points.
  public var modelDistribution: [Double]?
  /// The heading.
  public var title: Prose?

  /// - Parameters:
  ///   - discriminator: What the discriminator says of a batch.
  ///   - dataDistribution: The distribution of the data over a few points.
  ///   - modelDistribution: The distribution of the generator over the same points.
  ///   - title: The heading.
  public init(
    discriminator: Discriminator? = nil, dataDistribution: [Double]? = nil,
    modelDistribution: [Double]? = nil, title: Prose? = nil
  ) {
    self.discriminator = discriminator
    self.dataDistribution = dataDistribution
    self.modelDistribution = modelDistribution
    self.title = title
  }

  /// Samples and points beyond this cannot be shown.
  static let mostEntries = 8

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try AdversarialLossSolver(self, options)
    return try solver.solve()
  }
}

extension AdversarialLossProblem {
  /// - Throws: `ProblemError` for anything that does not fit.
  func validate() throws {
    func count(_ place: String, _ numbers: [Double]) throws {
      guard !numbers.isEmpty else { throw ProblemError(place, "found no number") }
      guard numbers.count <= Self.mostEntries else {
        throw ProblemError(
          place,
          "found \(numbers.count) numbers, which is too large to show: at most \(Self.mostEntries)")
      }
      try ProblemError.check(place, numbers)
    }
    guard discriminator != nil || dataDistribution != nil || modelDistribution != nil else {
      throw ProblemError(
        "", "found neither the discriminator's outputs (real, fake) nor distributions (data, model)"
      )
    }
    switch discriminator {
    case .outputs(let real, let fake):
      for (place, numbers) in [("real", real), ("fake", fake)] {
        try count(place, numbers)
        if let wrong = numbers.firstIndex(where: { !($0 >= 1e-4 && $0 <= 1 - 1e-4) }) {
          throw ProblemError(
            "\(place)[\(wrong)]",
            "found \(numbers[wrong]), expected a probability above 0 and below 1, from 0.0001 to "
              + "0.9999: the loss takes its logarithm")
        }
      }
    case .logits(let real, let fake):
      for (place, numbers) in [("real-logits", real), ("fake-logits", fake)] {
        try count(place, numbers)
        if let wrong = numbers.firstIndex(where: { abs($0) > 10 }) {
          throw ProblemError(
            "\(place)[\(wrong)]",
            "found \(numbers[wrong]), expected -10 to 10; beyond, D is 0 or 1 to four places")
        }
      }
    case nil: break
    }
    guard (dataDistribution == nil) == (modelDistribution == nil) else {
      throw ProblemError(
        dataDistribution == nil ? "model" : "data", "data and model belong together: found one")
    }
    guard let data = dataDistribution, let model = modelDistribution else { return }
    for (place, numbers) in [("data", data), ("model", model)] {
      try count(place, numbers)
      if let wrong = numbers.firstIndex(where: { $0 < 0 }) {
        throw ProblemError("\(place)[\(wrong)]", "found \(numbers[wrong]), expected 0 or more")
      }
      let sum = numbers.reduce(0, +)
      guard abs(sum - 1) < 1e-9 else {
        throw ProblemError(place, "found the sum \(sum), expected 1 for a distribution")
      }
    }
    guard data.count == model.count else {
      throw ProblemError(
        "model", "found \(model.count) points, expected \(data.count) as the data has")
    }
    for point in data.indices where data[point] == 0 && model[point] == 0 {
      throw ProblemError(
        "data[\(point)]", "both distributions are 0 there, so D* is 0/0: leave the point out")
    }
  }
}
