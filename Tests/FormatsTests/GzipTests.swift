import Formats
import Testing

@Suite struct GzipTests {
  private let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) }

  @Test(arguments: [0, 1, 6, 9])
  func roundTrip(level: Int) throws {
    let bytes = try Gzip.compress(content, level: level)
    #expect(Gzip.isGzip(bytes))
    #expect(try Gzip.decompress(bytes, maximum: content.count) == content)
    let empty = try Gzip.compress([], level: level)
    #expect(try Gzip.decompress(empty, maximum: 0) == [])
  }

  @Test func compressionIsDeterministic() throws {
    #expect(try Gzip.compress(content) == Gzip.compress(content))
  }

  /// `printf 'hello\n' | gzip -n`, by GNU gzip.
  private let hello: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9,
    0xE7, 0x02, 0x00, 0x20, 0x30, 0x3A, 0x36, 0x06, 0x00, 0x00, 0x00,
  ]

  @Test func membersAreConcatenated() throws {
    let hello = hello
    let twice = try Gzip.decompress(hello + hello + [0, 0, 0], maximum: 12)
    #expect(String(decoding: twice, as: UTF8.self) == "hello\nhello\n")
    let empty = try Gzip.compress([])
    #expect(try Gzip.decompress(empty + hello + empty, maximum: 6).count == 6)
  }

  @Test func damageIsNamed() {
    var wrongSum = hello
    wrongSum[18] ^= 1
    var wrongLength = hello
    wrongLength[22] ^= 1
    var wrongMethod = hello
    wrongMethod[2] = 7
    let intact = "expected intact gzip data"
    let table: [([UInt8], String)] = [
      (wrongSum, "x.gz: byte 22: found \"incorrect data check\" by zlib, \(intact)"),
      (wrongLength, "x.gz: byte 26: found \"incorrect length check\" by zlib, \(intact)"),
      (wrongMethod, "x.gz: byte 4: found \"unknown compression method\" by zlib, \(intact)"),
      ([1, 2, 3], "x.gz: byte 2: found \"incorrect header check\" by zlib, \(intact)"),
      (
        [], "x.gz: byte 0: found the end of the file, expected the rest of gzip member 1"
      ),
      (
        hello + [0, 1],
        "x.gz: byte 26: found 2 bytes after the end of gzip member 1, "
          + "expected nothing, zeros or another gzip member"
      ),
      (
        hello + hello.dropLast(),
        "x.gz: byte 51: found the end of the file, expected the rest of gzip member 2"
      ),
      (
        hello + hello + hello,
        "x.gz: found more than 12 bytes when decompressed, expected at most 12"
      ),
    ]
    for (bytes, expected) in table {
      #expect(
        message { _ = try Gzip.decompress(bytes, maximum: 12, file: "x.gz") } == expected)
    }
    for length in 0..<hello.count {
      let text = message { _ = try Gzip.decompress(Array(hello[..<length]), maximum: 100) }
      #expect(text.hasSuffix("found the end of the file, expected the rest of gzip member 1"))
    }
  }

  @Test func aBombIsStoppedAtTheLimit() throws {
    let bomb = try Gzip.compress([UInt8](repeating: 0, count: 50_000_000), level: 9)
    #expect(bomb.count < 60_000)
    #expect(
      message { _ = try Gzip.decompress(bomb, maximum: 1000) }
        == "gzip data: found more than 1000 bytes when decompressed, expected at most 1000")
  }
}
