import Arrays

/// The way from samples to the inputs of one network: an `InputPreparation` fitted to a shape.
public struct InputTransform: Sendable {
  /// The shape of one input of the network: `[C, H, W]` or `[F]`.
  public let inputShape: Shape
  /// How many times an image is enlarged in both directions, bilinearly: as often as leaves a
  /// quarter of the network's height and width for a margin, at least 1.
  public let factor: Int
  /// Rows of zeros above the enlarged image; below are as many, or one more.
  public let top: Int
  /// Columns of zeros at the left of the enlarged image; at the right are as many, or one more.
  public let left: Int

  private let sampleShape: Shape
  /// Each value of uint8 as the network sees it, 256 a channel.
  private let table: [Float]
  /// x ↦ slope · x + offset for each channel or feature.
  private let slope: [Double]
  private let offset: [Double]

  init(_ preparation: InputPreparation, to inputShape: Shape) throws(DatasetError) {
    let sample = preparation.sampleShape
    func fail(_ expected: String) -> DatasetError {
      DatasetError(
        .mismatched, at: "input", found: "samples of shape \(sample)", expected: expected)
    }
    if inputShape.rank == 1 {
      guard sample.elementCount == inputShape[0] else {
        throw fail("\(inputShape[0]) values, which the model takes")
      }
      (factor, top, left) = (1, 0, 0)
    } else {
      guard inputShape.rank == 3, inputShape.elementCount > 0 else {
        throw fail("a shape that a model's input \(inputShape) can be made from")
      }
      guard sample.rank == 3 else {
        throw fail("images, which the model takes as \(inputShape)")
      }
      guard sample[0] == inputShape[0] || sample[0] == 1 else {
        throw fail("images of \(inputShape[0]) channels, as the model's input \(inputShape) has")
      }
      guard inputShape[1] >= sample[1], inputShape[2] >= sample[2] else {
        throw fail("at most \(inputShape[1]) × \(inputShape[2]) pixels, the model's input")
      }
      // A quarter of the height and width stays free for the margin, as in LeNet-5's input (LeCun
      // et al. 1998, section II.B): strokes at the edge then lie within receptive fields too.
      factor = max(
        1, min(inputShape[1] * 3 / 4 / sample[1], inputShape[2] * 3 / 4 / sample[2]))
      top = (inputShape[1] - factor * sample[1]) / 2
      left = (inputShape[2] - factor * sample[2]) / 2
    }
    self.inputShape = inputShape
    sampleShape = sample
    let slope = preparation.standardDeviation.map { 1 / (preparation.maximumValue * $0) }
    let offset = zip(preparation.mean, preparation.standardDeviation).map { -$0 / $1 }
    table =
      sample.rank == 1
      ? []
      : slope.indices.flatMap { channel in
        (0..<256).map { Float(slope[channel] * Double($0) + offset[channel]) }
      }
    (self.slope, self.offset) = (slope, offset)
  }

  /// Whether images are enlarged or padded.
  public var changesSize: Bool {
    inputShape.rank == 3 && (inputShape[1] != sampleShape[1] || inputShape[2] != sampleShape[2])
  }

  /// Whether an image has less height or width than the network's input, so that it can be moved.
  public var hasMargin: Bool {
    inputShape.rank == 3
      && (inputShape[1] > factor * sampleShape[1] || inputShape[2] > factor * sampleShape[2])
  }

  /// Samples as inputs: `[rows]` + `inputShape`, float32.
  /// - Precondition: samples of the preparation's shape, uint8 or float32.
  func apply(
    to samples: SampleRows, shifts: ShiftDraws = .none, by workers: BatchWorkers = .callingThread
  ) -> NDArray {
    var result = NDArray(
      uninitialized: Shape([samples.rows.count] + Array(inputShape)), dtype: .float32)
    let size = inputShape.elementCount
    result.withMutableElements(as: Float.self) { target in
      workers.forEachRange(of: samples.rows.count, grain: 1 + 16_384 / size) { range in
        apply(
          to: samples.samples, zip(samples.rows[range], samples.indices[range]), shifts: shifts,
          into: UnsafeMutableBufferPointer(
            rebasing: target[(range.lowerBound * size)..<(range.upperBound * size)]))
      }
    }
    return result
  }

  /// The same for some rows of samples, each with its index, into memory that is there.
  @inline(__always)
  func apply(
    to samples: NDArray, _ places: some Sequence<(Int, Int)>, shifts: ShiftDraws,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    if samples.dtype == .uint8, sampleShape.rank == 3 {
      samples.withElements(as: UInt8.self) { source in
        table.withUnsafeBufferPointer { table in
          fill(target, from: source, places, shifts) { table[$1 &* 256 &+ Int($0)] }
        }
      }
    } else if samples.dtype == .uint8 {
      samples.withElements(as: UInt8.self) { source in
        fill(target, from: source, places, shifts) { normalized(Double($0), $1) }
      }
    } else {
      samples.withElements(as: Float.self) { source in
        fill(target, from: source, places, shifts) { normalized(Double($0), $1) }
      }
    }
  }

  @inline(__always)
  private func normalized(_ value: Double, _ channel: Int) -> Float {
    Float(slope[channel] * value + offset[channel])
  }

  @inline(__always)
  private func fill<Element>(
    _ target: UnsafeMutableBufferPointer<Float>, from source: UnsafeBufferPointer<Element>,
    _ places: some Sequence<(Int, Int)>, _ shifts: ShiftDraws, _ value: (Element, Int) -> Float
  ) {
    let sampleSize = sampleShape.elementCount
    let inputSize = inputShape.elementCount
    let channels = sampleShape[0]
    let plane = sampleSize / channels
    for (number, (row, index)) in places.enumerated() {
      let from = UnsafeBufferPointer(rebasing: source[(row * sampleSize)...].prefix(sampleSize))
      let to = UnsafeMutableBufferPointer(
        rebasing: target[(number * inputSize)..<((number + 1) * inputSize)])
      if inputSize == sampleSize {
        for channel in 0..<channels {
          let start = channel &* plane
          for place in start..<(start &+ plane) { to[place] = value(from[place], channel) }
        }
      } else {
        let outputPlane = inputShape[1] * inputShape[2]
        let corner = self.corner(ofSample: index, shifts)
        for channel in 0..<channels {
          place(from, to, channel, corner, value)
        }
        // One channel where the network wants several: the same in each.
        for copy in channels..<max(channels, inputShape[0]) {
          _ = to[(copy * outputPlane)...].prefix(outputPlane).update(from: to[..<outputPlane])
        }
      }
    }
  }

  /// Where a sample's image begins: in the middle, or moved as far as the margin allows.
  private func corner(ofSample index: Int, _ shifts: ShiftDraws) -> (top: Int, left: Int) {
    let (down, right) = shifts.ofSample(index)
    let bottom = inputShape[1] - factor * sampleShape[1]
    let end = inputShape[2] - factor * sampleShape[2]
    return (min(max(top + down, 0), bottom), min(max(left + right, 0), end))
  }

  /// Enlarges one channel into the middle of zeros (as samples have them, before normalisation).
  @inline(__always)
  private func place<Element>(
    _ from: UnsafeBufferPointer<Element>, _ to: UnsafeMutableBufferPointer<Float>, _ channel: Int,
    _ corner: (top: Int, left: Int), _ value: (Element, Int) -> Float
  ) {
    let (top, left) = corner
    let (height, width) = (sampleShape[1], sampleShape[2])
    let outputWidth = inputShape[2]
    let outputStart = channel * inputShape[1] * outputWidth
    let output = UnsafeMutableBufferPointer(
      rebasing: to[outputStart...].prefix(inputShape[1] * outputWidth))
    if changesSize { output.update(repeating: normalized(0, channel)) }
    let start = channel * height * width
    if factor == 1 {
      for row in 0..<height {
        let first = (top &+ row) &* outputWidth &+ left
        let line = start &+ row &* width
        for column in 0..<width { output[first &+ column] = value(from[line &+ column], channel) }
      }
      return
    }
    // Bilinear: each output pixel lies between four input pixels' centres; the outermost repeat.
    for row in 0..<(height * factor) {
      let (above, below, down) = Self.neighbours(row, factor, height)
      let upper = start &+ above &* width
      let lower = start &+ below &* width
      let first = (top &+ row) &* outputWidth &+ left
      for column in 0..<(width * factor) {
        let (before, after, across) = Self.neighbours(column, factor, width)
        let a = value(from[upper &+ before], channel)
        let b = value(from[upper &+ after], channel)
        let c = value(from[lower &+ before], channel)
        let d = value(from[lower &+ after], channel)
        let high = a + (b - a) * across
        let low = c + (d - c) * across
        output[first &+ column] = high + (low - high) * down
      }
    }
  }

  /// The input places on both sides of an output place, and how far it lies towards the second.
  @inline(__always)
  private static func neighbours(
    _ place: Int, _ factor: Int, _ count: Int
  ) -> (Int, Int, Float) {
    let twice = 2 &* place &+ 1 &- factor  // of 2 · factor a pixel, from the first one's centre
    let first = twice >= 0 ? twice / (2 &* factor) : 0
    let share = twice >= 0 ? Float(twice &- first &* 2 &* factor) / Float(2 &* factor) : 0
    return (first, min(first &+ 1, count &- 1), share)
  }
}
