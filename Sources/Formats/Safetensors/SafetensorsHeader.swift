/// The header of a safetensors file, checked as a whole: eight bytes of length (little-endian), then
/// as many bytes of JSON.
struct SafetensorsHeader {
  /// The longest header that is read, as in the official library.
  static let longest = 100_000_000

  /// The tensors in the header's order.
  let entries: [SafetensorsEntry]
  let metadata: [String: String]
  /// Where the tensors' bytes begin in the file.
  let dataStart: Int

  /// Reads a header from the source.
  /// - Throws: `FormatError` for a length that the file cannot have, JSON that is not one, a tensor
  ///   described wrongly, and bytes of data that belong to no tensor or to two.
  init(_ source: ByteSource) throws(FormatError) {
    let file = source.file
    guard source.byteCount >= 10 else {
      throw FormatError(
        .malformed, file: file, place: "byte \(source.byteCount)", found: "the end of the file",
        expected: "eight bytes that hold the header's length, and the header")
    }
    let lengthBytes = try source.bytes(at: 0, count: 8)
    let length = lengthBytes.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let room = source.byteCount - 8
    guard length >= 2, length <= UInt64(min(room, Self.longest)) else {
      throw FormatError(
        length > UInt64(Self.longest) && room > Self.longest ? .tooLarge : .malformed, file: file,
        place: "byte 0", found: "a header of \(length) bytes",
        expected: "2 to \(min(room, Self.longest)) bytes in a file of \(source.byteCount)")
    }
    let text = try source.bytes(at: 8, count: Int(length))
    guard text[0] == UInt8(ascii: "{") else {
      throw FormatError(
        .malformed, file: file, place: "byte 8",
        found: text.withUnsafeBufferPointer { TextPlace.character(at: 0, of: $0) },
        expected: "\"{\", which begins the header")
    }
    let json = try JSONParser.parse(
      text, file: file, limits: JSONParser.Limits(depth: 8), firstByte: 8)
    let dataLength = room - Int(length)
    var entries: [SafetensorsEntry] = []
    var metadata: [String: String] = [:]
    for (name, value) in json.object ?? [:] {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, file: file)
      } else {
        entries.append(
          try SafetensorsEntry(name, value, dataLength: dataLength, file: file))
      }
    }
    try Self.requireGapless(entries, dataLength: dataLength, file: file)
    self.entries = entries
    self.metadata = metadata
    dataStart = 8 + Int(length)
  }

  private static func metadata(
    _ value: JSONValue, file: String
  ) throws(FormatError) -> [String: String] {
    guard let members = value.object else {
      throw FormatError(
        .malformed, file: file, place: "__metadata__", found: value.kind,
        expected: "an object of strings")
    }
    var metadata: [String: String] = [:]
    for (name, value) in members {
      guard let text = value.string else {
        throw FormatError(
          .malformed, file: file, place: "__metadata__, member \(Excerpt.quoted(name))",
          found: value.kind, expected: "a string")
      }
      metadata[name] = text
    }
    return metadata
  }

  /// Checks that the tensors' bytes follow each other without a gap or an overlap up to the end.
  private static func requireGapless(
    _ entries: [SafetensorsEntry], dataLength: Int, file: String
  ) throws(FormatError) {
    let sorted = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for entry in sorted {
      guard entry.range.lowerBound == end else {
        throw FormatError(
          .malformed, file: file, place: SafetensorsEntry.place(entry.name),
          found: "data from offset \(entry.range.lowerBound)",
          expected: "data from \(end), where the tensor before it ends")
      }
      end = entry.range.upperBound
    }
    guard end == dataLength else {
      throw FormatError(
        .malformed, file: file, place: "the end",
        found: "\(Excerpt.bytes(dataLength - end)) outside of any tensor",
        expected: "\(Excerpt.bytes(end)) of data")
    }
  }
}
