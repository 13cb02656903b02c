import Arrays
import Datasets
import Formats
import Foundation
import Testing

@Suite struct CIFARFolderTests {
  /// Writes a folder of six batches; `count` records in each, whose classes go round.
  static func write(
    _ folder: TemporaryFolder, _ name: String = "cifar-10-batches-bin", count: Int = 20,
    compressed: Bool = false
  ) throws -> String {
    let path = try folder.folder(name)
    for (number, batch) in ((1...5).map { "data_batch_\($0)" } + ["test_batch"]).enumerated() {
      let records = cifarRecords(count) { number * 40 + $0 }
      try folder.write(
        "\(name)/\(batch).bin\(compressed ? ".gz" : "")",
        compressed ? Gzip.compress(records) : records)
    }
    return path
  }

  @Test(arguments: [false, true])
  func parts(_ compressed: Bool) throws {
    let folder = try TemporaryFolder()
    let path = try Self.write(folder, compressed: compressed)
    for place in [path, folder.path] {
      let splits = try DataCatalog.splits(place)
      #expect(splits.train.classCounts == [Int](repeating: 9, count: 10))
      #expect(splits.validation.classCounts == [Int](repeating: 1, count: 10))
      #expect(splits.test.count == 20 && splits.test.sampleShape == [3, 32, 32])
      #expect(splits.test.inputs.integers[3072 * 7] == 207)
      #expect(splits.classNames[3] == "cat" && splits.classNames.count == 10)
    }
    try folder.write("cifar-10-batches-bin/batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj k\n\n")
    #expect(try DataCatalog.splits(path).classNames.last == "j k")
  }

  @Test func foundByName() throws {
    let folder = try TemporaryFolder()
    let path = try Self.write(folder, "cifar10/cifar-10-batches-bin")
    let places = DataPlaces(folders: [folder.path])
    let entry = try DataCatalog.entry(named: "cifar10")
    #expect(DataCatalog.location(of: entry, places: places) == folder("cifar10"))
    #expect(try DataCatalog.splits("cifar10", places: places).name == "cifar10")
    #expect(
      message { try DataCatalog.verify(entry, in: folder("cifar10")) }
        == "\(folder("cifar10")): found [90, 10, 20] samples to train, validate and test, expected "
        + "[45000, 5000, 10000]")
    #expect(CIFARFolder(path).path == path)
  }

  @Test func errors() throws {
    let folder = try TemporaryFolder()
    let path = try Self.write(folder)
    let names = "cifar-10-batches-bin/batches.meta.txt"
    try folder.write(names, "a\nb\n")
    #expect(
      message { _ = try DataCatalog.splits(path) }
        == "\(folder(names)): found 2 names, expected the names of 10 classes, a line each")
    try folder.write(names, String(repeating: "a\n", count: 10))
    #expect(message { _ = try DataCatalog.splits(path) }.contains("a name that occurs twice"))
    try folder.write(names, [0xFF])
    #expect(message { _ = try DataCatalog.splits(path) }.contains("bytes that are no UTF-8"))
    try folder.remove(names)
    try folder.write("cifar-10-batches-bin/test_batch.bin", [UInt8](repeating: 11, count: 3073))
    #expect(
      message { _ = try DataCatalog.splits(path) }
        == "\(path)/test_batch.bin: record 1, byte 0: found the label 11, expected 0 to 9")
    try folder.remove("cifar-10-batches-bin/data_batch_4.bin")
    #expect(
      message { _ = try DataCatalog.splits(path) }
        == "\(path): found no data_batch_4.bin(.gz), expected data_batch_1.bin to "
        + "data_batch_5.bin and test_batch.bin, each plain or with .gz")
  }

  private static let testData = ProcessInfo.processInfo.environment["GRADUS_TEST_DATA"]

  @Test(.enabled(if: testData != nil, "GRADUS_TEST_DATA names no folder with cifar10/"))
  func realImages() throws {
    let folder = try #require(Self.testData) + "/cifar10"
    let train = try CIFARFile.read(folder + "/train-3000.bin.gz")
    let test = try CIFARFile.read(folder + "/test-1000.bin.gz")
    #expect(train.count == 3000 && test.count == 1000)
    // The known means of all 50,000 images; of 3,000 they are this near.
    for (mean, expected) in zip(try InputPreparation(fitting: train).mean, [0.491, 0.482, 0.447]) {
      #expect(abs(mean - expected) < 0.01)
    }
  }

  @Test func oneFile() throws {
    let folder = try TemporaryFolder()
    let records = cifarRecords(100) { $0 }
    for (name, bytes) in [("a.bin", records), ("b.bin.gz", try Gzip.compress(records))] {
      let splits = try DataCatalog.splits(folder.write(name, bytes))
      #expect([splits.train, splits.validation, splits.test].map(\.count) == [70, 10, 20])
      #expect(splits.classNames == CIFARFolder.classNames)
    }
    #expect(
      message { _ = try DataCatalog.splits(folder.write("c.bin", [1, 2])) }
        == "\(folder("c.bin")): found 2 bytes, expected records of 3073 bytes each, at least one")
  }
}
