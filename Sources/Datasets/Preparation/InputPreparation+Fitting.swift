import Arrays

extension InputPreparation {
  /// The preparation that gives these samples mean 0 and standard deviation 1 (dividing by N), for
  /// each channel of images and for each feature.
  ///
  /// Fit it on the training part alone: the other parts stand for what is not known yet. For MNIST
  /// the numbers are the well-known 0.1307 and 0.3081.
  public init(fitting training: Dataset) {
    let shape = training.sampleShape
    let channels = shape[0]
    let plane = shape.elementCount / channels
    var statistics: [(mean: Double, deviation: Double)]
    if training.inputs.dtype == .uint8 {
      statistics = Self.ofBytes(training.inputs, channels: channels, plane: plane)
    } else {
      statistics = Self.ofFloats(training.inputs, channels: channels, plane: plane)
    }
    let maximum = training.maximumValue
    statistics = statistics.map { mean, deviation in
      // Equal values of float32 may differ from their mean in its last places.
      let isSpread = deviation > 1e-7 * abs(mean)
      return (mean / maximum, isSpread ? deviation / maximum : 1)
    }
    self.init(
      checked: shape, maximumValue: maximum, mean: statistics.map(\.mean),
      standardDeviation: statistics.map(\.deviation),
      borderLevel: training.isImages ? Self.border(of: training) / maximum : nil)
  }

  /// Exact, by sums of whole numbers.
  private static func ofBytes(
    _ inputs: NDArray, channels: Int, plane: Int
  ) -> [(mean: Double, deviation: Double)] {
    let total = Double(inputs.elementCount / channels)
    return inputs.withElements(as: UInt8.self) { values in
      (0..<channels).map { channel in
        var sum = 0
        var squares = 0
        for first in stride(from: channel * plane, to: values.count, by: channels * plane) {
          let (planeSum, planeSquares) = sums(of: values, from: first, to: first + plane)
          sum += planeSum
          squares += planeSquares
        }
        let mean = Double(sum) / total
        return (mean, max(0, Double(squares) / total - mean * mean).squareRoot())
      }
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

  /// In double precision: first the means, then the deviations from them.
  private static func ofFloats(
    _ inputs: NDArray, channels: Int, plane: Int
  ) -> [(mean: Double, deviation: Double)] {
    let samples = inputs.shape[0]
    return inputs.withElements(as: Float.self) { values in
      func total(_ channel: Int, _ term: (Double) -> Double) -> Double {
        var sum = 0.0
        for sample in 0..<samples {
          let start = (sample * channels + channel) * plane
          for place in start..<(start + plane) { sum += term(Double(values[place])) }
        }
        return sum / Double(samples * plane)
      }
      return (0..<channels).map { channel in
        let mean = total(channel) { $0 }
        return (mean, total(channel) { ($0 - mean) * ($0 - mean) }.squareRoot())
      }
    }
  }

  /// The mean of the outermost pixels of all images.
  private static func border(of dataset: Dataset) -> Double {
    if dataset.inputs.dtype == .uint8 {
      return dataset.inputs.withElements(as: UInt8.self) { values in
        let (sum, count) = borderSum(values, dataset.inputs.shape, zero: 0) { Int($0) }
        return Double(sum) / Double(count)
      }
    }
    return dataset.inputs.withElements(as: Float.self) { values in
      let (sum, count) = borderSum(values, dataset.inputs.shape, zero: 0) { Double($0) }
      return sum / Double(count)
    }
  }

  /// The sum of the outermost pixels of images `[N, C, H, W]`, row by row, and how many they are.
  @inline(__always)
  private static func borderSum<Element, Sum: AdditiveArithmetic>(
    _ values: UnsafeBufferPointer<Element>, _ shape: Shape, zero: Sum, _ number: (Element) -> Sum
  ) -> (sum: Sum, count: Int) {
    let (height, width) = (shape[2], shape[3])
    var sum = zero
    var count = 0
    for plane in 0..<(shape[0] * shape[1]) {
      for row in 0..<height {
        let start = (plane * height + row) * width
        let step = row == 0 || row == height - 1 || width == 1 ? 1 : width - 1
        for column in stride(from: 0, to: width, by: step) {
          sum += number(values[start + column])
          count += 1
        }
      }
    }
    return (sum, count)
  }
}
