import CZlib

/// The deflate format (RFC 1951) without a wrapper, by zlib: as ZIP archives have it.
enum Deflate {
  /// Compresses at zlib's usual level.
  /// - Throws: `FormatError` where zlib finds no memory.
  static func compress(_ bytes: [UInt8]) throws(FormatError) -> [UInt8] {
    // A gzip member without a name: ten bytes, the deflated data, and eight of checksum and length.
    Array(try Gzip.compress(bytes).dropFirst(10).dropLast(8))
  }

  /// Decompresses to exactly so many bytes.
  /// - Throws: `FormatError` for damaged data and for more or fewer bytes.
  static func decompress(
    _ bytes: [UInt8], count: Int, file: String, place: String
  ) throws(FormatError) -> [UInt8] {
    func fail(_ found: String) -> FormatError {
      FormatError(
        .malformed, file: file, place: place, found: found,
        expected: "deflated data of \(Excerpt.bytes(count))")
    }
    guard bytes.count < 1 << 30, count < 1 << 30 else {
      throw FormatError(
        .tooLarge, file: file, place: place, found: Excerpt.bytes(max(bytes.count, count)),
        expected: "below 1 GiB where compressed")
    }
    var stream = z_stream()
    guard
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw FormatError(
        .outOfMemory, file: file, place: place, found: "no memory for zlib", expected: "64 KiB")
    }
    defer { inflateEnd(&stream) }
    // A byte more, so that data that go on are seen.
    var output = [UInt8](repeating: 0, count: count + 1)
    let status = bytes.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { buffer in
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
        stream.avail_in = uInt(input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(count + 1)
        return inflate(&stream, Z_FINISH)
      }
    }
    let found = count + 1 - Int(stream.avail_out)
    guard status == Z_STREAM_END, found == count, stream.avail_in == 0 else {
      throw fail(
        status == Z_DATA_ERROR ? "damaged data" : "\(Excerpt.bytes(found)), or an end elsewhere")
    }
    return Array(output.prefix(count))
  }
}

/// The checksum of ZIP, gzip and PNG, by zlib.
enum CRC32 {
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      var value = crc32(0, nil, 0)
      var place = 0
      while place < buffer.count {
        let count = min(buffer.count - place, 1 << 30)
        value = crc32(value, buffer.baseAddress! + place, uInt(count))
        place += count
      }
      return UInt32(truncatingIfNeeded: value)
    }
  }
}
