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

  /// - Parameters:
  ///   - keys: Those that may stand here; all unless said otherwise.
  ///   - others: Keys that somebody else reads from the same place.
  /// - Throws: `DecodingError` for anything but a mapping, and for an unknown key.
  package init(
    _ decoder: any Decoder, keys: [Key] = Array(Key.allCases), others: [String] = []
  ) throws {
    container = try decoder.container(keyedBy: Key.self)
    let known = others + keys.map(\.stringValue)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys.sorted(by: {
      $0.stringValue < $1.stringValue
    }) where !known.contains(key.stringValue) {
      throw DecodingError.mismatch(
        decoder.codingPath + [key], found: "the unknown key '\(key.stringValue)'",
        expected: "one of " + known.joined(separator: ", "))
    }
  }

  /// The value of a key, or its default where it is left out or null.
  package func value<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
    do {
      return try container.decodeIfPresent(Value.self, forKey: key) ?? fallback
    } catch {
      // Of 2.5 and 1e30 Foundation's decoder says that they are no JSON, and not where.
      guard !(error is DecodingError), Value.self is any FixedWidthInteger.Type,
        let number = try? container.decode(Double.self, forKey: key)
      else { throw error }
      throw DecodingError.mismatch(
        container.codingPath + [key], found: "\(number)",
        expected: "a whole number that \(Value.self) holds")
    }
  }

  /// Refuses a problem that the configuration itself has found.
  package func refuse(_ problem: ConfigurationProblem<Key>?) throws {
    guard let problem else { return }
    throw DecodingError.mismatch(
      container.codingPath + [problem.key], found: problem.found, expected: problem.expected)
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

/// What was found and what would do, within a `DecodingError` for those who write errors otherwise.
package struct ConfigurationMismatch: Error {
  package let found: String
  package let expected: String
}

extension DecodingError {
  /// An error at a place: `found 0, expected at least 1`.
  package static func mismatch(
    _ path: [any CodingKey], found: String, expected: String
  ) -> DecodingError {
    .dataCorrupted(
      Context(
        codingPath: path, debugDescription: "found \(found), expected \(expected)",
        underlyingError: ConfigurationMismatch(found: found, expected: expected)))
  }
}
