/// Splits CSV text into fields (RFC 4180): rows end with CR LF or LF, a field may stand in quotation
/// marks, and two of these mean one inside.
struct CSVScanner {
  /// A field and where it stands.
  struct Field {
    /// Its content, without the enclosing quotation marks.
    var range: Range<Int>
    var isQuoted = false
    /// Whether the content has doubled quotation marks.
    var hasDoubledQuotes = false
    /// The line that it begins on, from 1.
    var line: Int
    /// Its number within the row, from 1.
    var column: Int
    /// Whether the row ends after it.
    var endsRow = true

    var isBlankLine: Bool { column == 1 && endsRow && range.isEmpty && !isQuoted }
  }

  let bytes: UnsafeBufferPointer<UInt8>
  let file: String
  private let delimiter: UInt8
  private let maximumFieldBytes: Int
  /// Where the next field begins.
  private(set) var place: Int
  private var line = 1
  private var column = 0
  /// Whether a field must follow, since a delimiter stood before.
  private var isInsideRow = false

  init(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, file: String, delimiter: UInt8,
    maximumFieldBytes: Int
  ) {
    self.bytes = bytes
    self.file = file
    self.delimiter = delimiter
    self.maximumFieldBytes = maximumFieldBytes
    place = start
  }

  /// The next field, or nil after the last row.
  mutating func next() throws(FormatError) -> Field? {
    if place == bytes.count && !isInsideRow { return nil }
    if !isInsideRow { column = 0 }
    column += 1
    var field = Field(range: place..<place, line: line, column: column)
    if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
      try scanQuoted(&field)
    } else {
      try scanPlain(&field)
    }
    try endField(&field)
    return field
  }

  private mutating func scanPlain(_ field: inout Field) throws(FormatError) {
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      if byte == UInt8(ascii: "\"") {
        throw error(
          field, "a quotation mark within a field",
          "quotation marks around the whole field, and two for one inside")
      }
      place += 1
    }
    field.range = start..<place
    try checkLength(field)
  }

  private mutating func scanQuoted(_ field: inout Field) throws(FormatError) {
    field.isQuoted = true
    place += 1
    let start = place
    while true {
      guard place < bytes.count else {
        throw error(field, "the end of the file within quotation marks", "a closing one")
      }
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        if place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\"") {
          field.hasDoubledQuotes = true
          place += 2
          continue
        }
        break
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
      place += 1
    }
    field.range = start..<place
    place += 1
    try checkLength(field)
  }

  /// Takes the delimiter or the line's end after a field.
  private mutating func endField(_ field: inout Field) throws(FormatError) {
    isInsideRow = false
    guard place < bytes.count else { return }
    let byte = bytes[place]
    if byte == delimiter {
      place += 1
      field.endsRow = false
      isInsideRow = true
    } else if byte == UInt8(ascii: "\n") {
      place += 1
      line += 1
    } else if byte == UInt8(ascii: "\r"), place + 1 < bytes.count,
      bytes[place + 1] == UInt8(ascii: "\n")
    {
      place += 2
      line += 1
    } else if byte == UInt8(ascii: "\r") {
      throw error(field, "a carriage return without a line feed", "CR LF or LF between rows")
    } else {
      throw error(
        field, "\(TextPlace.character(at: place, of: bytes)) after a closing quotation mark",
        "a delimiter or the end of the row")
    }
  }

  private func checkLength(_ field: Field) throws(FormatError) {
    if field.range.count > maximumFieldBytes {
      throw FormatError(
        .tooLarge, file: file, place: "line \(field.line), column \(field.column)",
        found: "a field of \(Excerpt.bytes(field.range.count))",
        expected: "at most \(maximumFieldBytes)")
    }
  }

  /// The error of a field.
  func error(_ field: Field, _ found: String, _ expected: String) -> FormatError {
    FormatError(
      .malformed, file: file, place: "line \(field.line), column \(field.column)", found: found,
      expected: expected)
  }

  // MARK: What a field holds

  /// The content without the spaces around it, which count only within quotation marks.
  func trimmed(_ field: Field) -> UnsafeBufferPointer<UInt8> {
    var range = field.range
    if !field.isQuoted {
      while let first = range.first, bytes[first] == 0x20 || bytes[first] == 0x09 {
        range = (range.lowerBound + 1)..<range.upperBound
      }
      while let last = range.last, bytes[last] == 0x20 || bytes[last] == 0x09 {
        range = range.lowerBound..<(range.upperBound - 1)
      }
    }
    return UnsafeBufferPointer(rebasing: bytes[range])
  }

  /// The text.
  /// - Throws: `FormatError` where it is not UTF-8.
  func text(_ field: Field) throws(FormatError) -> String {
    var content = Array(trimmed(field))
    if field.hasDoubledQuotes {
      var single: [UInt8] = []
      var index = 0
      while index < content.count {
        single.append(content[index])
        index += content[index] == UInt8(ascii: "\"") ? 2 : 1
      }
      content = single
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw error(field, "bytes that are not UTF-8", "text in UTF-8")
    }
    return text
  }
}
