import Formats
import Foundation

/// Configurations as JSON files.
///
/// `ConfigurationFile.read(TrainingOptions.self, from: "options.json")` reads one.
public enum ConfigurationFile {
  /// The largest file that is read, in bytes.
  public static let maximumSize = 1 << 20

  /// Reads a value; doubled keys and deep nesting are refused.
  /// - Throws: `FormatError` with the place in the file, such as `runs[1].epochs`, what was found
  ///   and what would do.
  public static func read<Value: Decodable>(
    _ type: Value.Type = Value.self, from path: String
  ) throws(FormatError) -> Value {
    let bytes = try Files.read(path, maximum: maximumSize)
    let json = try JSONParser.parse(bytes, file: path)
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw formatError(error, file: path, json: json)
    } catch {
      throw FormatError(
        .malformed, file: path, found: "\(error)", expected: "a value of type \(type)")
    }
  }

  /// Writes a value, readable and with sorted keys; the file is there whole or not at all.
  /// - Throws: `FormatError` where the file cannot be written.
  public static func write(_ value: some Encodable, to path: String) throws(FormatError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data: Data
    do {
      data = try encoder.encode(value)
    } catch {
      throw FormatError(
        .unwritable, file: path, found: "a value that has no JSON (\(error))",
        expected: "one without NaN and infinities")
    }
    try AtomicFile.write(Array(data) + [10], to: path)
  }

  private static func formatError(
    _ error: DecodingError, file: String, json: JSONValue
  ) -> FormatError {
    func fail(_ path: [any CodingKey], _ found: String?, _ expected: String) -> FormatError {
      FormatError(
        .malformed, file: file, place: place(path),
        found: found.map { Excerpt.short($0) } ?? value(at: path, in: json).map { excerpt($0) }
          ?? "nothing",
        expected: expected)
    }
    switch error {
    case .keyNotFound(let key, let context):
      return fail(context.codingPath + [key], "nothing", "a value for '\(key.stringValue)'")
    case .valueNotFound(let type, let context), .typeMismatch(let type, let context):
      return fail(context.codingPath, nil, name(of: type))
    case .dataCorrupted(let context):
      if let mismatch = context.underlyingError as? ConfigurationMismatch {
        return fail(context.codingPath, mismatch.found, mismatch.expected)
      }
      // A number that does not fit its type; the decoder calls it no JSON, which the parser knows.
      return fail(
        context.codingPath, "a value that does not fit (\(context.debugDescription))",
        "values of the types that are wanted")
    @unknown default:
      return fail([], nil, "\(error)")
    }
  }

  /// Such as `runs[1].epochs`.
  private static func place(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, key in
      if let index = key.intValue { return "\(text)[\(index)]" }
      let name = Excerpt.short(key.stringValue)
      return text.isEmpty ? name : "\(text).\(name)"
    }
  }

  private static func value(at path: [any CodingKey], in json: JSONValue) -> JSONValue? {
    path.reduce(json) { value, key in
      guard let index = key.intValue else { return value?[key.stringValue] }
      guard let array = value?.array, array.indices.contains(index) else { return nil }
      return array[index]
    }
  }

  private static func excerpt(_ value: JSONValue) -> String {
    value.array != nil || value.object != nil ? value.kind : Excerpt.short(value.text())
  }

  /// A type in words.
  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is any FixedWidthInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    case is [Any].Type: "a list"
    case is [String: Any].Type: "an object"
    default: "a value of type \(type)"
    }
  }
}
