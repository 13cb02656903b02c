import CZlib

/// Decompresses gzip members piece by piece.
final class Inflater {
  private var stream = z_stream()
  private var isOpen = false
  private let input: [UInt8]
  private let file: String
  private var taken = 0
  private var member = 0
  /// Whether a member has begun whose end has not been seen.
  private var isInside = false

  init(_ input: [UInt8], file: String) {
    self.input = input
    self.file = file
  }

  deinit { if isOpen { inflateEnd(&stream) } }

  /// Fills the buffer with what comes out next, as much as there is and fits; less only after the
  /// last member.
  /// - Throws: `FormatError` for damaged data.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    try input.withUnsafeBufferPointer { (input) throws(FormatError) in
      var count = 0
      while count < buffer.count {
        if !isInside {
          if try !beginMember(input) { break }
        }
        count += try inflateSome(
          input, into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      }
      return count
    }
  }

  /// What comes out next, at most `count` bytes.
  /// - Throws: `FormatError` for damaged data.
  func next(_ count: Int) throws(FormatError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(FormatError) in
      try fill(UnsafeMutableRawBufferPointer(buffer))
    }
    return Array(bytes.prefix(got))
  }

  /// One call of zlib.
  private func inflateSome(
    _ input: UnsafeBufferPointer<UInt8>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FormatError) -> Int {
    let count = min(input.count - taken, 1 << 30)
    let room = min(buffer.count, 1 << 30)
    stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + taken) }
    stream.avail_in = uInt(count)
    stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = uInt(room)
    let status = inflate(&stream, Z_NO_FLUSH)
    taken += count - Int(stream.avail_in)
    let produced = room - Int(stream.avail_out)
    switch status {
    case Z_STREAM_END: isInside = false
    case Z_OK: break
    case Z_BUF_ERROR where taken == input.count && produced == 0:
      throw FormatError(
        .malformed, file: file, place: "byte \(taken)", found: "the end of the file",
        expected: "the rest of gzip member \(member)")
    case Z_BUF_ERROR: break
    case Z_MEM_ERROR:
      throw FormatError(
        .outOfMemory, file: file, found: "no memory for zlib", expected: "64 KiB")
    default: throw damaged()
    }
    return produced
  }

  /// Starts the next member; false at the end of the input.
  private func beginMember(_ input: UnsafeBufferPointer<UInt8>) throws(FormatError) -> Bool {
    if member > 0 {
      let rest = input[taken...]
      if rest.allSatisfy({ $0 == 0 }) { return false }
      guard rest.count >= 2, rest[taken] == 0x1F, rest[taken + 1] == 0x8B else {
        throw FormatError(
          .malformed, file: file, place: "byte \(taken)",
          found: "\(Excerpt.bytes(rest.count)) after the end of gzip member \(member)",
          expected: "nothing, zeros or another gzip member")
      }
      guard inflateReset(&stream) == Z_OK else { throw damaged() }
    } else {
      guard
        inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else {
        throw FormatError(
          .outOfMemory, file: file, found: "no memory for zlib", expected: "64 KiB")
      }
      isOpen = true
    }
    member += 1
    isInside = true
    return true
  }

  private func damaged() -> FormatError {
    let reason = stream.msg.map { String(cString: $0) } ?? "an invalid stream"
    return FormatError(
      .malformed, file: file, place: "byte \(taken)", found: "\"\(reason)\" by zlib",
      expected: "intact gzip data")
  }
}
