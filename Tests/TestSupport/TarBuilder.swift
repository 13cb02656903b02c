/// Archives made by hand, right or wrong.
public enum TarBuilder {
  /// An archive of files; nil is a folder.
  public static func archive(_ entries: [(path: String, content: [UInt8]?)]) -> [UInt8] {
    entries.flatMap { path, content in
      header(path, byteCount: content?.count ?? 0, type: content == nil ? "5" : "0")
        + padded(content ?? [])
    } + [UInt8](repeating: 0, count: 1024)
  }

  /// A header with a right sum.
  public static func header(_ path: String, byteCount: Int, type: Unicode.Scalar) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) {
      block.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8)
    }
    put(path, 0)
    put("0000644", 100)
    let size = String(byteCount, radix: 8)
    put(String(repeating: "0", count: 11 - size.count) + size, 124)
    put("ustar\u{0}00", 257)
    block[156] = UInt8(type.value)
    return mended(block)
  }

  /// The same header with a right sum.
  public static func mended(_ header: [UInt8]) -> [UInt8] {
    var block = header
    block.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
    let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    let digits = String(repeating: "0", count: 6 - sum.count) + sum
    block.replaceSubrange(148..<155, with: Array(digits.utf8) + [0])
    return block
  }

  private static func padded(_ content: [UInt8]) -> [UInt8] {
    content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
