/// A strict reader of JSON (RFC 8259): one value, UTF-8 without a byte order mark, each name of an
/// object once, numbers that a `Double` can hold, limits to depth and number of values.
public struct JSONParser {
  /// What a text may demand.
  public struct Limits: Sendable {
    /// The deepest nesting of arrays and objects.
    public var depth: Int
    /// The most values in all.
    public var values: Int

    /// Limits: by default 64 levels and five million values.
    public init(depth: Int = 64, values: Int = 5_000_000) {
      self.depth = depth
      self.values = values
    }
  }

  let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private let limits: Limits
  /// Where the text stands in its file, for places by byte; nil for places by line and column.
  private let firstByte: Int?
  var place = 0
  private var depth = 0
  private var valueCount = 0

  /// The value that the text spells.
  /// - Parameters:
  ///   - bytes: The text as UTF-8.
  ///   - file: The name that errors give.
  ///   - limits: What the text may demand.
  /// - Throws: `FormatError` with line and column.
  public static func parse(
    _ bytes: [UInt8], file: String = "JSON", limits: Limits = Limits()
  ) throws(FormatError) -> JSONValue {
    try parse(bytes, file: file, limits: limits, firstByte: nil)
  }

  /// The value that the text spells.
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The name that errors give.
  ///   - limits: What the text may demand.
  /// - Throws: `FormatError` with line and column.
  public static func parse(
    _ text: String, file: String = "JSON", limits: Limits = Limits()
  ) throws(FormatError) -> JSONValue {
    try parse(Array(text.utf8), file: file, limits: limits, firstByte: nil)
  }

  /// The value of a file.
  /// - Parameters:
  ///   - path: The file.
  ///   - maximum: The most bytes that are read; 256 MiB by default.
  ///   - limits: What the text may demand.
  /// - Throws: `FormatError` with line and column, or that of reading the file.
  public static func read(
    _ path: String, maximum: Int = 1 << 28, limits: Limits = Limits()
  ) throws(FormatError) -> JSONValue {
    try parse(Files.read(path, maximum: maximum), file: path, limits: limits)
  }

  /// The same with places in errors by byte, the text's first one being `firstByte` of the file.
  static func parse(
    _ bytes: [UInt8], file: String, limits: Limits, firstByte: Int?
  ) throws(FormatError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { (bytes) throws(FormatError) in
      var parser = JSONParser(bytes: bytes, file: file, limits: limits, firstByte: firstByte)
      parser.skipSpace()
      let value = try parser.value()
      parser.skipSpace()
      if parser.place < bytes.count { throw parser.unexpected("the end of the text") }
      return value
    }
  }

  private init(
    bytes: UnsafeBufferPointer<UInt8>, file: String, limits: Limits, firstByte: Int?
  ) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
    self.firstByte = firstByte
  }

  // MARK: Values

  private mutating func value() throws(FormatError) -> JSONValue {
    valueCount += 1
    if valueCount > limits.values {
      throw error(
        at: place, .tooLarge, found: "more than \(limits.values) values",
        expected: "at most \(limits.values)")
    }
    switch peek() {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"): return try number()
    case let byte? where Self.isDigit(byte): return try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func object() throws(FormatError) -> JSONObject {
    try enter()
    var object = JSONObject()
    skipSpace()
    if peek() == UInt8(ascii: "}") {
      leave()
      return object
    }
    while true {
      guard peek() == UInt8(ascii: "\"") else { throw unexpected("a name in quotation marks") }
      let start = place
      let name = try string()
      skipSpace()
      guard peek() == UInt8(ascii: ":") else { throw unexpected("\":\"") }
      place += 1
      skipSpace()
      let value = try value()
      guard object.appendNew(name, value) else {
        throw error(
          at: start, .malformed, found: "the name \(Excerpt.quoted(name)) a second time",
          expected: "each name once")
      }
      skipSpace()
      if peek() == UInt8(ascii: "}") {
        leave()
        return object
      }
      guard peek() == UInt8(ascii: ",") else { throw unexpected("\",\" or \"}\"") }
      place += 1
      skipSpace()
    }
  }

  private mutating func array() throws(FormatError) -> [JSONValue] {
    try enter()
    var values: [JSONValue] = []
    skipSpace()
    if peek() == UInt8(ascii: "]") {
      leave()
      return values
    }
    while true {
      values.append(try value())
      skipSpace()
      if peek() == UInt8(ascii: "]") {
        leave()
        return values
      }
      guard peek() == UInt8(ascii: ",") else { throw unexpected("\",\" or \"]\"") }
      place += 1
      skipSpace()
    }
  }

  private mutating func enter() throws(FormatError) {
    depth += 1
    if depth > limits.depth {
      throw error(
        at: place, .tooLarge, found: "more than \(limits.depth) levels of nesting",
        expected: "at most \(limits.depth)")
    }
    place += 1
  }

  private mutating func leave() {
    depth -= 1
    place += 1
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(FormatError) -> JSONValue {
    let end = place + word.utf8CodeUnitCount
    guard end <= bytes.count,
      (place..<end).allSatisfy({ bytes[$0] == word.utf8Start[$0 - place] })
    else { throw unexpected("\(word)") }
    place = end
    return value
  }

  // MARK: Places

  func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  func unexpected(_ expected: String) -> FormatError {
    error(
      at: place, .malformed,
      found: place < bytes.count
        ? TextPlace.character(at: place, of: bytes) : "the end of the text", expected: expected)
  }

  func error(
    at place: Int, _ kind: FormatError.Kind, found: String, expected: String
  ) -> FormatError {
    let text =
      firstByte.map { "byte \($0 + place)" } ?? TextPlace.lineAndColumn(of: place, in: bytes)
    return FormatError(kind, file: file, place: text, found: found, expected: expected)
  }
}
