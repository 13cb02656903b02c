extension JSONParser {
  // MARK: Numbers

  mutating func number() throws(FormatError) -> JSONValue {
    let start = place
    if peek() == UInt8(ascii: "-") { place += 1 }
    if peek() == UInt8(ascii: "0") {
      place += 1
      if let next = peek(), Self.isDigit(next) {
        throw unexpected("no digit after a leading zero")
      }
    } else {
      try digits()
    }
    var isWhole = true
    if peek() == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      try digits()
    }
    if let next = peek(), next | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      place += 1
      if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { place += 1 }
      try digits()
    }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<place])
    if isWhole && text.count <= 20, let value = Int(String(decoding: text, as: UTF8.self)),
      value != 0 || text.count == 1  // -0 is a number with a sign
    {
      return .integer(value)
    }
    guard let value = DecimalNumber.parse(text), value.isFinite else {
      throw error(
        at: start, .malformed, found: Excerpt.quoted(text),
        expected: "a number of magnitude at most 1.8e308")
    }
    return .number(value)
  }

  private mutating func digits() throws(FormatError) {
    guard let first = peek(), Self.isDigit(first) else { throw unexpected("a digit") }
    while let next = peek(), Self.isDigit(next) { place += 1 }
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  // MARK: Strings

  mutating func string() throws(FormatError) -> String {
    let start = place
    place += 1
    var pieces: [UInt8] = []
    var hasEscapes = false
    var runStart = place
    while true {
      guard let byte = peek() else { throw unexpected("a closing quotation mark") }
      if byte == UInt8(ascii: "\"") { break }
      if byte < 0x20 { throw unexpected("an escape such as \\n") }
      place += 1
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        pieces.append(contentsOf: bytes[runStart..<(place - 1)])
        try escape(into: &pieces)
        runStart = place
      }
    }
    let run = bytes[runStart..<place]
    place += 1
    let text: String?
    if hasEscapes {
      pieces.append(contentsOf: run)
      text = String(validating: pieces, as: UTF8.self)
    } else {
      text = String(validating: UnsafeBufferPointer(rebasing: run), as: UTF8.self)
    }
    guard let text else {
      throw error(
        at: start, .malformed, found: "a string whose bytes are not UTF-8", expected: "UTF-8")
    }
    return text
  }

  /// Reads what follows a backslash.
  private mutating func escape(into pieces: inout [UInt8]) throws(FormatError) {
    let byte = peek()
    let plain: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = byte ?? 0
    case UInt8(ascii: "b"): plain = 0x08
    case UInt8(ascii: "f"): plain = 0x0C
    case UInt8(ascii: "n"): plain = 0x0A
    case UInt8(ascii: "r"): plain = 0x0D
    case UInt8(ascii: "t"): plain = 0x09
    case UInt8(ascii: "u"):
      let start = place - 1
      place += 1
      let first = try codeUnit()
      var value = UInt32(first)
      if UTF16.isLeadSurrogate(first), peek() == UInt8(ascii: "\\"), place + 1 < bytes.count,
        bytes[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        let second = try codeUnit()
        if UTF16.isTrailSurrogate(second) {
          value = 0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF
        }
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw error(
          at: start, .malformed, found: "half of a surrogate pair", expected: "a whole character")
      }
      pieces.append(contentsOf: UTF8.encode(scalar)!)
      return
    default: throw unexpected("one of \" \\ / b f n r t u after a backslash")
    }
    pieces.append(plain)
    place += 1
  }

  private mutating func codeUnit() throws(FormatError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
        byte < 0x80
      else { throw unexpected("four hexadecimal digits") }
      value = value << 4 | UInt16(digit)
      place += 1
    }
    return value
  }
}
