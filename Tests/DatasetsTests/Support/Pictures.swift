import Arrays
import Datasets

/// An image of double-precision numbers, for references written plainly.
struct Picture: Equatable {
  let channels: Int
  let height: Int
  let width: Int
  var values: [Double]

  init(channels: Int, height: Int, width: Int, values: [Double]) {
    (self.channels, self.height, self.width) = (channels, height, width)
    self.values = values
  }

  /// A picture of this size, by a function of channel, row and column.
  init(like other: Picture, _ value: (Int, Int, Int) -> Double) {
    self = other
    for channel in 0..<channels {
      for row in 0..<height {
        for column in 0..<width { self[channel, row, column] = value(channel, row, column) }
      }
    }
  }

  subscript(channel: Int, row: Int, column: Int) -> Double {
    get { values[(channel * height + row) * width + column] }
    set { values[(channel * height + row) * width + column] = newValue }
  }

  /// The largest difference from another picture.
  func distance(to other: Picture) -> Double {
    zip(values, other.values).map { abs($0 - $1) }.max() ?? 0
  }
}

/// Data sets of random images, and what steps make of them.
struct Pictures {
  var count = 3
  var channels = 1
  var height = 8
  var width = 8
  var isBytes = false
  /// The level of the border that preparations are given.
  static let level = 0.375

  /// Values from 0 to 1, of bytes multiples of 1/255.
  var dataset: Dataset {
    get throws {
      let shape: Shape = [count, channels, height, width]
      let bytes = NDArray.uniform(shape, in: 0..<256, key: RandomKey(seed: 3, path: "pictures"))
        .cast(to: .uint8)
      let inputs = isBytes ? bytes : bytes.cast(to: .float32)
      return try Dataset(
        name: "pictures", inputs: inputs, labels: NDArray([Int32](repeating: 0, count: count)),
        classNames: ["any"], maximumValue: 255)
    }
  }

  /// Divides by the largest value alone.
  var preparation: InputPreparation {
    get throws {
      try InputPreparation(
        sampleShape: [channels, height, width], maximumValue: 255,
        mean: Array(repeating: 0, count: channels),
        standardDeviation: Array(repeating: 1, count: channels), borderLevel: Self.level)
    }
  }

  /// The pictures as a network sees them without augmentation.
  var originals: [Picture] { get throws { try changed(nil) } }

  /// The pictures as a network sees them.
  func changed(_ augmentation: Augmentation?, epoch: Int = 0) throws -> [Picture] {
    try inputs(dataset, preparation, [channels, height, width], augmentation, epoch: epoch).map {
      Picture(channels: channels, height: height, width: width, values: $0.map(Double.init))
    }
  }

  func changed(
    _ steps: [Augmentation.Step], border: Augmentation.Border = .level, epoch: Int = 0
  ) throws -> [Picture] {
    try changed(Augmentation(steps, border: border), epoch: epoch)
  }
}

/// The inputs that a loader gives, in the order of the data set.
func inputs(
  _ dataset: Dataset, _ preparation: InputPreparation, _ shape: Shape,
  _ augmentation: Augmentation?, seed: UInt64? = nil, epoch: Int = 0, prefetch: Int = 0
) throws -> [[Float]] {
  let loader = try BatchLoader(
    dataset: dataset, preparation: preparation, inputShape: shape, batchSize: 7, shuffleSeed: seed,
    epoch: epoch, prefetch: prefetch, augmentation: augmentation)
  var found = [[Float]](repeating: [], count: dataset.count)
  while let batch = try loader.next() {
    let values = batch.inputs.floats
    let size = values.count / batch.count
    for (place, index) in batch.indices.enumerated() {
      found[index] = Array(values[(place * size)..<((place + 1) * size)])
    }
  }
  return found
}
