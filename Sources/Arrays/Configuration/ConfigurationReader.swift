/// Reads the members of a configuration, with checks: a key that is not known is refused, one that
/// is left out has its default, and each error says where, what was found and what would do.
package struct ConfigurationReader<Key: CodingKey & CaseIterable> {
  private let container: KeyedDecodingContainer<Key>

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// - Parameter others: Keys that somebody else reads from the same place.
  /// - Throws: `DecodingError` for anything but a mapping, and for an unknown key.
  package init(_ decoder: any Decoder, others: [String] = []) throws {
    container = try decoder.container(keyedBy: Key.self)
    let known = others + Key.allCases.map(\.stringValue)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys.sorted(by: {
      $0.stringValue < $1.stringValue
    }) where !known.contains(key.stringValue) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [key],
          debugDescription: "found the unknown key '\(key.stringValue)', expected one of "
            + known.joined(separator: ", ")))
    }
  }

  /// The value of a key, or its default where it is left out or null.
  package func value<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
    try container.decodeIfPresent(Value.self, forKey: key) ?? fallback
  }

  /// Refuses a problem that the configuration itself has found.
  package func refuse(_ problem: ConfigurationProblem<Key>?) throws {
    guard let problem else { return }
    throw DecodingError.dataCorruptedError(
      forKey: problem.key, in: container,
      debugDescription: "found \(problem.found), expected \(problem.expected)")
  }
}

/// What is wrong with a configuration: a key, what it was, and what would do.
package struct ConfigurationProblem<Key: CodingKey>: CustomStringConvertible {
  package let key: Key
  package let found: String
  package let expected: String

  package init(_ key: Key, _ found: some CustomStringConvertible, _ expected: String) {
    self.key = key
    self.found = "\(found)"
    self.expected = expected
  }

  /// The first of some rules that does not hold.
  package static func first(
    _ rules: (holds: Bool, key: Key, found: any CustomStringConvertible, expected: String)...
  ) -> ConfigurationProblem? {
    rules.first { !$0.holds }.map { ConfigurationProblem($0.key, "\($0.found)", $0.expected) }
  }

  package var description: String { "\(key.stringValue) \(found), expected \(expected)" }
}
