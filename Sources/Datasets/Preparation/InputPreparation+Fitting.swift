import Arrays

extension InputPreparation {
  /// The preparation that gives these samples mean 0 and standard deviation 1 (dividing by N), for
  /// each channel of images and for each feature.
  ///
  /// Fit it on the training part alone: the other parts stand for what is not known yet. For MNIST
  /// the numbers are the well-known 0.1307 and 0.3081. Samples that are read from files are read
  /// once, some at a time; damaged ones that are skipped count for nothing.
  /// - Throws: `DatasetError` for a sample that cannot be read, and where none can.
  public init(fitting training: Dataset) throws(DatasetError) {
    var statistics = Statistics(training.sampleShape, isExact: training.source.dtype == .uint8)
    try training.forEachPart { samples in statistics.add(samples) }
    guard statistics.count > 0 else { throw .noneReadable(training) }
    if !statistics.isExact { try training.forEachPart { statistics.addDeviations($0) } }
    let maximum = training.maximumValue
    let scales = statistics.deviations.enumerated().map { channel, deviation in
      // Equal values of float32 may differ from their mean in its last places.
      deviation > 1e-7 * abs(statistics.mean(channel)) ? deviation / maximum : 1
    }
    self.init(
      checked: training.sampleShape, maximumValue: maximum,
      mean: scales.indices.map { statistics.mean($0) / maximum }, standardDeviation: scales,
      borderLevel: training.isImages ? statistics.border / maximum : nil)
  }
}

extension Dataset {
  /// Reads all samples and gives them in their order, so many at a time that a part from files takes
  /// some 4 MB; what is not in memory is read by as many threads as there are processors.
  fileprivate func forEachPart(_ body: (SampleRows) -> Void) throws(DatasetError) {
    let part = max(1, (1 << 22) / (sampleShape.elementCount * source.dtype.byteCount))
    let parts = stride(from: 0, to: count, by: part).map { $0..<min($0 + part, count) }
    let atOnce = isInMemory ? 1 : SystemMemory.processorCount
    for first in stride(from: 0, to: parts.count, by: atOnce) {
      let some = parts[first..<min(first + atOnce, parts.count)]
      let read = concurrentMap(Array(some)) { range in
        Result { () throws(DatasetError) in try source.read(Array(range)) }
      }
      for result in read { body(try result.get()) }
    }
  }
}

/// The mean and the deviation of each channel, and the mean of the outermost pixels.
private struct Statistics {
  /// Whether values are whole numbers, whose sums and sums of squares are exact.
  let isExact: Bool
  /// Samples so far.
  private(set) var count = 0
  private let channels: Int
  private let plane: Int
  /// Height and width of images.
  private let size: (height: Int, width: Int)?
  private var sums: [Double]
  private var wholeSums: [Int]
  private var squares: [Int]
  private var deviationSums: [Double]
  private var borderSum = 0.0

  init(_ shape: Shape, isExact: Bool) {
    self.isExact = isExact
    channels = shape[0]
    plane = shape.elementCount / shape[0]
    size = shape.rank == 3 ? (shape[1], shape[2]) : nil
    sums = Array(repeating: 0, count: channels)
    deviationSums = sums
    wholeSums = Array(repeating: 0, count: channels)
    squares = wholeSums
  }

  private var total: Double { Double(count * plane) }

  func mean(_ channel: Int) -> Double {
    (isExact ? Double(wholeSums[channel]) : sums[channel]) / total
  }

  var deviations: [Double] {
    (0..<channels).map { channel in
      let mean = mean(channel)
      let variance =
        isExact
        ? Double(squares[channel]) / total - mean * mean : deviationSums[channel] / total
      return max(0, variance).squareRoot()
    }
  }

  /// The mean of the outermost pixels of all images.
  var border: Double {
    guard let (height, width) = size else { return 0 }
    let inside = max(0, height - 2) * max(0, width - 2)
    return borderSum / Double(count * channels * (height * width - inside))
  }

  mutating func add(_ samples: SampleRows) {
    count += samples.rows.count
    let planes = planes(samples)
    if isExact {
      samples.samples.withElements(as: UInt8.self) { values in
        for (channel, start) in planes {
          let (planeSum, planeSquares) = Self.sums(of: values, from: start, to: start + plane)
          wholeSums[channel] += planeSum
          squares[channel] += planeSquares
          // Whole numbers below 2⁵³: exact.
          if let size { borderSum += Double(Self.border(values, start, size, zero: 0) { Int($0) }) }
        }
      }
    } else {
      samples.samples.withElements(as: Float.self) { values in
        for (channel, start) in planes {
          var sum = sums[channel]
          for place in start..<(start + plane) { sum += Double(values[place]) }
          sums[channel] = sum
          if let size { borderSum += Self.border(values, start, size, zero: 0) { Double($0) } }
        }
      }
    }
  }

  /// In double precision, once the means are known.
  mutating func addDeviations(_ samples: SampleRows) {
    let planes = planes(samples)
    samples.samples.withElements(as: Float.self) { values in
      for (channel, start) in planes {
        let mean = mean(channel)
        var sum = deviationSums[channel]
        for place in start..<(start + plane) {
          let deviation = Double(values[place]) - mean
          sum += deviation * deviation
        }
        deviationSums[channel] = sum
      }
    }
  }

  /// The channel of each plane and where it begins.
  private func planes(_ samples: SampleRows) -> [(channel: Int, start: Int)] {
    samples.rows.flatMap { row in
      (0..<channels).map { ($0, (row * channels + $0) * plane) }
    }
  }

  /// The sum of some values, and that of their squares. The inner loop's sums have 32 bits, so that a
  /// processor forms several at once; they hold 2¹⁶ squares of 255.
  private static func sums(
    of values: UnsafeBufferPointer<UInt8>, from first: Int, to end: Int
  ) -> (Int, Int) {
    var (sum, squares) = (0, 0)
    for start in stride(from: first, to: end, by: 1 << 16) {
      var (partSum, partSquares) = (UInt32(0), UInt32(0))
      for place in start..<min(start &+ 1 << 16, end) {
        let value = UInt32(values[place])
        partSum &+= value
        partSquares &+= value &* value
      }
      sum += Int(partSum)
      squares += Int(partSquares)
    }
    return (sum, squares)
  }

  /// The sum of the outermost pixels of a plane, row by row.
  @inline(__always)
  private static func border<Element, Sum: AdditiveArithmetic>(
    _ values: UnsafeBufferPointer<Element>, _ start: Int, _ size: (height: Int, width: Int),
    zero: Sum, _ number: (Element) -> Sum
  ) -> Sum {
    var sum = zero
    for row in 0..<size.height {
      let line = start + row * size.width
      let isEdge = row == 0 || row == size.height - 1 || size.width == 1
      for column in stride(from: 0, to: size.width, by: isEdge ? 1 : size.width - 1) {
        sum += number(values[line + column])
      }
    }
    return sum
  }
}
