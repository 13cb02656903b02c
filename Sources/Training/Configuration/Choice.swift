import Formats

extension KeyedDecodingContainer {
  /// One of the names of an enumeration.
  /// - Throws: `DecodingError` with the names that would do.
  func choice<Value: RawRepresentable & CaseIterable>(
    of type: Value.Type = Value.self, forKey key: Key
  ) throws -> Value where Value.RawValue == String {
    let name = try decode(String.self, forKey: key)
    guard let value = Value(rawValue: name) else {
      throw DecodingError.mismatch(
        codingPath + [key], found: Excerpt.quoted(name),
        expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }
}

extension ConfigurationReader {
  /// One of the names of an enumeration, or its default where it is left out.
  /// - Throws: `DecodingError` with the names that would do.
  func choice<Value: RawRepresentable & CaseIterable>(
    _ key: Key, default fallback: Value
  ) throws -> Value where Value.RawValue == String {
    let name = try value(key, default: fallback.rawValue)
    if let value = Value(rawValue: name) { return value }
    try refuse(
      ConfigurationProblem(
        key, Excerpt.quoted(name),
        "one of " + Value.allCases.map(\.rawValue).joined(separator: ", ")))
    return fallback
  }
}
