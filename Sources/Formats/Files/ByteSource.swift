/// Bytes that are read by place: a file's, or an array's in memory.
enum ByteSource: Sendable {
  case open(InputFile, byteCount: Int)
  case memory([UInt8], name: String)

  /// Opens a file.
  /// - Throws: `FormatError`, also for a pipe, which has no places.
  init(file path: String) throws(FormatError) {
    let file = try InputFile(path)
    self = .open(file, byteCount: file.byteCount ?? 0)
  }

  /// The name that errors give.
  var file: String {
    switch self {
    case .open(let file, _): file.path
    case .memory(_, let name): name
    }
  }

  /// How many bytes there are.
  var byteCount: Int {
    switch self {
    case .open(_, let byteCount): byteCount
    case .memory(let bytes, _): bytes.count
    }
  }

  /// Fills the buffer with the bytes from `offset` on.
  /// - Throws: `FormatError` where there are fewer.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
    switch self {
    case .open(let file, _): try file.readExactly(at: offset, into: buffer)
    case .memory(let bytes, let name):
      guard offset >= 0, buffer.count <= bytes.count, offset <= bytes.count - buffer.count else {
        throw FormatError(
          .malformed, file: name, place: "byte \(bytes.count)", found: "the end of the data",
          expected: "\(Excerpt.bytes(buffer.count)) from byte \(offset) on")
      }
      bytes.withUnsafeBytes { bytes in
        let part = bytes[offset..<(offset + buffer.count)]
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
      }
    }
  }

  /// A few bytes from `offset` on.
  /// - Throws: `FormatError` where there are fewer.
  func bytes(at offset: Int, count: Int) throws(FormatError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBufferPointer { (buffer) throws(FormatError) in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return bytes
  }
}
