import Arrays
import Formats

/// Samples with their classes, held in memory or read from files as they are needed.
public struct Dataset: Sendable {
  /// The name that errors and reports give.
  public let name: String
  /// Where the samples are.
  public let source: any SampleSource
  /// The class of each sample, `[N]` int32, each at least 0 and below the number of classes.
  public let labels: NDArray
  /// The name of each class.
  public let classNames: [String]
  /// The value of full ink or light, which is divided by before a network sees the input: 255 for
  /// usual images, 16 for the digits.
  public let maximumValue: Double

  /// A data set of these parts, checked.
  /// - Parameters:
  ///   - name: The name that errors and reports give.
  ///   - inputs: Images `[N, C, H, W]`, uint8 or float32, or features `[N, F]`, float32.
  ///   - labels: `[N]` int32, each at least 0 and below the number of classes.
  ///   - classNames: The name of each class.
  ///   - maximumValue: The value of full ink or light; by default 255 for uint8 and 1 for float32.
  /// - Throws: `DatasetError` for a type or shape other than those of `inputs` and `labels`, for no
  ///   samples, for a label out of range, for a NaN or an infinity among the inputs.
  public init(
    name: String, inputs: NDArray, labels: NDArray, classNames: [String],
    maximumValue: Double? = nil
  ) throws(DatasetError) {
    let maximum = maximumValue ?? (inputs.dtype == .uint8 ? 255 : 1)
    guard inputs.rank >= 1 else {
      throw DatasetError(
        .unsupported, at: name, found: "inputs \(inputs.shape) of \(inputs.dtype)",
        expected: Self.inputsExpected)
    }
    self.init(
      checked: name, inputs: inputs.rowMajor(), labels: labels.rowMajor(), classNames: classNames,
      maximumValue: maximum)
    try checkShapes()
    try checkLabels()
    try checkValues(inputs)
  }

  /// A data set whose samples are read as they are needed.
  /// - Parameters:
  ///   - name: The name that errors and reports give.
  ///   - source: Images `[C, H, W]`, uint8 or float32, or features `[F]`, float32; all finite.
  ///   - labels: `[N]` int32, each at least 0 and below the number of classes.
  ///   - classNames: The name of each class.
  ///   - maximumValue: The value of full ink or light; by default 255 for uint8 and 1 for float32.
  /// - Throws: `DatasetError`, as for samples in memory; values are not looked at.
  public init(
    name: String, source: any SampleSource, labels: NDArray, classNames: [String],
    maximumValue: Double? = nil
  ) throws(DatasetError) {
    self.init(
      checked: name, source: source, labels: labels.rowMajor(), classNames: classNames,
      maximumValue: maximumValue ?? (source.dtype == .uint8 ? 255 : 1))
    try checkShapes()
    try checkLabels()
  }

  /// A data set in memory of parts known to be right.
  init(
    checked name: String, inputs: NDArray, labels: NDArray, classNames: [String],
    maximumValue: Double
  ) {
    self.init(
      checked: name, source: ArraySource(samples: inputs), labels: labels, classNames: classNames,
      maximumValue: maximumValue)
  }

  /// A data set of parts known to be right.
  init(
    checked name: String, source: any SampleSource, labels: NDArray, classNames: [String],
    maximumValue: Double
  ) {
    self.name = name
    self.source = source
    self.labels = labels
    self.classNames = classNames
    self.maximumValue = maximumValue
  }

  /// The number of samples.
  public var count: Int { labels.elementCount }

  /// The shape of one sample, `[C, H, W]` or `[F]`.
  public var sampleShape: Shape { source.sampleShape }

  /// Whether the inputs are images rather than features.
  public var isImages: Bool { sampleShape.rank == 3 }

  /// Whether the samples are in memory, rather than read as they are needed.
  public var isInMemory: Bool { source is ArraySource }

  /// Whether the samples are read from image files, each brought to their shape.
  public var isOfImageFiles: Bool { source is ImageSource }

  /// All samples: images `[N, C, H, W]`, uint8 or float32, or features `[N, F]`, float32.
  /// - Precondition: samples in memory; `source` reads others.
  public var inputs: NDArray {
    guard let source = source as? ArraySource else {
      fatalError("Dataset.inputs: the samples of \(name) are not in memory; read them by `source`")
    }
    return source.samples
  }

  /// How many samples each class has, damaged files that reading leaves out among them.
  public var classCounts: [Int] {
    var counts = [Int](repeating: 0, count: classNames.count)
    labels.withElements(as: Int32.self) { for label in $0 { counts[Int(label)] += 1 } }
    return counts
  }

  /// The samples that reading has found damaged so far and left out, by index, with their files.
  public var damaged: [(index: Int, file: String)] { source.damaged }

  /// The samples with these indices, in this order; an index may occur more than once.
  /// - Throws: `DatasetError` for no indices and for one out of range.
  public func subset(_ indices: [Int]) throws(DatasetError) -> Dataset {
    guard !indices.isEmpty else { throw Self.noSamples(name) }
    for (place, index) in indices.enumerated() where index < 0 || index >= count {
      throw DatasetError(
        .malformed, at: "\(name): indices[\(place)]", found: "\(index)",
        expected: "0 to \(count - 1)")
    }
    try requireMemory(samples: indices.count)
    return selecting(indices)
  }

  /// The first samples, at most `count` of them.
  /// - Throws: `DatasetError` for a count below 1.
  public func prefix(_ count: Int) throws(DatasetError) -> Dataset {
    guard count >= 1 else {
      throw DatasetError(
        .malformed, at: name, found: "\(count) samples asked for", expected: "at least 1")
    }
    if count >= self.count { return self }
    try requireMemory(samples: count)
    return selecting(Array(0..<count))
  }

  /// The samples with these indices, known to be in range.
  func selecting(_ indices: [Int]) -> Dataset {
    Dataset(
      checked: name, source: source.selecting(indices), labels: labels.rows(indices),
      classNames: classNames, maximumValue: maximumValue)
  }
}

// MARK: Checks

extension Dataset {
  private static let inputsExpected =
    "images [N, C, H, W] of uint8 or float32, or features [N, F] of float32"

  private static func noSamples(_ name: String) -> DatasetError {
    DatasetError(.malformed, at: name, found: "no samples", expected: "at least one")
  }

  private func checkShapes() throws(DatasetError) {
    func fail(_ kind: DatasetError.Kind, _ found: String, _ expected: String) -> DatasetError {
      DatasetError(kind, at: name, found: found, expected: expected)
    }
    let (dtype, rank) = (source.dtype, sampleShape.rank)
    guard rank == 3 && (dtype == .uint8 || dtype == .float32) || rank == 1 && dtype == .float32
    else {
      throw fail(
        .unsupported, "inputs \(Shape([source.count] + Array(sampleShape))) of \(dtype)",
        Self.inputsExpected)
    }
    guard labels.rank == 1, labels.dtype == .int32 else {
      throw fail(.unsupported, "labels \(labels.shape) of \(labels.dtype)", "[N] of int32")
    }
    guard source.count == labels.shape[0] else {
      throw fail(
        .mismatched, "\(source.count) inputs and \(labels.shape[0]) labels", "as many of both")
    }
    guard count > 0 else { throw Self.noSamples(name) }
    guard sampleShape.elementCount > 0 else {
      throw fail(.malformed, "samples of shape \(sampleShape)", "sizes of at least 1")
    }
    guard !classNames.isEmpty else { throw fail(.malformed, "no classes", "at least one") }
    guard maximumValue > 0, maximumValue.isFinite else {
      throw fail(.malformed, "the largest value \(maximumValue)", "a positive number")
    }
  }

  private func checkLabels() throws(DatasetError) {
    let classes = classNames.count
    let wrong = labels.withElements(as: Int32.self) { labels in
      labels.firstIndex { $0 < 0 || Int($0) >= classes }.map { ($0, labels[$0]) }
    }
    if let (index, label) = wrong {
      throw DatasetError(
        .malformed, at: "\(name): labels[\(index)]", found: "\(label)",
        expected: classes == 1 ? "0, the only class" : "0 to \(classes - 1)")
    }
  }

  private func checkValues(_ inputs: NDArray) throws(DatasetError) {
    guard inputs.dtype == .float32 else { return }
    let wrong = inputs.withElements(as: Float.self) { values in
      values.firstIndex { !$0.isFinite }.map { ($0, values[$0]) }
    }
    if let (index, value) = wrong {
      let width = sampleShape.elementCount
      throw DatasetError(
        .malformed, at: "\(name): inputs[\(index / width)][\(index % width)]",
        found: value.isNaN ? "NaN" : "\(value)", expected: "a finite number")
    }
  }
}

extension NDArray {
  /// The rows (all that belongs to one index of the first axis) with these indices.
  ///
  /// On the calling thread alone, so that a loader's thread may use it: no kernel is run.
  /// - Precondition: at least one axis, row-major, indices in range.
  func rows(_ indices: [Int]) -> NDArray {
    var sizes = Array(shape)
    let width = sizes[0] == 0 ? 0 : elementCount / sizes[0] * dtype.byteCount
    sizes[0] = indices.count
    let result = NDArray(uninitialized: Shape(sizes), dtype: dtype)
    let source = rowMajor()
    var target = result.storage.pointer
    for index in indices {
      target.copyMemory(from: source.storage.pointer + index * width, byteCount: width)
      target += width
    }
    withExtendedLifetime((source, result)) {}
    return result
  }
}
