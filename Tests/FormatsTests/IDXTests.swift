import Arrays
import Formats
import Testing

@Suite struct IDXTests {
  private func file(_ type: UInt8, _ sizes: [UInt32], _ content: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(sizes.count)] + sizes.flatMap { bigEndian($0) } + content
  }

  @Test func imagesAndLabels() throws {
    let images = try IDX.decode(file(8, [2, 2, 3], Array(0..<12)))
    #expect(images.shape == [2, 2, 3] && images.dtype == .uint8)
    #expect(images.elements(as: UInt8.self) == Array(0..<12))
    let none = try IDX.decode(file(8, [0, 28, 28], []))
    #expect(none.shape == [0, 28, 28])
  }

  @Test(arguments: [false, true]) func otherTypes(compressed: Bool) throws {
    func decode(_ type: UInt8, _ sizes: [UInt32], _ content: [UInt8]) throws -> NDArray {
      let bytes = file(type, sizes, content)
      return try IDX.decode(compressed ? Gzip.compress(bytes) : bytes)
    }
    let bytes = try decode(9, [3], [0x80, 0xFF, 0x7F])
    #expect(bytes.elements(as: Int32.self) == [-128, -1, 127])
    let shorts = try decode(11, [2], [0x80, 0x00, 0x01, 0x02])
    #expect(shorts.elements(as: Int32.self) == [-32768, 258])
    let whole = try decode(12, [2], [0xFF, 0xFF, 0xFF, 0xFE, 0, 1, 0, 0])
    #expect(whole.elements(as: Int32.self) == [-2, 65536])
    let single = try decode(13, [1], [0x3F, 0xC0, 0, 0])
    #expect(single.elements(as: Float.self) == [1.5])
    let double = try decode(14, [1], [0xC0, 0x04, 0, 0, 0, 0, 0, 0])
    #expect(double.elements(as: Double.self) == [-2.5])
    #expect(try decode(9, [0, 2], []).shape == [0, 2])
  }

  /// What is widened where it stands is not overwritten before it is read.
  @Test func manyOfOneByte() throws {
    let content = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 89) }
    let packed = try Gzip.compress(file(9, [70, 1000], content))
    let expected = content.map { Int32(Int8(bitPattern: $0)) }
    #expect(try IDX.decode(packed).elements(as: Int32.self) == expected)
  }

  /// Members may end anywhere, also within the header.
  @Test(arguments: [1, 4, 15, 16, 17, 27]) func membersOfOneFile(cut: Int) throws {
    let bytes = file(8, [2, 2, 3], Array(0..<12))
    let packed = try Gzip.compress(Array(bytes[..<cut])) + Gzip.compress(Array(bytes[cut...]))
    #expect(try IDX.decode(packed).elements(as: UInt8.self) == Array(0..<12))
  }

  @Test func roundTripThroughFiles() throws {
    let folder = TemporaryFolder()
    let arrays = [
      NDArray((0..<24).map { UInt8($0) }, shape: [2, 3, 4]),
      NDArray([Int32.min, -1, 0, 1, .max, 7], shape: [3, 2]),
      NDArray([0.1, -.infinity, 3e38] as [Float], shape: [3]),
      NDArray([0.1, 1e-300] as [Double], shape: [1, 1, 1, 1, 1, 1, 1, 2]),
    ]
    for array in arrays {
      try IDX.write(array, to: folder.file("a.idx"))
      let plain = try IDX.read(folder.file("a.idx"))
      #expect(plain.shape == array.shape && plain.dtype == array.dtype)
      #expect(plain.doubles == array.doubles)
      try AtomicFile.write(Gzip.compress(IDX.encode(array)), to: folder.file("a.gz"))
      let packed = try IDX.read(folder.file("a.gz"))
      #expect(packed.shape == array.shape && packed.doubles == array.doubles)
    }
    #expect(folder.names == ["a.gz", "a.idx"])
  }

  @Test func damageIsNamed() {
    let types = "8 (uint8), 9 (int8), 11 (int16), 12 (int32), 13 (float32) or 14 (float64)"
    let huge: UInt32 = 0xFFFF_FFFF
    let table: [([UInt8], String)] = [
      ([], "byte 0: found the end of the data, expected an IDX header of at least 8 bytes"),
      ([0, 0, 8], "byte 3: found the end of the data, expected an IDX header of at least 8 bytes"),
      ([1, 2, 8, 1], "byte 0: found bytes 1 and 2, expected two zero bytes, as IDX files begin"),
      (file(10, [1], [0]), "byte 2: found type 10, expected \(types)"),
      ([0, 0, 8, 0], "byte 3: found 0 axes, expected 1 to 8"),
      ([0, 0, 8, 9], "byte 3: found 9 axes, expected 1 to 8"),
      (
        [0, 0, 8, 2, 0, 0, 0, 1], "byte 8: found the end of the data, expected the sizes of 2 axes"
      ),
      (
        file(8, [2, 2], [1, 2, 3]),
        "byte 15: found the end of the data, expected 16 bytes for sizes [2, 2], header included"
      ),
      (
        file(8, [2, 2], [1, 2, 3, 4, 5]),
        "byte 16: found 1 byte after the last element, "
          + "expected 16 bytes for sizes [2, 2], header included"
      ),
      (
        file(8, [huge], [1]),
        "byte 9: found the end of the data, "
          + "expected 4294967303 bytes for sizes [4294967295], header included"
      ),
      (
        file(14, [huge, huge, huge], []),
        "byte 4: found sizes [4294967295, 4294967295, 4294967295], "
          + "expected sizes whose product memory can address"
      ),
      (
        file(8, [0, huge, huge, huge], []),
        "byte 4: found sizes [0, 4294967295, 4294967295, 4294967295], "
          + "expected sizes whose product memory can address"
      ),
    ]
    for (bytes, expected) in table {
      #expect(message { _ = try IDX.decode(bytes, file: "train") } == "train: \(expected)")
    }
  }

  @Test func aFileIsRefusedByItsHeader() throws {
    let folder = TemporaryFolder()
    let path = folder.file("train")
    try AtomicFile.write(file(8, [60_000, 28, 28], [1, 2]), to: path)
    #expect(
      message { _ = try IDX.read(path) } == "\(path): byte 18: found the end of the data, "
        + "expected 47040016 bytes for sizes [60000, 28, 28], header included")
    try AtomicFile.write(file(8, [2], [1, 2]), to: path)
    #expect(
      message { _ = try IDX.read(path, maximum: 9) }
        == "\(path): found 10 bytes, expected at most 9")
  }

  @Test func damageInCompressedFilesIsNamed() throws {
    let good = file(8, [2, 2], [1, 2, 3, 4])
    let cut = Array(try Gzip.compress(good).dropLast(1))
    var wrongSum = try Gzip.compress(good)
    wrongSum[wrongSum.count - 8] ^= 1
    let lying = try Gzip.compress(file(8, [60_000, 28, 28], [1, 2, 3, 4]))
    let bomb = file(8, [2, 2], [UInt8](repeating: 0, count: 5_000_000))
    let table: [([UInt8], String)] = [
      (
        cut,
        "byte \(cut.count): found the end of the file, expected the rest of gzip member 1"
      ),
      (
        wrongSum,
        "byte \(wrongSum.count - 4): found \"incorrect data check\" by zlib, expected intact gzip data"
      ),
      (
        try Gzip.compress(good) + [7],
        "byte \(wrongSum.count): found 1 byte after the end of gzip member 1, "
          + "expected nothing, zeros or another gzip member"
      ),
      (
        try Gzip.compress(Array(good.dropLast())),
        "byte 15: found the end of the data, expected 16 bytes for sizes [2, 2], header included"
      ),
      (
        lying,
        "byte 4: found sizes [60000, 28, 28], which need 47040016 bytes, in \(lying.count) "
          + "compressed bytes, expected sizes that fit the content"
      ),
      (
        try Gzip.compress(bomb),
        "found more than 17 bytes when decompressed, expected at most 17"
      ),
      (
        try Gzip.compress(good + [5]),
        "byte 16: found 1 byte after the last element, "
          + "expected 16 bytes for sizes [2, 2], header included"
      ),
      (
        try Gzip.compress([]),
        "byte 0: found the end of the data, expected an IDX header of at least 8 bytes"
      ),
    ]
    for (bytes, expected) in table {
      #expect(message { _ = try IDX.decode(bytes, file: "train.gz") } == "train.gz: \(expected)")
    }
  }

  @Test func whatIDXHasNotIsRefused() {
    let table: [(NDArray, String)] = [
      (
        NDArray([true]), "found an array of bool, expected uint8, int32, float32 or float64"
      ),
      (
        NDArray(1.5 as Float),
        "found an array of shape [], expected one to eight axes, each at most 4294967295"
      ),
    ]
    for (array, expected) in table {
      #expect(message { _ = try IDX.encode(array, file: "out") } == "out: \(expected)")
    }
  }

  /// MNIST, where the test data are at hand.
  @Test(.enabled(if: environment("GRADUS_TEST_DATA") != nil))
  func mnist() throws {
    let folder = environment("GRADUS_TEST_DATA") ?? ""
    let images = try IDX.read("\(folder)/mnist/t10k-images-idx3-ubyte.gz")
    #expect(images.shape == [10_000, 28, 28])
    let labels = try IDX.read("\(folder)/mnist/t10k-labels-idx1-ubyte.gz")
    #expect(labels.elements(as: UInt8.self).prefix(5) == [7, 2, 1, 0, 4])
  }
}
