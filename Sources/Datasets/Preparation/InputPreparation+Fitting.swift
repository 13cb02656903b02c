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

  /// Exact, by counting how often each value occurs.
  private static func ofBytes(
    _ inputs: NDArray, channels: Int, plane: Int
  ) -> [(mean: Double, deviation: Double)] {
    var counts = [Int](repeating: 0, count: channels * 256)
    inputs.withElements(as: UInt8.self) { values in
      counts.withUnsafeMutableBufferPointer { counts in
        var start = 0
        while start < values.count {
          for channel in 0..<channels {
            let row = channel * 256
            for place in start..<(start + plane) { counts[row + Int(values[place])] += 1 }
            start += plane
          }
        }
      }
    }
    let total = Double(inputs.elementCount / channels)
    return (0..<channels).map { channel in
      var sum = 0
      var squares = 0
      for value in 0..<256 {
        let count = counts[channel * 256 + value]
        sum += count * value
        squares += count * value * value
      }
      let mean = Double(sum) / total
      return (mean, max(0, Double(squares) / total - mean * mean).squareRoot())
    }
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
    let (height, width) = (dataset.inputs.shape[2], dataset.inputs.shape[3])
    let planes = dataset.inputs.shape[0] * dataset.inputs.shape[1]
    func mean<Element>(_ values: UnsafeBufferPointer<Element>, _ number: (Element) -> Double)
      -> Double
    {
      var sum = 0.0
      var count = 0
      for plane in 0..<planes {
        for row in 0..<height {
          let start = (plane * height + row) * width
          let step = row == 0 || row == height - 1 || width == 1 ? 1 : width - 1
          for column in stride(from: 0, to: width, by: step) {
            sum += number(values[start + column])
            count += 1
          }
        }
      }
      return sum / Double(count)
    }
    if dataset.inputs.dtype == .uint8 {
      return dataset.inputs.withElements(as: UInt8.self) { mean($0) { Double($0) } }
    }
    return dataset.inputs.withElements(as: Float.self) { mean($0) { Double($0) } }
  }
}
