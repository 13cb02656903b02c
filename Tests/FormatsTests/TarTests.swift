import Formats
import TestSupport
import Testing

@Suite struct TarTests {
  private static let text = Array("to be or not to be".utf8)
  private static var archive: [UInt8] {
    TarBuilder.archive([
      ("folder/", nil), ("folder/a.txt", text), ("./b", []),
      ("folder/c.bin", [UInt8](repeating: 9, count: 512)),
    ])
  }

  private func files(
    _ bytes: [UInt8], maximum: Int = 10_000
  ) throws(FormatError) -> [TarReader.File] {
    let reader = TarReader(bytes, maximumFile: maximum, file: "f")
    var files: [TarReader.File] = []
    while let file = try reader.next() { files.append(file) }
    return files
  }

  @Test func plainAndCompressed() throws {
    for bytes in [Self.archive, try Gzip.compress(Self.archive)] {
      let files = try files(bytes)
      #expect(files.map(\.path) == ["folder/a.txt", "b", "folder/c.bin"])
      #expect(files[0].content == Self.text && files[1].content.isEmpty)
      #expect(files[2].content == [UInt8](repeating: 9, count: 512))
    }
  }

  @Test func extendedHeaders() throws {
    func archive(_ record: String, _ name: String = "pax_global_header") -> [UInt8] {
      TarBuilder.header(name, byteCount: record.utf8.count, type: "g")
        + record.utf8 + [UInt8](repeating: 0, count: 512 - record.utf8.count) + Self.archive
    }
    #expect(try files(archive("15 comment=a=b\n20 path.of.no=meaning\n")).count == 3)
    // As Python's and GNU's programs name them.
    for name in ["././@PaxHeader", "/tmp/GlobalHead.7.1", "./PaxHeaders.7/a"] {
      #expect(try files(archive("15 comment=abc\n", name)).count == 3)
    }
    #expect(try files(TarBuilder.archive([("././", nil), ("././a", [1])])).map(\.path) == ["a"])
    #expect(
      message { _ = try files(archive("15 comment=abc\n10 path=/etc\n")) }
        == "f: byte 0: found an extended header with \"path\", expected paths and sizes in the "
        + "headers themselves")
  }

  private static let paths: [(String, String)] = [
    ("/etc/passwd", "the path \"/etc/passwd\", expected one within the archive's folder"),
    ("../a", "the path \"../a\", expected one within the archive's folder"),
    ("a/../../b", "the path \"a/../../b\", expected one within the archive's folder"),
    ("a//b", "the path \"a//b\", expected one within the archive's folder"),
    ("a/", "the path \"a/\", expected one within the archive's folder"),
    ("", "the path \"\", expected one within the archive's folder"),
    (".", "the path \".\", expected one within the archive's folder"),
    ("a\nb", "the path \"a\\nb\", expected UTF-8 without control characters"),
  ]

  @Test(arguments: paths)
  func hostilePaths(_ path: String, _ text: String) {
    #expect(
      message { _ = try files(TarBuilder.archive([(path, [1])])) } == "f: byte 0: found " + text)
  }

  @Test func otherErrors() {
    let link = TarBuilder.header("a", byteCount: 0, type: "2")
    var sum = link
    sum[0] = 0x62
    var size = TarBuilder.header("a", byteCount: 0, type: "0")
    size[130] = UInt8(ascii: "9")
    let table: [([UInt8], String)] = [
      (link, "byte 0: found \"a\" of type \"2\", expected files and folders alone"),
      (sum, "byte 0: found no header of a tar archive, expected an intact one"),
      (
        TarBuilder.mended(size), "byte 0: found a size of \"00000090000\", expected octal digits"
      ),
      (
        TarBuilder.header("a", byteCount: 20_000, type: "0"),
        "byte 0: found \"a\" of 20000 bytes, expected at most 10000"
      ),
      ([], "byte 0: found the end of the archive, expected 512 bytes more"),
      (
        Array(Self.archive.prefix(1030)),
        "byte 1030: found the end of the archive, expected 12 bytes more"
      ),
    ]
    for (bytes, text) in table {
      #expect(message { _ = try files(bytes) } == "f: " + text)
    }
  }

  @Test func everyTruncation() {
    let archive = Self.archive
    for length in stride(from: 0, to: archive.count - 1023, by: 13) {
      #expect(throws: FormatError.self) { try files(Array(archive.prefix(length))) }
    }
  }
}
