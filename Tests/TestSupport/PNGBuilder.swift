/// Builds PNG files chunk by chunk, right or wrong.
public struct PNGBuilder {
  public var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  public init() {}

  /// A file with the given image data, filter bytes included, uncompressed.
  public static func file(
    width: UInt32, height: UInt32, bits: UInt8, color: UInt8, interlaced: Bool = false,
    palette: [UInt8] = [], transparency: [UInt8] = [], gamma: UInt32? = nil, data: [UInt8]
  ) -> [UInt8] {
    var builder = PNGBuilder()
    builder.chunk(
      "IHDR", bigEndian(width) + bigEndian(height) + [bits, color, 0, 0, interlaced ? 1 : 0])
    if let gamma { builder.chunk("gAMA", bigEndian(gamma)) }
    if !palette.isEmpty { builder.chunk("PLTE", palette) }
    if !transparency.isEmpty { builder.chunk("tRNS", transparency) }
    builder.chunk("IDAT", zlib(data))
    builder.chunk("IEND", [])
    return builder.bytes
  }

  public mutating func chunk(_ type: String, _ content: [UInt8]) {
    bytes += bigEndian(UInt32(content.count)) + Array(type.utf8) + content
    bytes += bigEndian(Self.checksum(Array(type.utf8) + content))
  }

  /// A zlib stream of stored blocks.
  public static func zlib(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 65_535, data.count)
      let length = UInt16(end - start)
      stream.append(end == data.count ? 1 : 0)
      stream += [UInt8(length & 255), UInt8(length >> 8)]
      stream += [UInt8(~length & 255), UInt8(~length >> 8)]
      stream += data[start..<end]
      start = end
    } while start < data.count
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in data {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return stream + bigEndian(b << 16 | a)
  }

  /// CRC-32 of a chunk.
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }

  /// The file with every chunk's checksum made right, as far as chunks can be followed.
  public static func mended(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + length
      if end + 4 > bytes.count { break }
      bytes.replaceSubrange(end..<(end + 4), with: bigEndian(checksum(bytes[(place + 4)..<end])))
      place = end + 4
    }
    return bytes
  }

  /// Four bytes, the highest first.
  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private func bigEndian(_ number: UInt32) -> [UInt8] { Self.bigEndian(number) }
}
