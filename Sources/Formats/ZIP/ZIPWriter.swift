/// Writes a ZIP archive, as the files come.
///
/// Source: PKWARE, "APPNOTE.TXT – .ZIP File Format Specification", 4.3; without ZIP64.
package struct ZIPWriter {
  private let file: AtomicFile
  private var directory: [UInt8] = []
  private var names: Set<String> = []

  /// An archive that appears at the path with `finish`.
  init(_ path: String) throws(FormatError) { file = try AtomicFile(path) }

  /// Adds a file, stored or compressed by deflate.
  /// - Throws: `FormatError` for a name that cannot be, an archive of 4 GiB or 65,535 files with this
  ///   one, and what cannot be written.
  mutating func add(
    _ name: String, _ content: [UInt8], compressed: Bool
  ) throws(FormatError) {
    let place = "entry \(Excerpt.quoted(name))"
    let text = Array(name.utf8)
    guard (1...60_000).contains(text.count), names.insert(name).inserted else {
      throw FormatError(
        .unsupported, file: file.path, place: place,
        found: names.contains(name) ? "the name a second time" : "a name of \(text.count) bytes",
        expected: "each file under a name of its own, of 1 to 60000 bytes")
    }
    let packed = compressed ? try Deflate.compress(content) : content
    let offset = file.byteCount
    guard content.count < Int(UInt32.max),
      Self.fits(
        start: offset + 30 + text.count + packed.count,
        directory: directory.count + 46 + text.count, files: names.count)
    else {
      throw FormatError(
        .tooLarge, file: file.path, place: place,
        found: "\(Excerpt.bytes(content.count)) at byte \(offset)",
        expected: "archives below 4 GiB and 65535 files")
    }
    let method = compressed ? 8 : 0
    // Version 2.0, a name in UTF-8, midnight of 1 January 1980: equal input gives equal output.
    let fields =
      Self.bytes(20, 2) + Self.bytes(0x0800, 2) + Self.bytes(method, 2) + Self.bytes(0, 2)
      + Self.bytes(0x0021, 2) + Self.bytes(Int(CRC32.checksum(content)), 4)
      + Self.bytes(packed.count, 4) + Self.bytes(content.count, 4) + Self.bytes(text.count, 2)
      + Self.bytes(0, 2)
    try file.write(Self.bytes(0x0403_4B50, 4) + fields + text)
    try file.write(packed)
    directory +=
      Self.bytes(0x0201_4B50, 4) + Self.bytes(20, 2) + fields + Self.bytes(0, 2 + 2 + 2 + 4)
      + Self.bytes(offset, 4) + text
  }

  /// Writes the directory and puts the archive in its place.
  mutating func finish() throws(FormatError) {
    let (count, start) = (names.count, file.byteCount)
    try file.write(
      directory + Self.bytes(0x0605_4B50, 4) + Self.bytes(0, 4) + Self.bytes(count, 2)
        + Self.bytes(count, 2) + Self.bytes(directory.count, 4) + Self.bytes(start, 4)
        + Self.bytes(0, 2))
    try file.commit()
  }

  /// Whether the record at the end of an archive, with fields of four and of two bytes, can tell how
  /// large it is; their largest numbers mean ZIP64.
  /// - Parameters:
  ///   - start: Where the directory starts: the bytes of all files and their headers.
  ///   - directory: The bytes of the directory.
  ///   - files: How many there are.
  package static func fits(start: Int, directory: Int, files: Int) -> Bool {
    max(start, directory) < Int(UInt32.max) && files < 65_535
  }

  /// A number in so many bytes, the lowest first.
  private static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
  }
}
