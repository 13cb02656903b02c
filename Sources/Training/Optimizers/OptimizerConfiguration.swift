/// An optimizer by name and numbers: `{"rule": "adam", "learningRate": 0.002}`.
public enum OptimizerConfiguration: Sendable, Hashable, Codable {
  /// Gradient descent, with momentum or without: `"rule": "sgd"`.
  case sgd(SGD.Configuration)
  /// Delta-bar-delta, for whole batches: `"rule": "delta-bar-delta"`.
  case deltaBarDelta(DeltaBarDelta.Configuration)
  /// AdaGrad: `"rule": "adagrad"`.
  case adaGrad(AdaGrad.Configuration)
  /// RMSProp: `"rule": "rmsprop"`.
  case rmsProp(RMSProp.Configuration)
  /// Adam, with AdamW and AMSGrad as its options: `"rule": "adam"`.
  case adam(Adam.Configuration)

  private enum Rule: String, CaseIterable {
    case sgd
    case deltaBarDelta = "delta-bar-delta"
    case adaGrad = "adagrad"
    case rmsProp = "rmsprop"
    case adam
  }

  private enum Key: String, CodingKey { case rule }

  private var rule: Rule {
    switch self {
    case .sgd: .sgd
    case .deltaBarDelta: .deltaBarDelta
    case .adaGrad: .adaGrad
    case .rmsProp: .rmsProp
    case .adam: .adam
    }
  }

  /// - Throws: `DecodingError` for an unknown rule or key, and for a number that the rule does not
  ///   take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.choice(of: Rule.self, forKey: .rule) {
    case .sgd: self = .sgd(try SGD.Configuration(from: decoder))
    case .deltaBarDelta: self = .deltaBarDelta(try DeltaBarDelta.Configuration(from: decoder))
    case .adaGrad: self = .adaGrad(try AdaGrad.Configuration(from: decoder))
    case .rmsProp: self = .rmsProp(try RMSProp.Configuration(from: decoder))
    case .adam: self = .adam(try Adam.Configuration(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rule.rawValue, forKey: .rule)
    switch self {
    case .sgd(let configuration): try configuration.encode(to: encoder)
    case .deltaBarDelta(let configuration): try configuration.encode(to: encoder)
    case .adaGrad(let configuration): try configuration.encode(to: encoder)
    case .rmsProp(let configuration): try configuration.encode(to: encoder)
    case .adam(let configuration): try configuration.encode(to: encoder)
    }
  }

  /// The optimizer, before its first step.
  /// - Precondition: numbers that the configuration's members allow; decoded ones are.
  public func makeOptimizer() -> any Optimizer {
    switch self {
    case .sgd(let configuration): SGD(configuration)
    case .deltaBarDelta(let configuration): DeltaBarDelta(configuration)
    case .adaGrad(let configuration): AdaGrad(configuration)
    case .rmsProp(let configuration): RMSProp(configuration)
    case .adam(let configuration): Adam(configuration)
    }
  }
}
