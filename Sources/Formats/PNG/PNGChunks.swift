/// The parts of a PNG file that its picture needs.
///
/// libpng asks for memory as large as a chunk says it is before it looks whether the file is that
/// long, and inflates compressed text and colour profiles; so lengths are checked here, and what
/// does not change the picture is left out.
enum PNGChunks {
  /// Ancillary chunks that change the picture: transparency and gamma.
  private static let kept = ["tRNS", "gAMA", "sRGB"].map { Array($0.utf8) }
  private static let last = Array("IEND".utf8)

  /// Signature, critical chunks and those ancillary ones that change the picture, up to the end
  /// chunk; what follows that is ignored.
  /// - Parameter bytes: A file whose first 33 bytes have been checked.
  /// - Throws: `FormatError` for a chunk that is longer than the file, or no end chunk.
  static func essential(_ bytes: [UInt8], file: String) throws(FormatError) -> [UInt8] {
    var result = Array(bytes[..<8])
    var place = 8
    while true {
      guard bytes.count - place >= 12 else {
        throw FormatError(
          .malformed, file: file, place: "byte \(place)",
          found: place == bytes.count
            ? "the end of the data" : Excerpt.bytes(bytes.count - place),
          expected: "a chunk of at least 12 bytes, the last one being \"IEND\"")
      }
      let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      let type = Array(bytes[(place + 4)..<(place + 8)])
      guard length <= bytes.count - place - 12 else {
        throw FormatError(
          .malformed, file: file, place: "byte \(place)",
          found: "a chunk \(Excerpt.quoted(type)) of \(length) bytes",
          expected: "at most the \(bytes.count - place - 12) that the file has left")
      }
      let end = place + 12 + length
      let isCritical = type[0] & 0x20 == 0  // an upper-case first letter
      if isCritical || kept.contains(type) { result.append(contentsOf: bytes[place..<end]) }
      if type == last { return result }
      place = end
    }
  }
}
