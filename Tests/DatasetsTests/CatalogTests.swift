import Arrays
import Datasets
import Formats
import Foundation
import Testing

@Suite struct CatalogTests {
  private static let nowhere = DataPlaces(folders: ["/nowhere/data"])

  @Test func whatThereIs() throws {
    #expect(DataCatalog.names == ["digits", "mnist", "fashion-mnist", "cifar10"])
    for entry in DataCatalog.entries {
      #expect(!entry.summary.isEmpty && !entry.source.isEmpty && !entry.licence.isEmpty)
      #expect(entry.classNames.count == 10)
    }
    let digits = try DataCatalog.entry(named: "digits")
    let splits = try DataCatalog.splits("digits", places: Self.nowhere)
    #expect(splits.train.count == digits.trainCount)
    #expect(splits.validation.count == digits.validationCount)
    #expect(splits.test.count == digits.testCount)
    #expect(splits.train.sampleShape == digits.sampleShape)
    #expect(digits.count == 1797)
    #expect(DataCatalog.location(of: digits, places: Self.nowhere) == nil)
  }

  private static let names: [(String, String?)] = [
    ("mnist", "mnist"), ("MNIST", "mnist"), ("mnits", "mnist"), ("mnst", "mnist"),
    ("digit", "digits"), ("fashion", "fashion-mnist"), ("fashion_mnist", "fashion-mnist"),
    ("fasionmnist", "fashion-mnist"), ("cifar-10", "cifar10"), ("", nil), ("x", nil),
    (String(repeating: "m", count: 10_000), nil),
  ]

  @Test(arguments: names)
  func nearest(_ name: String, _ expected: String?) {
    #expect(nearestName(name, among: DataCatalog.names) == expected)
  }

  private static let paths =
    "a folder with IDX files, CIFAR batches or folders of images, or of a CSV or CIFAR file"

  private static let wrong: [(String, String)] = [
    (
      "mnits",
      "data: found \"mnits\", expected one of digits, mnist, fashion-mnist, cifar10, or the path of "
        + paths + "; did you mean \"mnist\"?"
    ),
    (
      "imagenet",
      "data: found \"imagenet\", expected one of digits, mnist, fashion-mnist, cifar10, or the path "
        + "of " + paths
    ),
    (
      "./missing",
      "./missing: found no such file or folder, expected " + paths
        + ", or one of digits, mnist, fashion-mnist, cifar10"
    ),
    (
      "missing.csv",
      "missing.csv: found no such file or folder, expected " + paths
        + ", or one of digits, mnist, fashion-mnist, cifar10"
    ),
    (
      "mnist",
      "mnist: found no files of this data set, expected `gradus data install mnist`, or its files "
        + "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, "
        + "t10k-labels-idx1-ubyte.gz (or without .gz) in one of these folders, or their folder as "
        + "--data PATH: /nowhere/data/mnist"
    ),
    (
      "fashion-mnist",
      "fashion-mnist: found no files of this data set, expected `gradus data install "
        + "fashion-mnist`, or its files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
        + "t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz (or without .gz) in one of these "
        + "folders, or their folder as --data PATH: /nowhere/data/fashion-mnist"
    ),
    (
      "cifar10",
      "cifar10: found no files of this data set, expected `gradus data install cifar10`, or its "
        + "files data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, "
        + "data_batch_5.bin, test_batch.bin in one of these folders, or their folder as --data "
        + "PATH: /nowhere/data/cifar10"
    ),
  ]

  @Test(arguments: wrong)
  func wrongNames(_ data: String, _ expected: String) {
    #expect(message { _ = try DataCatalog.splits(data, places: Self.nowhere) } == expected)
  }

  private static let environments: [([String: String], [String])] = [
    ([:], ["/usr/share/datasets"]),
    (["HOME": "/home/a"], ["/home/a/.local/share/gradus", "/usr/share/datasets"]),
    (
      ["HOME": "/home/a", "XDG_DATA_HOME": "/x", "GRADUS_DATA": "data"],
      ["data", "/x/gradus", "/usr/share/datasets"]
    ),
    (
      ["HOME": "/home/a", "XDG_DATA_HOME": "relative", "GRADUS_DATA": ""],
      ["/home/a/.local/share/gradus", "/usr/share/datasets"]
    ),
  ]

  @Test(arguments: environments)
  func places(_ environment: [String: String], _ expected: [String]) {
    #expect(DataPlaces(environment: environment).folders == expected)
  }

  private static let testData = ProcessInfo.processInfo.environment["GRADUS_TEST_DATA"]

  @Test(.enabled(if: testData != nil, "GRADUS_TEST_DATA names no folder with mnist/"))
  func realMNIST() throws {
    let folder = try #require(Self.testData)
    let splits = try DataCatalog.splits("mnist", places: DataPlaces(folders: [folder]))
    #expect([splits.train, splits.validation, splits.test].map(\.count) == [54_000, 6000, 10_000])
    #expect(
      splits.test.classCounts == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    let preparation = try InputPreparation(fitting: splits.train)
    #expect(abs(preparation.mean[0] - 0.1307) < 0.001)
    #expect(abs(preparation.standardDeviation[0] - 0.3081) < 0.001)
    try DataCatalog.verify(DataCatalog.entry(named: "mnist"), in: folder + "/mnist")
  }
}
