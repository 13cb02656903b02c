import Formats

/// An optimizer by name and numbers: `{"rule": "adam", "learningRate": 0.002}`.
public enum OptimizerConfiguration: Sendable, Hashable, Codable {
  /// Gradient descent, with momentum or without: `"rule": "sgd"`.
  case sgd(SGD.Configuration)
  /// Adam: `"rule": "adam"`.
  case adam(Adam.Configuration)

  private enum Rule: String, CaseIterable { case sgd, adam }
  private enum Key: String, CodingKey { case rule }

  /// - Throws: `DecodingError` for an unknown rule or key, and for a number that the rule does not
  ///   take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: .rule)
    switch Rule(rawValue: name) {
    case .sgd: self = .sgd(try SGD.Configuration(from: decoder))
    case .adam: self = .adam(try Adam.Configuration(from: decoder))
    case nil:
      throw DecodingError.mismatch(
        container.codingPath + [Key.rule], found: Excerpt.quoted(name),
        expected: "one of " + Rule.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .sgd(let configuration):
      try container.encode(Rule.sgd.rawValue, forKey: .rule)
      try configuration.encode(to: encoder)
    case .adam(let configuration):
      try container.encode(Rule.adam.rawValue, forKey: .rule)
      try configuration.encode(to: encoder)
    }
  }

  /// The optimizer, before its first step.
  /// - Precondition: numbers that the configuration's members allow; decoded ones are.
  public func makeOptimizer() -> any Optimizer {
    switch self {
    case .sgd(let configuration): SGD(configuration)
    case .adam(let configuration): Adam(configuration)
    }
  }
}
