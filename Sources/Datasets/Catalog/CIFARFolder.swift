import Arrays
import Formats

/// A folder with CIFAR-10 in its binary version, `cifar-10-batches-bin`, or the folder around it.
///
/// Images to train with (`data_batch_1.bin` to `data_batch_5.bin`) and to test with
/// (`test_batch.bin`), each plain or with `.gz`; the names of the classes stand in
/// `batches.meta.txt`, and where that is not there they are the usual ones.
public struct CIFARFolder: Sendable {
  /// The names of the ten classes, in their order.
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// The folder that holds the batches.
  public let path: String
  /// The name that the parts have.
  private let name: String

  /// The folder at a path, or `cifar-10-batches-bin` in it where that is there; nothing is read yet.
  public init(_ path: String) { self.init(path, name: path) }

  init(_ path: String, name: String) {
    let inner = path + "/cifar-10-batches-bin"
    if case .folder = PathKind(inner) { self.path = inner } else { self.path = path }
    self.name = name
  }

  /// Whether it has images to train with; says nothing of what is in them.
  public var hasTrainingImages: Bool { Self.trainingNames.contains { find($0) != nil } }

  /// Whether all six batches are there; says nothing of what is in them.
  var hasAllFiles: Bool {
    (Self.trainingNames + [Self.testName]).allSatisfy { find($0) != nil }
  }

  /// Whether any of its files is there.
  var hasFiles: Bool { (Self.trainingNames + [Self.testName]).contains { find($0) != nil } }

  static let trainingNames = (1...5).map { "data_batch_\($0).bin" }
  static let testName = "test_batch.bin"
  /// The file with the names of the classes.
  static let namesFile = "batches.meta.txt"

  /// The parts: the test set is that of the files; of the training set a tenth of each class (the
  /// split of seed 0) becomes the validation set.
  /// - Throws: `DatasetError` for a missing file and for one that is not what it is to be.
  public func splits() throws(DatasetError) -> DatasetSplits {
    let files = try (Self.trainingNames + [Self.testName]).map { (name) throws(DatasetError) in
      guard let file = find(name) else {
        throw DatasetError(
          .missing, at: path, found: "no \(name)(.gz)",
          expected: "data_batch_1.bin to data_batch_5.bin and test_batch.bin, each plain or with "
            + ".gz")
      }
      return file
    }
    let names = try classNames()
    // Decompressing takes most of the time, and one thread does a file.
    let contents = concurrentMap(files) { file in
      Result { () throws(FormatError) in try CIFAR.read(file) }
    }
    var parts: [(images: NDArray, labels: NDArray)] = []
    for content in contents {
      do { parts.append(try content.get()) } catch { throw DatasetError(error) }
    }
    let test = parts.removeLast()
    let count = parts.reduce(0) { $0 + $1.labels.elementCount }
    // All together, and the copy that the split makes.
    let whole = (Shape([count, 3, 32, 32]), DType.uint8)
    try Dataset.requireMemory(for: [whole, whole], of: path)
    let training = try Dataset(
      name: name, inputs: .stacked(parts.map(\.images)), labels: .stacked(parts.map(\.labels)),
      classNames: names)
    parts = []
    let split = try training.split(fractions: [0.9, 0.1], seed: 0)
    return DatasetSplits(
      train: split[0], validation: split[1],
      test: try Dataset(
        name: name, inputs: test.images, labels: test.labels, classNames: names))
  }

  /// The path of a file that is there, plain or with `.gz`.
  func find(_ name: String) -> String? {
    for end in ["", ".gz"] {
      let file = "\(path)/\(name)\(end)"
      if case .other = PathKind(file) { return file }
    }
    return nil
  }

  private func classNames() throws(DatasetError) -> [String] {
    let file = "\(path)/\(Self.namesFile)"
    guard case .other = PathKind(file) else { return Self.classNames }
    let bytes: [UInt8]
    do { bytes = try Files.read(file, maximum: 1 << 16) } catch { throw DatasetError(error) }
    func malformed(_ found: String, _ expected: String) -> DatasetError {
      DatasetError(.malformed, at: file, found: found, expected: expected)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw malformed("bytes that are no UTF-8", "the names of the classes, a line each")
    }
    let names = text.split(whereSeparator: \.isNewline)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .filter { !$0.isEmpty }
    guard names.count == CIFAR.classCount, Set(names).count == names.count else {
      throw malformed(
        Set(names).count == names.count ? "\(names.count) names" : "a name that occurs twice",
        "the names of \(CIFAR.classCount) classes, a line each")
    }
    return names
  }
}

/// Samples in one file of CIFAR-10's binary version.
public enum CIFARFile {
  /// Whether a file's name says that it is one: it ends in `.bin`, or in `.bin.gz`.
  public static func isName(_ path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".bin") || name.hasSuffix(".bin.gz")
  }

  /// Reads a file.
  /// - Throws: `DatasetError` where it cannot be read or is none.
  public static func read(_ path: String) throws(DatasetError) -> Dataset {
    do {
      let (images, labels) = try CIFAR.read(path)
      return try Dataset(
        name: path, inputs: images, labels: labels, classNames: CIFARFolder.classNames)
    } catch let error as FormatError {
      throw DatasetError(error)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw DatasetError(.unreadable, at: path, found: "\(error)", expected: "a readable file")
    }
  }
}

extension NDArray {
  /// Arrays of one type, one after another along the first axis.
  ///
  /// On the calling thread alone: no kernel is run.
  /// - Precondition: at least one array; row-major; sizes that differ in the first axis only.
  static func stacked(_ parts: [NDArray]) -> NDArray {
    var sizes = Array(parts[0].shape)
    sizes[0] = parts.reduce(0) { $0 + $1.shape[0] }
    let result = NDArray(uninitialized: Shape(sizes), dtype: parts[0].dtype)
    var target = result.storage.pointer
    for part in parts {
      let byteCount = part.elementCount * part.dtype.byteCount
      target.copyMemory(from: part.storage.pointer, byteCount: byteCount)
      target += byteCount
    }
    withExtendedLifetime((parts, result)) {}
    return result
  }
}
