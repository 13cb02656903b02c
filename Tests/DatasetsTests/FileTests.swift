import Arrays
import Datasets
import Formats
import Foundation
import Testing

@Suite struct IDXFolderTests {
  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func names(_ dotted: Bool, _ compressed: Bool) throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder, dotted: dotted, compressed: compressed)
    let splits = try DataCatalog.splits(path)
    #expect(splits.train.count == 18 && splits.train.classCounts == [9, 9])
    #expect(splits.validation.count == 2 && splits.validation.classCounts == [1, 1])
    #expect(splits.test.count == 4)
    #expect(splits.test.inputs.shape == [4, 1, 2, 3])
    #expect(splits.test.inputs.integers == Array(0..<24))
    #expect(splits.test.labels.integers == [0, 1, 0, 1])
    #expect(splits.classNames == ["0", "1"])
    #expect(splits.train.maximumValue == 255)
  }

  @Test func otherKindsOfInputs() throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder)
    for name in ["train", "t10k"] {
      try FileManager.default.removeItem(atPath: path + "/\(name)-images-idx3-ubyte")
      let count = name == "train" ? 20 : 4
      let values = (0..<(count * 4)).map { Float($0) / 2 }
      try IDX.write(
        NDArray(values, shape: [count, 1, 2, 2]), to: path + "/\(name)-images-idx4-ubyte")
    }
    let images = try DataCatalog.splits(path)
    #expect(images.train.sampleShape == [1, 2, 2] && images.train.maximumValue == 39.5)
    for name in ["train", "t10k"] {
      try FileManager.default.removeItem(atPath: path + "/\(name)-images-idx4-ubyte")
      let count = name == "train" ? 20 : 4
      try IDX.write(
        NDArray((0..<(count * 3)).map { UInt8($0) }, shape: [count, 3]),
        to: path + "/\(name)-images-idx2-ubyte")
    }
    let features = try DataCatalog.splits(path)
    #expect(features.test.sampleShape == [3] && features.test.inputs.dtype == .float32)
  }

  @Test func foundByName() throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder, "mnist", compressed: true)
    let places = DataPlaces(folders: ["/nowhere", folder.path])
    let entry = try DataCatalog.entry(named: "mnist")
    #expect(DataCatalog.location(of: entry, places: places) == path)
    let splits = try DataCatalog.splits("mnist", places: places)
    #expect(splits.name == "mnist" && splits.classNames.count == 10)
    // Part of it is no installation, and using it says what is missing.
    try folder.remove("mnist/train-labels-idx1-ubyte.gz")
    #expect(DataCatalog.location(of: entry, places: places) == nil)
    #expect(
      message { _ = try DataCatalog.splits("mnist", places: places) }.hasPrefix(
        "\(path): found no train-labels-idx1-ubyte(.gz), expected"))
  }

  /// A file of the folder put in place of the right one, and what is said; FOLDER is its path.
  private static let wrong: [(String, [UInt8]?, String)] = [
    (
      "t10k-labels-idx1-ubyte", nil,
      "FOLDER: found no t10k-labels-idx1-ubyte(.gz), expected IDX files named as MNIST's: "
        + "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
        + "t10k-labels-idx1-ubyte, each plain or with .gz"
    ),
    (
      "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 0],
      "FOLDER: found 20 inputs and 1 labels, expected as many of both"
    ),
    (
      "t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 4, 0, 1],
      "FOLDER/t10k-labels-idx1-ubyte: byte 10: found the end of the data, expected 12 bytes for "
        + "sizes [4], header included"
    ),
    (
      "t10k-labels-idx1-ubyte", [0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0],
      "FOLDER/t10k-labels-idx1-ubyte: found an array of float32 [1], expected labels [N] of whole "
        + "numbers"
    ),
    (
      "t10k-labels-idx1-ubyte", [0, 0, 12, 1, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF],
      "FOLDER: found the label 2147483647, expected 0 to 99999"
    ),
    (
      "t10k-labels-idx1-ubyte", [0, 0, 9, 1, 0, 0, 0, 1, 0xFF],
      "FOLDER: found the label -1, expected 0 to 99999"
    ),
    (
      "t10k-images-idx3-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 7],
      "FOLDER/t10k-images-idx3-ubyte: found an array of shape [1], expected images [N, H, W] or "
        + "[N, C, H, W], or features [N, F]"
    ),
    (
      "t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4],
      "FOLDER: found test samples of shape [1, 1, 1], expected [1, 2, 3], as the training samples "
        + "are"
    ),
    (
      "t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
      "FOLDER: found 0 inputs and 4 labels, expected as many of both"
    ),
    (
      "train-images-idx3-ubyte", Array("not an IDX file".utf8),
      "FOLDER/train-images-idx3-ubyte: byte 0: found bytes 110 and 111, expected two zero bytes, "
        + "as IDX files begin"
    ),
  ]

  @Test(arguments: wrong)
  func wrongFiles(_ name: String, _ bytes: [UInt8]?, _ expected: String) throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder)
    if let bytes {
      try folder.write("set/\(name)", bytes)
    } else {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
    let found = message { _ = try DataCatalog.splits(path) }
    #expect(found.replacingOccurrences(of: path, with: "FOLDER") == expected)
  }

  /// The files are read at the same time; which error is told does not depend on which comes first.
  @Test func theFirstOfSeveralErrors() throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder)
    try IDX.write(
      NDArray([UInt8](repeating: 0, count: 3_000_000), shape: [3, 1000, 1000]),
      to: path + "/train-images-idx3-ubyte")
    for name in ["t10k-labels-idx1", "t10k-images-idx3", "train-labels-idx1", "train-images-idx3"] {
      let file = "\(path)/\(name)-ubyte"
      try folder.write("set/\(name)-ubyte", [0, 0, 8, 0])
      for _ in 0..<20 {
        #expect(
          message { _ = try DataCatalog.splits(path) }
            == "\(file): byte 3: found 0 axes, expected 1 to 8")
      }
    }
  }

  @Test func labelBeyondTheNamedClasses() throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder, "mnist")
    try IDX.write(NDArray([UInt8](0..<4).map { $0 * 4 }), to: path + "/t10k-labels-idx1-ubyte")
    #expect(
      message { _ = try DataCatalog.splits("mnist", places: DataPlaces(folders: [folder.path])) }
        == "mnist: labels[3]: found 12, expected 0 to 9")
  }

  @Test func tooFewToValidate() throws {
    let folder = try TemporaryFolder()
    let path = try writeIDXFolder(folder, train: 2)
    #expect(
      message { _ = try DataCatalog.splits(path) }
        == "\(path): found 2 samples, of which part 2 of 2 would get none, expected enough samples "
        + "for every part of the split")
  }
}

@Suite struct CSVSamplesTests {
  @Test func labelLast() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<20).map { "\($0),\(-$0).5,\($0 % 2)" }.joined(separator: "\n")
    for (name, text) in [("a.csv", rows), ("b.csv", "width,height,kind\n" + rows + "\n")] {
      let path = try folder.write(name, text)
      let data = try CSVSamples.read(path)
      #expect(data.count == 20 && data.sampleShape == [2] && data.classNames == ["0", "1"])
      #expect(try data.subset([3]).inputs.floats == [3, -3.5])
      #expect(try data.subset([3]).labels.integers == [1])
      let splits = try DataCatalog.splits(path)
      #expect([splits.train, splits.validation, splits.test].map(\.count) == [14, 2, 4])
    }
  }

  @Test(arguments: [
    ("c.csv", "Label,x\ncat,1\ndog,2\ncat,3\n"),
    ("c.csv", "\u{FEFF}\"label\", x\r\ncat,1\r\ndog,2\r\ncat,3"),
    ("c.tsv", "label\tx\ncat\t1\ndog\t2\ncat\t3\n"), ("c.csv", "x,label\n1,cat\n2,dog\n3,cat\n"),
    ("c.csv", "x,kind\n1,cat\n2,dog\n3,cat\n"),
  ])
  func namedLabel(_ name: String, _ text: String) throws {
    let folder = try TemporaryFolder()
    for bytes in [Array(text.utf8), try Gzip.compress(Array(text.utf8))] {
      let data = try CSVSamples.read(folder.write(name, bytes))
      #expect(data.classNames == ["cat", "dog"])
      #expect(data.labels.integers == [0, 1, 0])
      #expect(data.inputs.floats == [1, 2, 3])
    }
  }

  private static let wrong: [(String, String)] = [
    ("1,nan,0\n", "FILE: line 1, column 2: found \"nan\", expected a finite number"),
    ("x,label\n1,0\nInf,1\n", "FILE: line 3, column 1: found \"Inf\", expected a finite number"),
    ("1,2,0\n1,2\n", "FILE: line 2: found 2 fields, expected 3, as in line 1"),
    ("", "FILE: found no rows, expected at least one row of numbers"),
    ("a,label\n", "FILE: found a header and no rows, expected at least one row of numbers"),
    (
      "0\n1\n",
      "FILE: line 1: found the label column alone, expected at least one column of features "
        + "beside it"
    ),
    ("1,100000\n", "FILE: found the label 100000, expected 0 to 99999"),
    (
      "1,0\n2,1\n",
      "FILE: found 2 samples, of which part 2 of 3 would get none, expected enough samples for "
        + "every part of the split"
    ),
  ]

  @Test(arguments: wrong)
  func wrongContent(_ text: String, _ expected: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("wrong.csv", text)
    let found = message { _ = try DataCatalog.splits(path) }
    #expect(found.replacingOccurrences(of: path, with: "FILE") == expected)
  }

  @Test func otherFiles() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("image.png", "…")
    #expect(
      message { _ = try DataCatalog.splits(path) }
        == "\(path): found a file, expected a folder, or a file whose name ends in .csv, .tsv or .bin "
        + "(.gz)")
  }
}
