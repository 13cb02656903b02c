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
      throw try Self.misfit(source, length: length, room: room)
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
          try SafetensorsEntry(name, value, file: file))
      }
    }
    let end = entries.map(\.range.upperBound).max() ?? 0
    guard end <= dataLength else {
      throw FormatError(
        .malformed, file: file, place: "the end",
        found: "\(Excerpt.bytes(dataLength)) of data",
        expected: "\(end): the file is cut short by \(Excerpt.bytes(end - dataLength))")
    }
    try Self.requireGapless(entries, dataLength: dataLength, file: file)
    self.entries = entries
    self.metadata = metadata
    dataStart = 8 + Int(length)
  }

  /// What is wrong with a file that cannot have a header of this length.
  private static func misfit(
    _ source: ByteSource, length: UInt64, room: Int
  ) throws(FormatError) -> FormatError {
    let head = try source.bytes(at: 0, count: 9)
    guard head[8] == UInt8(ascii: "{") else {
      // What torch.save writes: a ZIP archive since 1.6, a pickle of protocol 2 before.
      let archive = head.starts(with: [0x50, 0x4B, 0x03, 0x04]) ? "a ZIP archive" : nil
      guard let found = archive ?? (head.starts(with: [0x80, 0x02]) ? "a pickle" : nil) else {
        return FormatError(
          .malformed, file: source.file, found: "no safetensors file",
          expected: "eight bytes that hold the header's length, and the header from its \"{\" on")
      }
      return FormatError(
        .unsupported, file: source.file, found: "\(found), as PyTorch's checkpoints are",
        expected: "a safetensors file, which safetensors.torch.save_file makes of a checkpoint")
    }
    guard length < 2 || length > UInt64(longest) else {
      return FormatError(
        .malformed, file: source.file, place: "byte \(source.byteCount)",
        found: "the end of the file",
        expected: "\(Excerpt.bytes(Int(length) - room)) more of the header: the file is cut short")
    }
    return FormatError(
      length > UInt64(longest) && room > longest ? .tooLarge : .malformed, file: source.file,
      place: "byte 0", found: "a header of \(length) bytes",
      expected: "2 to \(min(room, longest)) bytes in a file of \(source.byteCount)")
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
