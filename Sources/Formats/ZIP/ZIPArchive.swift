/// A ZIP archive whose directory has been read and checked: files stored or compressed by deflate,
/// without encryption and ZIP64.
///
/// Source: PKWARE, "APPNOTE.TXT – .ZIP File Format Specification", 4.3.
struct ZIPArchive {
  /// One file of the archive.
  struct Entry {
    let name: String
    fileprivate let method: Int
    fileprivate let checksum: UInt32
    fileprivate let packedCount: Int
    fileprivate let count: Int
    fileprivate let offset: Int
  }

  /// The files in the directory's order.
  let entries: [Entry]

  /// Reads the directory at the end.
  /// - Throws: `FormatError` for what is no archive, parts outside of the file, names that come twice
  ///   and what is not read here.
  init(_ bytes: [UInt8], file: String) throws(FormatError) {
    func fail(
      _ place: String, _ found: String, _ expected: String,
      _ kind: FormatError.Kind = .malformed
    ) -> FormatError {
      FormatError(kind, file: file, place: place, found: found, expected: expected)
    }
    guard let end = Self.end(of: bytes) else {
      throw fail("", "no directory at the end", "a ZIP archive")
    }
    let (count, size, start) = (
      bytes.number(end + 10, 2), bytes.number(end + 12, 4), bytes.number(end + 16, 4)
    )
    guard count < 65_535, start < Int(UInt32.max) else {
      throw fail("the end", "a ZIP64 archive", "one below 4 GiB and 65535 files", .unsupported)
    }
    guard start + size <= end, count * 46 <= size else {
      throw fail(
        "the end", "a directory of \(count) files in \(Excerpt.bytes(size)) from byte \(start)",
        "one within the first \(end) bytes")
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    var place = start
    for number in 0..<count {
      let name = "directory entry \(number)"
      guard place + 46 <= start + size, bytes.number(place, 4) == 0x0201_4B50 else {
        throw fail(name, "other bytes", "the signature of an entry")
      }
      let lengths = (0..<3).map { bytes.number(place + 28 + 2 * $0, 2) }
      let next = place + 46 + lengths.reduce(0, +)
      guard next <= start + size else {
        throw fail(name, "an end at byte \(next)", "at most \(start + size)")
      }
      let entry = Entry(
        name: String(decoding: bytes[(place + 46)..<(place + 46 + lengths[0])], as: UTF8.self),
        method: bytes.number(place + 10, 2), checksum: UInt32(bytes.number(place + 16, 4)),
        packedCount: bytes.number(place + 20, 4), count: bytes.number(place + 24, 4),
        offset: bytes.number(place + 42, 4))
      guard bytes.number(place + 8, 2) & 1 == 0, entry.method == 0 || entry.method == 8 else {
        throw fail(
          name, "encryption, or compression method \(entry.method)",
          "stored or deflated files without encryption", .unsupported)
      }
      guard names.insert(entry.name).inserted else {
        throw fail(name, "the name \(Excerpt.quoted(entry.name)) a second time", "another name")
      }
      entries.append(entry)
      place = next
    }
    self.entries = entries
  }

  /// Where the record at the archive's end begins; a comment of up to 65,535 bytes may follow.
  private static func end(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 22 else { return nil }
    return stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1).first
    {
      bytes.number($0, 4) == 0x0605_4B50 && $0 + 22 + bytes.number($0 + 20, 2) == bytes.count
    }
  }
}

extension ZIPArchive.Entry {
  /// The file's content, checked against its size and checksum.
  /// - Throws: `FormatError` for parts outside of the archive and for damaged data.
  func content(of bytes: [UInt8], file: String) throws(FormatError) -> [UInt8] {
    func fail(_ found: String, _ expected: String) -> FormatError {
      FormatError(
        .malformed, file: file, place: "entry \(Excerpt.quoted(name))", found: found,
        expected: expected)
    }
    guard offset + 30 <= bytes.count, bytes.number(offset, 4) == 0x0403_4B50 else {
      throw fail("no file at byte \(offset)", "the signature of a file")
    }
    let start = offset + 30 + bytes.number(offset + 26, 2) + bytes.number(offset + 28, 2)
    guard start + packedCount <= bytes.count else {
      throw fail(
        "\(Excerpt.bytes(packedCount)) from byte \(start)", "at most \(bytes.count) in all")
    }
    let packed = bytes[start..<(start + packedCount)]
    let content: [UInt8]
    if method == 0 {
      guard count == packedCount else {
        throw fail("\(packedCount) stored bytes", "\(count), the file's size")
      }
      content = Array(packed)
    } else {
      guard count <= packedCount * Gzip.largestRatio + 64 else {
        throw fail(
          "\(Excerpt.bytes(packedCount)) said to hold \(count)", "what deflate can compress")
      }
      content = try Deflate.decompress(
        Array(packed), count: count, file: file, place: "entry \(Excerpt.quoted(name))")
    }
    guard CRC32.checksum(content) == checksum else {
      throw fail("another checksum", "the CRC-32 of the directory")
    }
    return content
  }
}

extension [UInt8] {
  /// The number in so many bytes, the lowest first.
  fileprivate func number(_ place: Int, _ count: Int) -> Int {
    self[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
