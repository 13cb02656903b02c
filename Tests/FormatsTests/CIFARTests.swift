import Arrays
import Formats
import Testing

@Suite struct CIFARTests {
  private static let images = NDArray(
    (0..<(3 * 3072)).map { UInt8($0 % 251) }, shape: [3, 3, 32, 32])
  private static let labels = NDArray([7, 0, 9] as [Int32])
  private static var bytes: [UInt8] {
    get throws { try CIFAR.encode(images: images, labels: labels) }
  }

  @Test func layout() throws {
    let bytes = try Self.bytes
    #expect(bytes.count == 3 * 3073)
    // One byte of label, then the planes red, green, blue.
    #expect(bytes[0] == 7 && bytes[3073] == 0 && bytes[2 * 3073] == 9)
    #expect(bytes[1 + 1024] == UInt8(1024 % 251))
    let (images, labels) = try CIFAR.decode(bytes)
    #expect(images.shape == [3, 3, 32, 32] && images.dtype == .uint8)
    #expect(images.integers == Self.images.integers && labels.integers == [7, 0, 9])
  }

  @Test func files() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write(Self.bytes, to: folder.file("a.bin"))
    try AtomicFile.write(Gzip.compress(Self.bytes), to: folder.file("b.bin.gz"))
    for name in ["a.bin", "b.bin.gz"] {
      #expect(try CIFAR.read(folder.file(name)).images.integers == Self.images.integers)
    }
    #expect(
      message { _ = try CIFAR.read(folder.file("b.bin.gz"), maximum: 5000) }
        == "\(folder.file("b.bin.gz")): found more than 5000 bytes when decompressed, expected at "
        + "most 5000")
  }

  @Test func errors() throws {
    let bytes = try Self.bytes
    var labelled = bytes
    labelled[3073] = 10
    let packed = try Gzip.compress(bytes)
    let table: [([UInt8], String)] = [
      ([], "found 0 bytes, expected records of 3073 bytes each, at least one"),
      (
        Array(bytes.dropLast()),
        "found 9218 bytes, expected records of 3073 bytes each, at least one"
      ),
      (
        try Gzip.compress(bytes + [1]),
        "found 9220 bytes when decompressed, expected records of 3073 bytes each, at least one"
      ),
      (labelled, "record 2, byte 3073: found the label 10, expected 0 to 9"),
      (
        Array(packed.dropLast(9)),
        "byte \(packed.count - 9): found the end of the file, expected the rest of gzip member 1"
      ),
    ]
    for (bytes, text) in table {
      #expect(message { _ = try CIFAR.decode(bytes, file: "f") } == "f: " + text)
    }
    for length in stride(from: 0, to: packed.count, by: 7) {
      #expect(throws: FormatError.self) { try CIFAR.decode(Array(packed.prefix(length))) }
    }
  }

  @Test func whatCannotBeWritten() {
    let table: [(NDArray, NDArray, String)] = [
      (
        .zeros([1, 3, 32, 31], dtype: .uint8), NDArray([0] as [Int32]),
        "images of uint8 [1, 3, 32, 31], expected uint8 [N, 3, 32, 32]"
      ),
      (
        Self.images, NDArray([0] as [Int32]),
        "labels of int32 [1], expected int32 [3], one an image"
      ),
      (Self.images, NDArray([0, 1, 10] as [Int32]), "the label 10, expected 0 to 9"),
    ]
    for (images, labels, text) in table {
      #expect(
        message { _ = try CIFAR.encode(images: images, labels: labels, file: "f") }
          == "f: found " + text)
    }
  }
}
