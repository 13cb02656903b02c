import Arrays
import Formats
import TestSupport
import Testing

@Suite struct PNGTests {
  private func pixels(
    _ bytes: [UInt8], channels: PNG.Channels = .asStored, background: PNG.Color = .white
  ) throws -> (shape: Shape, values: [UInt8]) {
    let image = try PNG.decode(bytes, channels: channels, background: background)
    return (image.shape, image.elements())
  }

  @Test func roundTrip() throws {
    let folder = TemporaryFolder()
    for shape: Shape in [[1, 5, 7], [3, 4, 9], [3, 1, 1], [1, 300, 200]] {
      let image = NDArray(
        (0..<shape.elementCount).map { UInt8(truncatingIfNeeded: $0 &* 37) }, shape: shape)
      try PNG.write(image, to: folder.file("a.png"))
      let back = try PNG.read(folder.file("a.png"))
      #expect(back.shape == shape && back.dtype == .uint8)
      #expect(back.elements(as: UInt8.self) == image.elements(as: UInt8.self))
    }
    let flat = NDArray([1, 2, 3, 4, 5, 6] as [UInt8], shape: [2, 3])
    #expect(try PNG.decode(PNG.encode(flat)).shape == [1, 2, 3])
    // Noise that deflate cannot shrink.
    var state: UInt64 = 9
    let noise = (0..<(3 * 200 * 200)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    let image = try PNG.decode(PNG.encode(NDArray(noise, shape: [3, 200, 200])))
    #expect(image.elements(as: UInt8.self) == noise)
  }

  @Test func fewBitsAPixel() throws {
    let one = PNGBuilder.file(
      width: 10, height: 2, bits: 1, color: 0,
      data: [0, 0b1010_1010, 0b1100_0000, 0, 0b0000_1111, 0])
    let (shape, values) = try pixels(one)
    #expect(shape == [1, 2, 10])
    #expect(
      values.map { $0 / 255 } == [1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0])
    let two = PNGBuilder.file(width: 4, height: 1, bits: 2, color: 0, data: [0, 0b0001_1011])
    #expect(try pixels(two).values == [0, 85, 170, 255])
    let four = PNGBuilder.file(width: 2, height: 1, bits: 4, color: 0, data: [0, 0x3C])
    #expect(try pixels(four).values == [51, 204])
  }

  @Test func sixteenBitsAreReduced() throws {
    let gray = PNGBuilder.file(
      width: 3, height: 1, bits: 16, color: 0, data: [0, 0x00, 0x00, 0x80, 0x80, 0xFF, 0xFF])
    #expect(try pixels(gray).values == [0, 128, 255])
    let rgb = PNGBuilder.file(
      width: 1, height: 1, bits: 16, color: 2, data: [0, 0x11, 0x11, 0x22, 0x22, 0xCC, 0xCC])
    #expect(try pixels(rgb).values == [0x11, 0x22, 0xCC])
  }

  @Test func palettes() throws {
    let file = PNGBuilder.file(
      width: 4, height: 1, bits: 2, color: 3, palette: [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7],
      data: [0, 0b0001_1011])
    let (shape, values) = try pixels(file)
    #expect(shape == [3, 1, 4])
    #expect(values == [255, 0, 0, 9, 0, 255, 0, 8, 0, 0, 255, 7])
    let transparent = PNGBuilder.file(
      width: 2, height: 1, bits: 8, color: 3, palette: [255, 0, 0, 0, 255, 0],
      transparency: [255, 0], data: [0, 0, 1])
    #expect(try pixels(transparent, background: .black).values == [255, 0, 0, 0, 0, 0])
    #expect(try pixels(transparent).values == [255, 255, 0, 255, 0, 255])
  }

  /// Stored values are mixed: 255 at alpha 128 over 0 is 128.
  @Test func alphaIsMixedWithTheBackground() throws {
    let gray = PNGBuilder.file(
      width: 4, height: 1, bits: 8, color: 4, data: [0, 255, 128, 255, 0, 100, 255, 10, 51])
    #expect(try pixels(gray, background: .black).values == [128, 0, 100, 2])
    #expect(try pixels(gray).values == [255, 255, 100, 206])
    let color = PNGBuilder.file(
      width: 1, height: 2, bits: 8, color: 6, data: [0, 200, 100, 0, 255, 0, 200, 100, 0, 0])
    let (shape, values) = try pixels(color, background: PNG.Color(red: 1, green: 2, blue: 3))
    #expect(shape == [3, 2, 1])
    #expect(values == [200, 1, 100, 2, 0, 3])
  }

  @Test func channelsCanBeChosen() throws {
    let color = PNGBuilder.file(
      width: 2, height: 1, bits: 8, color: 2, data: [0, 200, 100, 50, 77, 77, 77])
    let (shape, values) = try pixels(color, channels: .gray)
    #expect(shape == [1, 1, 2])
    #expect(values == [124, 77])  // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2
    let gray = PNGBuilder.file(width: 2, height: 1, bits: 8, color: 0, data: [0, 3, 4])
    #expect(try pixels(gray, channels: .rgb).shape == [3, 1, 2])
    #expect(try pixels(gray, channels: .rgb).values == [3, 4, 3, 4, 3, 4])
  }

  /// Adam7 of 3 × 3: passes 1, 4, 5, 6, 7 hold the pixels below.
  @Test func interlacedFiles() throws {
    let data: [UInt8] = [
      0, 1,  // pass 1: (0, 0)
      0, 3,  // pass 4: (0, 2)
      0, 7, 9,  // pass 5: row 2, columns 0 and 2
      0, 2,  // pass 6: (0, 1)
      0, 8,  // pass 6: (2, 1)
      0, 4, 5, 6,  // pass 7: row 1
    ]
    let file = PNGBuilder.file(
      width: 3, height: 3, bits: 8, color: 0, interlaced: true, data: data)
    #expect(try pixels(file).values == [1, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  @Test func aStatedGammaIsConverted() throws {
    let linear = PNGBuilder.file(
      width: 1, height: 1, bits: 8, color: 0, gamma: 100_000, data: [0, 55])
    let value = try pixels(linear).values[0]
    #expect((126...129).contains(value))  // linear 0.2157 is sRGB 0.502
    let usual = PNGBuilder.file(
      width: 1, height: 1, bits: 8, color: 0, gamma: 45_455, data: [0, 55])
    #expect(try pixels(usual).values == [55])
  }

  @Test func damageIsNamed() {
    let good = PNGBuilder.file(width: 2, height: 2, bits: 8, color: 0, data: [0, 1, 2, 0, 3, 4])
    func changed(_ place: Int, _ bytes: [UInt8], mend: Bool = true) -> [UInt8] {
      var file = good
      file.replaceSubrange(place..<(place + bytes.count), with: bytes)
      return mend ? PNGBuilder.mended(file) : file
    }
    let short = PNGBuilder.file(width: 2, height: 2, bits: 8, color: 0, data: [0, 1, 2])
    let table: [([UInt8], String)] = [
      ([], "byte 0: found the end of the data, expected the signature of a PNG file"),
      (Array("GIF89a".utf8), "byte 0: found byte 71, expected 137, of a PNG file's signature"),
      (Array(good[..<20]), "byte 20: found the end of the data, expected a header of 33 bytes"),
      (
        changed(12, Array("CgBI".utf8)),
        "byte 8: found a chunk \"CgBI\" of 13 bytes, expected \"IHDR\" of 13 bytes"
      ),
      (changed(16, bigEndian(0)), "byte 16: found 0 × 2 pixels, expected at least one pixel"),
      (
        changed(16, bigEndian(.max) + bigEndian(.max)),
        "byte 16: found 4294967295 × 4294967295 pixels, expected at most 100000000 pixels in all"
      ),
      (
        changed(16, bigEndian(10_000) + bigEndian(10_000)),
        "byte 16: found 10000 × 10000 pixels in a file of 74 bytes, "
          + "expected a file long enough to hold them"
      ),
      (
        Array(good[..<33]),
        "byte 33: found the end of the data, "
          + "expected a chunk of at least 12 bytes, the last one being \"IEND\""
      ),
      (
        Array(good[..<50]),
        "byte 33: found a chunk \"IDAT\" of 17 bytes, "
          + "expected at most the 5 that the file has left"
      ),
      (
        Array(good.dropLast(3)),
        "byte 62: found 9 bytes, "
          + "expected a chunk of at least 12 bytes, the last one being \"IEND\""
      ),
      (changed(24, [3]), "byte 24: found 3 bits a sample, expected 1, 2, 4, 8 or 16"),
      (changed(25, [1]), "byte 25: found colour type 1, expected 0, 2, 3, 4 or 6"),
    ]
    for (bytes, expected) in table {
      #expect(message { _ = try PNG.decode(bytes, file: "a.png") } == "a.png: \(expected)")
    }
    // libpng's own words differ between versions.
    let damaged = [
      changed(29, [1], mend: false), changed(26, [1]), changed(44, [0xFF]), short,
    ]
    for bytes in damaged {
      let text = message { _ = try PNG.decode(bytes, file: "a.png") }
      #expect(text.hasPrefix("a.png: found \""))
      #expect(text.hasSuffix("\" by libpng, expected an intact PNG image"))
    }
  }

  /// libpng would take 1.2 GB for the first, whose compressed text says that it is so long, and
  /// inflate the 50 MB of the second. Found by the fuzz test.
  @Test func compressedTextTakesNoMemory() throws {
    let good = PNGBuilder.file(width: 2, height: 1, bits: 8, color: 0, data: [0, 1, 2])
    let lying = bigEndian(0x4945_4E44) + Array("zTXt".utf8)
    #expect(
      message { _ = try PNG.decode(good[..<33] + lying + good[33...], file: "a.png") }
        == "a.png: byte 33: found a chunk \"zTXt\" of 1229278788 bytes, "
        + "expected at most the 34 that the file has left")
    let packed = try Gzip.compress([UInt8](repeating: 0, count: 50_000_000))
    let end = [UInt8](repeating: 0, count: 4)  // The checksum, which zlib verifies last.
    let deflated = [0x78, 0x9C] + packed[10..<(packed.count - 8)] + end
    var builder = PNGBuilder()
    builder.chunk("zTXt", Array("Comment".utf8) + [0, 0] + deflated)
    let bomb = Array(good[..<33]) + builder.bytes[8...] + good[33...]
    #expect(try pixels(bomb).values == [1, 2])
  }

  @Test func theNumberOfPixelsIsLimited() throws {
    let file = PNGBuilder.file(width: 2, height: 2, bits: 8, color: 0, data: [0, 1, 2, 0, 3, 4])
    #expect(
      message { _ = try PNG.decode(file, file: "a.png", maximumPixels: 3) }
        == "a.png: byte 16: found 2 × 2 pixels, expected at most 3 pixels in all")
  }

  @Test func whatPNGHasNotIsRefused() {
    let shapes = "expected uint8 [height, width], [1, height, width] or [3, height, width]"
    let table: [(NDArray, String)] = [
      (NDArray([1, 2, 3] as [UInt8]), "found an array of uint8 [3], \(shapes)"),
      (
        NDArray([1, 2] as [UInt8], shape: [2, 1, 1]), "found an array of uint8 [2, 1, 1], \(shapes)"
      ),
      (NDArray([1] as [Float], shape: [1, 1]), "found an array of float32 [1, 1], \(shapes)"),
      (
        NDArray([] as [UInt8], shape: [1, 0, 4]),
        "found 4 × 0 pixels, expected sizes from 1 to 1000000"
      ),
    ]
    for (image, expected) in table {
      #expect(message { _ = try PNG.encode(image, file: "a.png") } == "a.png: \(expected)")
    }
  }
}
