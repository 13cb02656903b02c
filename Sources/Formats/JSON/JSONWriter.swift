/// Builds JSON text.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private let isPretty: Bool
  private var depth = 0

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: add("null")
    case .bool(let value): add(value ? "true" : "false")
    case .integer(let value): add(String(value))
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let values): write(values)
    case .object(let object): write(object)
    }
  }

  private mutating func write(_ number: Double) {
    if number.isNaN {
      add("\"nan\"")
    } else if number.isInfinite {
      add(number > 0 ? "\"inf\"" : "\"-inf\"")
    } else {
      add(number.description)
    }
  }

  private mutating func write(_ values: [JSONValue]) {
    let isInline = !isPretty || values.allSatisfy { $0.array == nil && $0.object == nil }
    bytes.append(UInt8(ascii: "["))
    depth += 1
    for (index, value) in values.enumerated() {
      if index > 0 { add(isInline && isPretty ? ", " : ",") }
      if !isInline { breakLine() }
      write(value)
    }
    depth -= 1
    if !isInline { breakLine() }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ object: JSONObject) {
    bytes.append(UInt8(ascii: "{"))
    depth += 1
    for (index, member) in object.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if isPretty { breakLine() }
      write(member.key)
      add(isPretty ? ": " : ":")
      write(member.value)
    }
    depth -= 1
    if isPretty && !object.isEmpty { breakLine() }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): add("\\\"")
      case UInt8(ascii: "\\"): add("\\\\")
      case 0x08: add("\\b")
      case 0x09: add("\\t")
      case 0x0A: add("\\n")
      case 0x0C: add("\\f")
      case 0x0D: add("\\r")
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        add("\\u00")
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func breakLine() {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
