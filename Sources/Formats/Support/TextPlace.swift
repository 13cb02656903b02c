/// Places in text, for error messages.
enum TextPlace {
  /// `line 3, column 2`, both from 1; columns count characters of UTF-8 (not their accents apart).
  static func lineAndColumn(of place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String {
    var line = 1
    var column = 1
    for byte in bytes[..<min(place, bytes.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return "line \(line), column \(column)"
  }

  /// The character that begins at a place, quoted, or its byte where it is no UTF-8.
  static func character(at place: Int, of bytes: UnsafeBufferPointer<UInt8>) -> String {
    let byte = bytes[place]
    let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    let end = min(place + length, bytes.count)
    if let text = String(
      validating: UnsafeBufferPointer(rebasing: bytes[place..<end]), as: UTF8.self)
    {
      return Excerpt.quoted(text)
    }
    return "byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
  }
}
