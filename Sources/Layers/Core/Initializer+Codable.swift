/// Spelt as in network files: `"xavier-uniform"`, or `{"constant": 0.5}`, `{"uniform": [-1, 1]}`,
/// `{"normal": [0, 0.02]}` (mean and standard deviation), `{"orthogonal": 1}` (gain).
extension Initializer: Codable {
  private static let named: [(name: String, value: Initializer)] = [
    ("zeros", .zeros), ("ones", .ones), ("xavier-uniform", .xavierUniform),
    ("xavier-normal", .xavierNormal), ("he-normal", .heNormal), ("he-uniform", .heUniform),
    ("inverse-root-uniform", .inverseRootUniform), ("orthogonal", .orthogonal(gain: 1)),
  ]

  private enum Key: String, CodingKey, CaseIterable {
    case constant, uniform, normal, orthogonal
  }

  public func encode(to encoder: any Encoder) throws {
    func encode(_ key: Key, _ value: some Encodable) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(value, forKey: key)
    }
    switch self {
    case .constant(let value): try encode(.constant, value)
    case .uniform(let low, let high): try encode(.uniform, [low, high])
    case .normal(let mean, let deviation): try encode(.normal, [mean, deviation])
    case .orthogonal(let gain) where gain != 1: try encode(.orthogonal, gain)
    default:
      var container = encoder.singleValueContainer()
      try container.encode(Self.named.first { $0.value == self }!.name)
    }
  }

  /// - Throws: `DecodingError` for an unknown name, and for numbers that nothing can be drawn by.
  public init(from decoder: any Decoder) throws {
    func refuse(_ found: String, _ expected: String) -> DecodingError {
      .mismatch(decoder.codingPath, found: found, expected: expected)
    }
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      guard let known = Self.named.first(where: { $0.name == name }) else {
        throw refuse(
          "'\(name)'", "one of " + Self.named.map(\.name).joined(separator: ", "))
      }
      self = known.value
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw refuse(
        "no name of an initialiser",
        "one, or a mapping with one of " + Key.allCases.map(\.rawValue).joined(separator: ", "))
    }
    func numbers(_ what: String) throws -> (Double, Double) {
      let list = try container.decode([Double].self, forKey: key)
      guard list.count == 2, list.allSatisfy(\.isFinite) else { throw refuse("\(list)", what) }
      return (list[0], list[1])
    }
    func number() throws -> Double {
      let value = try container.decode(Double.self, forKey: key)
      guard value.isFinite else { throw refuse("\(value)", "a finite number") }
      return value
    }
    switch key {
    case .constant: self = .constant(try number())
    case .orthogonal: self = .orthogonal(gain: try number())
    case .uniform:
      let what = "[low, high] with low below high"
      let (low, high) = try numbers(what)
      guard low < high else { throw refuse("[\(low), \(high)]", what) }
      self = .uniform(low: low, high: high)
    case .normal:
      let what = "[mean, deviation] with a deviation of at least 0"
      let (mean, deviation) = try numbers(what)
      guard deviation >= 0 else { throw refuse("[\(mean), \(deviation)]", what) }
      self = .normal(mean: mean, standardDeviation: deviation)
    }
  }
}
