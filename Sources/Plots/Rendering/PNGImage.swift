/// A PNG file written without compression, for pictures within a figure.
///
/// The reader and writer of `Formats` compress; this target depends on nothing.
///
/// - Source: PNG specification (third edition, 2025), RFC 1950 (zlib) and RFC 1951 (stored blocks).
package enum PNGImage {
  /// An image whose pixels are numbers of colours, at most 256.
  package static func indexed(width: Int, height: Int, pixels: [UInt8], colors: [RGB]) -> [UInt8] {
    let palette = colors.flatMap { [$0.red, $0.green, $0.blue] }
    return file(
      width: width, height: height, type: 3, samples: 1, pixels: pixels,
      before: chunk("PLTE", palette))
  }

  /// An image of grey bytes.
  package static func gray(width: Int, height: Int, pixels: [UInt8]) -> [UInt8] {
    file(width: width, height: height, type: 0, samples: 1, pixels: pixels, before: [])
  }

  /// An image of red, green and blue bytes.
  package static func color(width: Int, height: Int, pixels: [RGB]) -> [UInt8] {
    file(
      width: width, height: height, type: 2, samples: 3,
      pixels: pixels.flatMap { [$0.red, $0.green, $0.blue] }, before: [])
  }

  private static func file(
    width: Int, height: Int, type: UInt8, samples: Int, pixels: [UInt8], before: [UInt8]
  ) -> [UInt8] {
    // Each row begins with the number of its filter: none.
    let row = width * samples
    let lines = (0..<height).flatMap { [0] + pixels[$0 * row..<($0 + 1) * row] }
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: max(1, lines.count), by: 65_535) {
      let end = min(lines.count, start + 65_535)
      let size = UInt16(end - start)
      stream += [end == lines.count ? 1 : 0] + little(size) + little(~size) + lines[start..<end]
    }
    stream += big(adler(lines))
    let header = big(UInt32(width)) + big(UInt32(height)) + [8, type, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + before + chunk("IDAT", stream) + chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return big(UInt32(content.count)) + body + big(checksum(body))
  }

  private static func big(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }

  private static func little(_ value: UInt16) -> [UInt8] {
    [UInt8(value & 255), UInt8(value >> 8)]
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
    }
  }

  /// CRC-32, of chunks.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
  }

  /// Adler-32, of the stream.
  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }
}
