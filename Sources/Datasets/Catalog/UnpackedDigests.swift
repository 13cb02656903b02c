import Formats

/// `SHA256SUMS` in a folder: what each file unpacked there contained, in the form that
/// `sha256sum --check` reads; so that files that were damaged since are found.
enum UnpackedDigests {
  /// A file, relative to the folder, and the SHA-256 of its content.
  typealias Digest = (path: String, sha256: String)

  private static let name = "SHA256SUMS"

  /// Writes digests in place of those that were there.
  static func write(_ digests: [Digest], in folder: String) throws(FormatError) {
    try AtomicFile.write(
      digests.map { "\($0.sha256)  \($0.path)\n" }.joined(), to: "\(folder)/\(name)")
  }

  /// The digests of a folder; none where nothing has been unpacked.
  /// - Throws: `DatasetError` for a file that cannot be read or has other lines.
  static func read(in folder: String) throws(DatasetError) -> [Digest] {
    let file = "\(folder)/\(name)"
    guard case .other = PathKind(file) else { return [] }
    let bytes: [UInt8]
    do { bytes = try Files.read(file, maximum: 1 << 20) } catch { throw DatasetError(error) }
    var digests: [Digest] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2, parts[0].count == 64, parts[1].hasPrefix(" ") else {
        throw DatasetError(
          .malformed, at: file, found: Excerpt.quoted(String(line)),
          expected: "lines of a SHA-256, two spaces and a file's name")
      }
      digests.append((path: String(parts[1].dropFirst()), sha256: parts[0]))
    }
    return digests
  }
}
