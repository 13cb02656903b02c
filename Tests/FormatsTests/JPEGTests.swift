import Arrays
import Formats
import TestSupport
import Testing

@Suite struct JPEGTests {
  /// Files by Pillow and what it decodes of them; see `Tests/References/images.py`.
  private static func file(_ name: String) throws -> [UInt8] {
    try References("images").tensor(name + "/file").elements(as: UInt8.self)
  }

  private static func pixels(_ name: String) throws -> NDArray {
    try References("images").tensor(name + "/pixels")
  }

  private static let names =
    ["gray", "color-444", "color-422", "color-420", "progressive", "restarts", "pixel"]
    + (1...8).map { "orientation-\($0)" }

  /// Pillow decodes by libjpeg-turbo too; another version may round another way by one level.
  @Test(arguments: names)
  func asPillowDecodes(_ name: String) throws {
    let picture = try JPEG.decode(Self.file(name))
    let expected = try Self.pixels(name)
    #expect(picture.shape == expected.shape && picture.dtype == .uint8)
    let distance = zip(picture.integers, expected.integers).map { abs($0 - $1) }.max()
    #expect(distance.map { $0 <= 1 } == true)
  }

  @Test func channels() throws {
    let gray = try Self.file("gray")
    let rgb = try JPEG.decode(gray, channels: .rgb)
    let plane = try JPEG.decode(gray).integers
    #expect(rgb.shape == [3, 13, 21] && rgb.integers == plane + plane + plane)
    // The luma that is stored, and that of the colours made of it, which are rounded.
    let color = try Self.file("color-444")
    let luma = try JPEG.decode(color, channels: .gray)
    let planes = try JPEG.decode(color).doubles
    let count = 17 * 23
    #expect(luma.shape == [1, 17, 23])
    var inside = 0
    for (place, value) in luma.doubles.enumerated() {
      let colors = (0..<3).map { planes[$0 * count + place] }
      // Colours that were cut off at 0 or 255 have another luma.
      guard colors.allSatisfy({ $0 > 0 && $0 < 255 }) else { continue }
      inside += 1
      #expect(abs(0.299 * colors[0] + 0.587 * colors[1] + 0.114 * colors[2] - value) < 1.5)
    }
    #expect(inside > count / 2)
  }

  @Test func eitherFormat() throws {
    let picture = try Self.pixels("gray")
    #expect(try ImageFile.decode(PNG.encode(picture)).integers == picture.integers)
    #expect(try ImageFile.decode(Self.file("gray")).shape == picture.shape)
    #expect(
      message { _ = try ImageFile.decode(Array("GIF89a".utf8), file: "f") }
        == "f: byte 0: found bytes 71 73 70 56, expected the signature of a PNG or JPEG file")
    #expect(
      message { _ = try ImageFile.decode([], file: "f") }
        == "f: byte 0: found the end of the data, expected the signature of a PNG or JPEG file")
    let folder = TemporaryFolder()
    try AtomicFile.write(Self.file("gray"), to: folder.file("a.png"))
    #expect(try ImageFile.read(folder.file("a.png")).shape == picture.shape)
  }

  /// Where the frame header stands: FF C0 or FF C2, length, precision, height, width.
  private static func frame(_ bytes: [UInt8]) throws -> Int {
    try #require(
      bytes.indices.dropLast().first {
        bytes[$0] == 0xFF && (bytes[$0 + 1] == 0xC0 || bytes[$0 + 1] == 0xC2)
      })
  }

  @Test func errors() throws {
    let bytes = try Self.file("color-420")
    let frame = try Self.frame(bytes)
    func changed(_ changes: [Int: UInt8]) -> [UInt8] {
      var bytes = bytes
      for (offset, value) in changes { bytes[frame + offset] = value }
      return bytes
    }
    let large = changed([5: 0xFF, 6: 0xDC, 7: 0xFF, 8: 0xDC])
    let wide = changed([5: 0x20, 6: 0, 7: 0x20, 8: 0])
    let table: [([UInt8], FormatError.Kind, String)] = [
      ([], .malformed, "\"Empty input file\" by libjpeg, expected an intact JPEG image"),
      (
        Array("hello".utf8), .malformed,
        "\"Not a JPEG file: starts with 0x68 0x65\" by libjpeg, expected an intact JPEG image"
      ),
      (
        try Self.file("inks"), .unsupported,
        "a JPEG image of inks (CMYK), which only a printer's profile turns into colours, expected "
          + "one of gray or colour"
      ),
      (
        changed([1: 0xC9]), .unsupported,
        "a JPEG image coded arithmetically, expected Huffman codes"
      ),
      (
        changed([4: 12]), .unsupported,
        "\"Unsupported JPEG data precision 12\" by libjpeg, expected an intact JPEG image"
      ),
      (large, .tooLarge, "65500 × 65500 pixels, expected at most 100000000 pixels in all"),
      (
        wide, .malformed,
        "8192 × 8192 pixels in \(bytes.count) bytes, expected a picture whose pixels are there"
      ),
      (
        Array(bytes.dropLast(2)), .malformed,
        "\"Premature end of JPEG file\" by libjpeg, expected an intact JPEG image"
      ),
    ]
    for (bytes, kind, text) in table {
      #expect(message { _ = try JPEG.decode(bytes, file: "f") } == "f: found " + text)
      #expect { try JPEG.decode(bytes) } throws: { ($0 as? FormatError)?.kind == kind }
    }
    #expect(
      message { _ = try JPEG.decode(bytes, file: "f", maximumPixels: 1000) }
        == "f: found 35 × 33 pixels, expected at most 1000 pixels in all")
  }

  @Test(arguments: ["gray", "color-420", "progressive", "restarts", "orientation-6"])
  func cutOffAnywhere(_ name: String) throws {
    let bytes = try Self.file(name)
    for length in 0..<bytes.count {
      #expect(throws: FormatError.self) { try JPEG.decode(Array(bytes.prefix(length))) }
    }
  }

  @Test(arguments: ["color-420", "progressive", "orientation-6"])
  func everyByteFlipped(_ name: String) throws {
    let bytes = try Self.file(name)
    var refused = 0
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0xFF
      do throws(FormatError) {
        _ = try JPEG.decode(damaged, maximumPixels: 1 << 20)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0 && refused < bytes.count)
  }

  /// Thousands of scans over a picture are the way to make a short file take long.
  @Test func manyScans() throws {
    let bytes = try Self.file("progressive")
    // The last scan's header and data up to the end marker, many times.
    let start = try #require(
      bytes.indices.dropLast().last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    let scan = bytes[start..<(bytes.count - 2)]
    var many = Array(bytes.dropLast(2))
    for _ in 0..<300 { many += scan }
    #expect(
      message { _ = try JPEG.decode(many + [0xFF, 0xD9], file: "f") }.hasPrefix("f: found \""))
  }
}
