/// The files of a tar archive (POSIX ustar and pax, GNU, version 7), plain or compressed by gzip, one
/// after another.
///
/// Only regular files and folders are read: links and devices are refused, as are paths that lead out
/// of the folder that the archive is unpacked in. Extended headers are passed over where they tell of
/// times, owners or comments, and refused where they give another path or size.
///
/// ```swift
/// let reader = TarReader(bytes, maximumFile: 1 << 20)
/// while let file = try reader.next() { sizes[file.path] = file.content.count }
/// ```
///
/// Source: IEEE Std 1003.1-2017, pax, "pax Interchange Format" and "ustar Interchange Format".
public final class TarReader {
  /// A regular file.
  public struct File: Sendable, Hashable {
    /// Its path in the archive: names divided by slashes, none of them empty, `.` or `..`.
    public let path: String
    /// What it holds.
    public let content: [UInt8]
  }

  private static let block = 512

  private let file: String
  private let maximumFile: Int
  private let bytes: [UInt8]
  /// For compressed archives.
  private let inflater: Inflater?
  private var place = 0

  /// - Parameters:
  ///   - bytes: The archive.
  ///   - maximumFile: The most bytes of one file in it.
  ///   - file: The name that errors give.
  public init(_ bytes: [UInt8], maximumFile: Int, file: String = "tar data") {
    self.bytes = bytes
    self.maximumFile = maximumFile
    self.file = file
    inflater = Gzip.isGzip(bytes) ? Inflater(bytes, file: file) : nil
  }

  /// The next regular file; nil after the last. Folders are passed over.
  /// - Throws: `FormatError` for a damaged or cut off archive, for what is neither file nor folder,
  ///   for a path that is not within the archive's folder, and for a file that is too large.
  public func next() throws(FormatError) -> File? {
    while true {
      let start = place
      let header = try take(Self.block)
      if header.allSatisfy({ $0 == 0 }) { return nil }
      let entry = try TarHeader(header, file: file, place: start)
      guard entry.byteCount <= maximumFile else {
        throw FormatError(
          .tooLarge, file: file, place: "byte \(start)",
          found: "\(Excerpt.quoted(entry.path)) of \(entry.byteCount) bytes",
          expected: "at most \(maximumFile)")
      }
      let content = try take(entry.byteCount)
      _ = try take((Self.block - entry.byteCount % Self.block) % Self.block)
      switch entry.sort {
      case .file: return File(path: entry.path, content: content)
      case .folder: continue
      case .extended:
        if let key = Self.keys(content).first(where: { Self.decisive.contains($0) }) {
          throw FormatError(
            .unsupported, file: file, place: "byte \(start)",
            found: "an extended header with \(Excerpt.quoted(key))",
            expected: "paths and sizes in the headers themselves")
        }
      }
    }
  }

  /// What an extended header may not change.
  private static let decisive: Set<String> = [
    "path", "linkpath", "size", "GNU.sparse.name", "GNU.sparse.realsize",
  ]

  /// The keys of the records `LENGTH KEY=VALUE` of an extended header.
  private static func keys(_ content: [UInt8]) -> [String] {
    content.split(separator: UInt8(ascii: "\n")).map { line in
      let record = line.drop { $0 != 0x20 }.dropFirst()
      return String(decoding: record.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
  }

  private func take(_ count: Int) throws(FormatError) -> [UInt8] {
    let part =
      try inflater?.next(count)
      ?? Array(bytes[min(place, bytes.count)...].prefix(count))
    guard part.count == count else {
      throw FormatError(
        .malformed, file: file, place: "byte \(place + part.count)",
        found: "the end of the archive",
        expected: "\(Excerpt.bytes(count - part.count)) more")
    }
    place += count
    return part
  }
}

/// The block before each entry of an archive.
private struct TarHeader {
  let path: String
  let byteCount: Int
  enum Sort {
    case file, folder
    /// What follows is of the next entry, or of all.
    case extended
  }
  let sort: Sort

  init(_ bytes: [UInt8], file: String, place: Int) throws(FormatError) {
    func fail(_ kind: FormatError.Kind, _ found: String, _ expected: String) -> FormatError {
      FormatError(
        kind, file: file, place: "byte \(place)", found: found, expected: expected)
    }
    func text(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range].prefix { $0 != 0 } }
    /// Octal digits between blanks.
    func number(_ range: Range<Int>) -> Int? {
      let digits = text(range).drop { $0 == 0x20 }.prefix { $0 != 0x20 }
      guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
      return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
    }
    // The sum of all bytes, of which the sum's own count as blanks.
    let sum =
      bytes.reduce(0) { $0 + Int($1) } - bytes[148..<156].reduce(0) { $0 + Int($1) } + 8 * 0x20
    guard number(148..<156) == sum else {
      throw fail(.malformed, "no header of a tar archive", "an intact one")
    }
    guard let byteCount = number(124..<136) else {
      throw fail(.malformed, "a size of \(Excerpt.quoted(text(124..<136)))", "octal digits")
    }
    // GNU and version 7 have other things there.
    let isPOSIX = Array(bytes[257..<263]) == Array("ustar\0".utf8)
    let prefix = isPOSIX ? text(345..<500) : []
    let path = (prefix.isEmpty ? [] : prefix + [0x2F]) + text(0..<100)
    switch bytes[156] {
    case 0, UInt8(ascii: "0"): sort = .file
    case UInt8(ascii: "5"): sort = .folder
    case UInt8(ascii: "g"), UInt8(ascii: "x"): sort = .extended
    default:
      throw fail(
        .unsupported, "\(Excerpt.quoted(path)) of type \(Excerpt.quoted([bytes[156]]))",
        "files and folders alone")
    }
    guard let name = String(validating: path, as: UTF8.self),
      path.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else {
      throw fail(.malformed, "the path \(Excerpt.quoted(path))", "UTF-8 without control characters")
    }
    // The name of an extended header says nothing: "././@PaxHeader" by Python, "/tmp/GlobalHead…" by GNU.
    if sort == .extended {
      self.path = name
      self.byteCount = byteCount
      return
    }
    // A folder's path may end in a slash, and any begin with "./", more than once.
    let isFolder = sort == .folder
    var parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if isFolder, parts.last == "" { parts.removeLast() }
    while parts.first == ".", parts.count > 1 || isFolder { parts.removeFirst() }
    guard isFolder && parts.isEmpty || !parts.isEmpty,
      !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
    else {
      throw fail(
        .malformed, "the path \(Excerpt.quoted(path))", "one within the archive's folder")
    }
    self.path = parts.joined(separator: "/")
    self.byteCount = isFolder ? 0 : byteCount
  }
}
