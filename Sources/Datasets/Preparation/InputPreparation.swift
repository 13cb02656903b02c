import Arrays
import Formats

/// How samples become a network's input: divided by the largest value, then mean 0 and standard
/// deviation 1 over the training samples; images are enlarged bilinearly by a whole factor and padded to the
/// network's size. Saved with a run, so that whatever the network sees later is treated alike.
///
/// x ↦ (x ÷ maximumValue − mean) ÷ standardDeviation, with a mean and a deviation for each channel
/// of images and for each feature.
public struct InputPreparation: Sendable, Hashable {
  /// The shape of one sample before: `[C, H, W]` or `[F]`.
  public let sampleShape: Shape
  /// What values are divided by, 255 or 16 for instance.
  public let maximumValue: Double
  /// The mean of each channel or feature, of the divided values.
  public let mean: [Double]
  /// The standard deviation of each channel or feature, of the divided values; 1 where all are
  /// equal.
  public let standardDeviation: [Double]
  /// The mean of the outermost pixels, of the divided values: which of dark and light is the
  /// background. Nil for features.
  public let borderLevel: Double?

  /// A preparation with known numbers.
  /// - Parameters:
  ///   - sampleShape: `[C, H, W]` or `[F]`.
  ///   - maximumValue: What values are divided by; above 0.
  ///   - mean: One for each channel or feature, of the divided values.
  ///   - standardDeviation: One for each channel or feature, above 0, of the divided values.
  ///   - borderLevel: 0 to 1; by default 0, a dark background.
  /// - Throws: `DatasetError` for a shape other than `[C, H, W]` and `[F]`, for numbers that are
  ///   not as many as channels or features, or not finite, or not positive where they divide.
  public init(
    sampleShape: Shape, maximumValue: Double, mean: [Double], standardDeviation: [Double],
    borderLevel: Double? = 0
  ) throws(DatasetError) {
    func fail(_ found: String, _ expected: String) -> DatasetError {
      DatasetError(.malformed, at: "preparation", found: found, expected: expected)
    }
    guard sampleShape.rank == 1 || sampleShape.rank == 3,
      let size = sampleShape.checkedElementCount,
      size > 0
    else { throw fail("samples of shape \(sampleShape)", "[C, H, W] or [F], sizes of at least 1") }
    let channels = sampleShape[0]
    guard maximumValue > 0, maximumValue.isFinite else {
      throw fail("the largest value \(maximumValue)", "a positive number")
    }
    guard mean.count == channels, standardDeviation.count == channels else {
      throw fail(
        "\(mean.count) means and \(standardDeviation.count) standard deviations",
        "\(channels) of each for samples of shape \(sampleShape)")
    }
    if let wrong = mean.first(where: { !$0.isFinite }) {
      throw fail("a mean of \(wrong)", "a finite number")
    }
    if let wrong = standardDeviation.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw fail("a standard deviation of \(wrong)", "a positive number")
    }
    if let borderLevel, !borderLevel.isFinite {
      throw fail("a border of \(borderLevel)", "a finite number")
    }
    self.init(
      checked: sampleShape, maximumValue: maximumValue, mean: mean,
      standardDeviation: standardDeviation, borderLevel: sampleShape.rank == 3 ? borderLevel : nil)
  }

  /// A preparation with numbers known to be right.
  init(
    checked sampleShape: Shape, maximumValue: Double, mean: [Double], standardDeviation: [Double],
    borderLevel: Double?
  ) {
    self.sampleShape = sampleShape
    self.maximumValue = maximumValue
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.borderLevel = borderLevel
  }

  /// The way from samples to inputs of a network.
  /// - Parameter inputShape: The shape of one input: `[C, H, W]`, or `[F]` for images flattened or
  ///   for features.
  /// - Throws: `DatasetError` where samples do not fit, because they are larger for instance.
  public func transform(to inputShape: Shape) throws(DatasetError) -> InputTransform {
    try InputTransform(self, to: inputShape)
  }

  /// Samples as inputs of a network: `[N, …]` uint8 or float32 → `[N]` + `inputShape`, float32.
  /// - Throws: `DatasetError` where the samples are not of `sampleShape` or do not fit.
  public func prepared(_ samples: NDArray, for inputShape: Shape) throws(DatasetError) -> NDArray {
    let transform = try transform(to: inputShape)
    guard samples.rank > 0 else {
      throw DatasetError(
        .mismatched, at: "samples", found: "a number",
        expected: "\(sampleShape), as the training samples were")
    }
    let source = ArraySource(samples: samples.rowMajor())
    try check(source)
    return transform.apply(to: source.read(Array(0..<source.count)))
  }

  /// Checks that samples are of the shape and of a type that this preparation is for.
  func check(_ source: some SampleSource, name: String = "samples") throws(DatasetError) {
    guard source.sampleShape == sampleShape else {
      throw DatasetError(
        .mismatched, at: name, found: "samples of shape \(source.sampleShape)",
        expected: "\(sampleShape), as the training samples were")
    }
    guard source.dtype == .uint8 || source.dtype == .float32 else {
      throw DatasetError(
        .unsupported, at: name, found: "samples of \(source.dtype)",
        expected: "uint8 or float32")
    }
  }
}

extension InputPreparation: Codable {
  private enum Key: String, CodingKey {
    case sampleShape, maximumValue, mean, standardDeviation, borderLevel
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Array(sampleShape), forKey: .sampleShape)
    try container.encode(maximumValue, forKey: .maximumValue)
    try container.encode(mean, forKey: .mean)
    try container.encode(standardDeviation, forKey: .standardDeviation)
    try container.encodeIfPresent(borderLevel, forKey: .borderLevel)
  }

  /// Reads a preparation as `encode(to:)` writes it.
  /// - Throws: `DecodingError`, also for numbers that `init` would not take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let sizes = try container.decode([Int].self, forKey: .sampleShape)
    guard sizes.count <= Shape.maximumRank, sizes.allSatisfy({ $0 > 0 }) else {
      throw DecodingError.mismatch(
        container.codingPath + [Key.sampleShape], found: "\(sizes)",
        expected: "the sizes of [C, H, W] or [F]")
    }
    do {
      try self.init(
        sampleShape: Shape(sizes),
        maximumValue: container.decode(Double.self, forKey: .maximumValue),
        mean: container.decode([Double].self, forKey: .mean),
        standardDeviation: container.decode([Double].self, forKey: .standardDeviation),
        borderLevel: container.decodeIfPresent(Double.self, forKey: .borderLevel))
    } catch let error as DatasetError {
      throw DecodingError.mismatch(
        decoder.codingPath, found: error.found, expected: error.expected)
    }
  }
}
