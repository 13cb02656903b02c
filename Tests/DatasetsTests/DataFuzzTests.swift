import Arrays
import Datasets
import Formats
import TestSupport
import Testing

/// Damaged files of data sets and pictures end in samples or in a `DatasetError` that can be shown.
/// Each sort runs in a process of its own; see `Fuzzer`.
@Suite(.serialized) struct DataFuzzTests {
  @Test func idxFolder() async throws {
    if Fuzzer.isInPlace { return try Self.idxFolder() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try DataFuzzTests.idxFolder() }
    #endif
  }

  @Test func csvSamples() async throws {
    if Fuzzer.isInPlace { return try Self.csvSamples() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try DataFuzzTests.csvSamples() }
    #endif
  }

  @Test func picture() async throws {
    if Fuzzer.isInPlace { return try Self.picture() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try DataFuzzTests.picture() }
    #endif
  }

  /// One of the four files is damaged; the first byte of an input says which.
  private static func idxFolder() throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder)
    let names = [
      "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
    ]
    let files = try names.map { try Files.read("\(path)/\($0)") }
    let floats = try IDX.encode(NDArray((0..<60).map { Float($0) }, shape: [20, 3]))
    let inputs = files.enumerated().map { [UInt8($0)] + $1 }
    try Fuzzer.run(inputs, seed: 8, throwing: DatasetError.self) { bytes, mutator in
      if Int.random(in: 0..<20, using: &mutator) == 0 { return [0] + floats }
      return bytes
    } _: { bytes in
      let place = Int(bytes.first ?? 0) % names.count
      try folder.write("set/\(names[place])", bytes.dropFirst())
      defer { _ = try? folder.write("set/\(names[place])", files[place]) }
      let splits = try DataCatalog.splits(path)
      #expect(splits.train.sampleShape == splits.test.sampleShape)
      _ = try InputPreparation(fitting: splits.train)
    }
  }

  private static func csvSamples() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<24).map { "\($0),\(-$0).5,\($0 % 2)\n" }.joined()
    let named = (0..<24).map { "\($0 % 3 == 0 ? "cat" : "\"d og\"")\t\($0)\n" }.joined()
    let inputs = [rows, "a,b,Label\r\n" + rows, "\u{FEFF}\"label\"\tx\n" + named]
    let words = [
      "\"", ",", "\t", "\n", "\r\n", "nan", "1e999", "label", "99999", "100000", "-1", "4294967296",
      "1e38", "-3e38", ".", "é", "\u{FEFF}", "\u{0}",
    ]
    try Fuzzer.run(
      inputs.map { Array($0.utf8) }, words: words, seed: 9, throwing: DatasetError.self
    ) { bytes in
      let isTabbed = bytes.contains(UInt8(ascii: "\t"))
      let path = try folder.write(isTabbed ? "a.tsv" : "a.csv", bytes)
      let splits = try DataCatalog.splits(path)
      let classes = splits.classNames.count
      #expect(splits.train.classCounts.count == classes && classes <= 100_000)
      _ = try InputPreparation(fitting: splits.train)
    }
  }

  private static func picture() throws {
    let folder = try TemporaryFolder()
    let preparation = try ImagePreparation(for: InputPreparation(fitting: Digits.splits.train))
    let inputs = try [
      PNG.encode(NDArray((0..<60).map { UInt8($0) }, shape: [3, 4, 5])),
      PNG.encode(NDArray((0..<200).map { UInt8($0) }, shape: [10, 20])),
      PNG.encode(NDArray([UInt8](repeating: 255, count: 64), shape: [8, 8])),
    ]
    let words = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA"]
    try Fuzzer.run(inputs, words: words, seed: 10, throwing: DatasetError.self) { bytes, _ in
      PNGBuilder.mended(bytes)
    } _: { bytes in
      let path = try folder.write("a.png", bytes)
      let image = try preparation.read(path)
      #expect(image.image.shape == [1, 1, 8, 8])
      #expect(image.image.doubles.allSatisfy { (0...16.001).contains($0) })
      _ = image.notes
    }
  }
}
