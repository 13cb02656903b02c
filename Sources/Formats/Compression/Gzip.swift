import CZlib

/// The gzip format (RFC 1952), by zlib.
public enum Gzip {
  /// The most that deflate can shrink: 258 bytes in two bits.
  static let largestRatio = 1032

  /// Whether the bytes begin as gzip does.
  public static func isGzip(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// Decompresses all members, one after another; checksums and lengths are verified. Zero bytes
  /// after the last member are ignored, as `gzip` does.
  /// - Parameters:
  ///   - bytes: The compressed data.
  ///   - maximum: The most bytes that may come out.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError` for damaged or truncated data, for other data after a member, and
  ///   where more than `maximum` bytes would come out.
  public static func decompress(
    _ bytes: [UInt8], maximum: Int, file: String = "gzip data"
  ) throws(FormatError) -> [UInt8] {
    let inflater = Inflater(bytes, file: file)
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(1 << 18, max(maximum, 0)) + 1)
    while true {
      let count = try chunk.withUnsafeMutableBufferPointer { (buffer) throws(FormatError) in
        try inflater.fill(UnsafeMutableRawBufferPointer(buffer))
      }
      if count == 0 { return output }
      guard count <= maximum - output.count else { throw tooLarge(maximum, file: file) }
      output.append(contentsOf: chunk[..<count])
    }
  }

  /// What is wrong where more than so many bytes come out.
  static func tooLarge(_ maximum: Int, file: String) -> FormatError {
    FormatError(
      .tooLarge, file: file, found: "more than \(Excerpt.bytes(maximum)) when decompressed",
      expected: "at most \(maximum)")
  }

  /// Compresses to one member without a name or a date, so that equal input gives equal output.
  /// - Parameters:
  ///   - bytes: What is compressed.
  ///   - level: 0 (none) to 9 (smallest); 6 is zlib's usual one.
  /// - Throws: `FormatError` where zlib finds no memory.
  public static func compress(_ bytes: [UInt8], level: Int = 6) throws(FormatError) -> [UInt8] {
    var stream = z_stream()
    let windowBits = 15 + 16  // The largest window, in a gzip wrapper.
    guard
      deflateInit2_(
        &stream, Int32(max(0, min(9, level))), Z_DEFLATED, Int32(windowBits), 8,
        Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw FormatError(
        .outOfMemory, file: "gzip data", found: "no memory for zlib", expected: "256 KiB")
    }
    defer { deflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let chunkSize = chunk.count
    bytes.withUnsafeBufferPointer { input in
      var taken = 0
      var status = Z_OK
      while status != Z_STREAM_END {
        let count = min(input.count - taken, 1 << 30)
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + taken) }
        stream.avail_in = uInt(count)
        let flush = taken + count == input.count ? Z_FINISH : Z_NO_FLUSH
        chunk.withUnsafeMutableBufferPointer { buffer in
          stream.next_out = buffer.baseAddress
          stream.avail_out = uInt(chunkSize)
          status = deflate(&stream, flush)
        }
        taken += count - Int(stream.avail_in)
        output.append(contentsOf: chunk[..<(chunkSize - Int(stream.avail_out))])
      }
    }
    return output
  }
}
