import Arrays
import Formats

/// A folder with a data set in IDX files named as MNIST's are.
///
/// Images and labels to train with (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`) and to
/// test with (`t10k-…` or `test-…`), each plain or with `.gz`, and with a dot in place of the
/// hyphen before `idx` or not. Images are `[N, H, W]` or `[N, C, H, W]` (`idx4`), features `[N, F]`
/// (`idx2`).
public struct IDXFolder: Sendable {
  /// The folder's path.
  public let path: String
  private let entry: CatalogEntry?

  /// A folder; nothing is read yet.
  public init(_ path: String) { self.init(path, of: nil) }

  /// A folder that holds a data set of the catalogue.
  init(_ path: String, of entry: CatalogEntry?) {
    self.path = path
    self.entry = entry
  }

  /// Whether it has images to train with; says nothing of what is in them.
  public var hasTrainingImages: Bool { find(Self.trainImages, ranks: Self.inputRanks) != nil }

  /// Whether all four files are there; says nothing of what is in them.
  var hasAllFiles: Bool {
    Self.stems.allSatisfy { stems, ranks in find(stems, ranks: ranks) != nil }
  }

  /// Whether any of its files is there.
  var hasFiles: Bool {
    Self.stems.contains { stems, ranks in find(stems, ranks: ranks) != nil }
  }

  /// The parts: the test set is that of the files; of the training set a tenth of each class
  /// (the split of seed 0) becomes the validation set.
  /// - Throws: `DatasetError` for a missing file, one that is no IDX file of the right shape, and
  ///   where images and labels do not fit together.
  public func splits() throws(DatasetError) -> DatasetSplits {
    try requireMemory()
    let contents = contents()
    let trainInputs = try inputs(contents[0])
    let trainLabels = try labels(contents[1])
    let testInputs = try inputs(contents[2])
    let testLabels = try labels(contents[3])
    let classes: [String]
    if let entry {
      classes = entry.classNames
    } else {
      classes = try classNames(numbering: [trainLabels, testLabels], place: path)
    }
    var maximum = entry?.maximumValue
    if maximum == nil, trainInputs.rank == 4, trainInputs.dtype == .float32 {
      let largest = trainInputs.withElements(as: Float.self) { $0.max() ?? 1 }
      if largest.isFinite { maximum = Double(max(largest, 1)) }
    }
    let name = entry?.name ?? path
    let training = try Dataset(
      name: name, inputs: trainInputs, labels: trainLabels, classNames: classes,
      maximumValue: maximum)
    let test = try Dataset(
      name: name, inputs: testInputs, labels: testLabels, classNames: classes,
      maximumValue: maximum)
    guard training.sampleShape == test.sampleShape else {
      throw DatasetError(
        .mismatched, at: path, found: "test samples of shape \(test.sampleShape)",
        expected: "\(training.sampleShape), as the training samples are")
    }
    let parts = try training.split(fractions: [0.9, 0.1], seed: 0)
    return DatasetSplits(train: parts[0], validation: parts[1], test: test)
  }

  // MARK: Files

  private static let trainImages = ["train-images"]
  private static let testImages = ["t10k-images", "test-images"]
  private static let inputRanks = [3, 4, 2]
  /// The names of the files without their ends, and the ranks of what is in them.
  private static let stems = [
    (trainImages, inputRanks), (["train-labels"], [1]),
    (testImages, inputRanks), (["t10k-labels", "test-labels"], [1]),
  ]

  /// A file's path and the array that is in it.
  private typealias Content = Result<(file: String, array: NDArray), DatasetError>

  /// What is in the files: inputs and labels to train with, then those to test with. They are read
  /// at the same time, for most of the work is to decompress them, which one thread does a file.
  private func contents() -> [Content] {
    concurrentMap(Self.stems) { stems, ranks in
      Result { () throws(DatasetError) in try read(stems, ranks: ranks) }
    }
  }

  /// Refuses files whose headers say that memory has no room for all of their images, and for the
  /// copy that the split makes of those to train with.
  private func requireMemory() throws(DatasetError) {
    var arrays: [(shape: Shape, dtype: DType)] = []
    for stems in [Self.trainImages, Self.trainImages, Self.testImages] {
      // What is missing or damaged is told when it is read.
      guard let file = find(stems, ranks: Self.inputRanks), let outline = try? IDX.outline(file),
        outline.sizes.count <= Shape.maximumRank
      else { continue }
      let dtype = Self.dtype(ofInputs: outline.dtype, rank: outline.sizes.count)
      // Both are there while one is made from the other.
      if dtype != outline.dtype { arrays.append((Shape(outline.sizes), outline.dtype)) }
      arrays.append((Shape(outline.sizes), dtype))
    }
    if !arrays.isEmpty { try Dataset.requireMemory(for: arrays, of: path) }
  }

  /// The type in which samples are kept.
  private static func dtype(ofInputs dtype: DType, rank: Int) -> DType {
    dtype == .uint8 && rank > 2 ? .uint8 : .float32
  }

  /// The path of the file that is there, of all its possible names.
  func find(_ stems: [String], ranks: [Int]) -> String? {
    for stem in stems {
      for rank in ranks {
        for separator in ["-", "."] {
          for end in [".gz", ""] {
            let file = "\(path)/\(stem)\(separator)idx\(rank)-ubyte\(end)"
            if case .other = PathKind(file) { return file }
          }
        }
      }
    }
    return nil
  }

  private func read(
    _ stems: [String], ranks: [Int]
  ) throws(DatasetError) -> (file: String, array: NDArray) {
    guard let file = find(stems, ranks: ranks) else {
      throw DatasetError(
        .missing, at: path, found: "no \(stems[0])-idx\(ranks[0])-ubyte(.gz)",
        expected: "IDX files named as MNIST's: train-images-idx3-ubyte, train-labels-idx1-ubyte, "
          + "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, each plain or with .gz")
    }
    do {
      return (file, try IDX.read(file))
    } catch {
      throw DatasetError(error)
    }
  }

  private func inputs(_ content: Content) throws(DatasetError) -> NDArray {
    let (file, array) = try content.get()
    switch array.rank {
    case 2...4:
      let dtype = Self.dtype(ofInputs: array.dtype, rank: array.rank)
      let typed = array.dtype == dtype ? array : array.cast(to: dtype)
      if array.rank == 2 { return typed }
      let sizes = Array(typed.shape)
      return array.rank == 4 ? typed : typed.reshaped(Shape([sizes[0], 1] + sizes[1...]))
    default:
      throw DatasetError(
        .mismatched, at: file, found: "an array of shape \(array.shape)",
        expected: "images [N, H, W] or [N, C, H, W], or features [N, F]")
    }
  }

  private func labels(_ content: Content) throws(DatasetError) -> NDArray {
    let (file, array) = try content.get()
    guard array.rank == 1, array.dtype == .uint8 || array.dtype == .int32 else {
      throw DatasetError(
        .mismatched, at: file, found: "an array of \(array.dtype) \(array.shape)",
        expected: "labels [N] of whole numbers")
    }
    return array.dtype == .int32 ? array : array.cast(to: .int32)
  }
}

/// The names 0, 1, 2, … of classes that have no others.
/// - Parameter place: What errors name.
/// - Throws: `DatasetError` for a negative label and for more classes than 100,000.
func classNames(numbering labels: [NDArray], place: String) throws(DatasetError) -> [String] {
  let most = 100_000
  var largest: Int32 = 0
  for array in labels {
    let (low, high) = array.withElements(as: Int32.self) { ($0.min() ?? 0, $0.max() ?? 0) }
    largest = max(largest, high)
    if low < 0 || high >= most {
      throw DatasetError(
        .malformed, at: place, found: "the label \(low < 0 ? low : high)",
        expected: "0 to \(most - 1)")
    }
  }
  return (0...Int(largest)).map { String($0) }
}
