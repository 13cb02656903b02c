import Arrays
import CKernels

/// The way from samples to changed inputs of one network, in one epoch.
struct Augmenter: Sendable {
  private let steps: [Augmentation.Step]
  /// Neighbours of one sort, which are done together; each other step by itself.
  private let stages: [Range<Int>]
  /// A stream for each step.
  private let keys: [RandomKey]
  /// From samples to images of the network's size, of values from 0 to 1.
  private let units: InputTransform
  private let inputShape: Shape
  private let mean: [Float]
  private let deviation: [Float]
  private let resampling: AffineResampling

  /// - Parameter key: The stream of the epoch.
  /// - Throws: `DatasetError` where the samples or the network's inputs do not fit a step.
  init(
    _ augmentation: Augmentation, preparation: InputPreparation, inputShape: Shape, key: RandomKey
  ) throws(DatasetError) {
    let sample = preparation.sampleShape
    // A network of vectors sees the images as they are.
    let image = inputShape.rank == 3 ? inputShape : sample
    for (number, step) in augmentation.steps.enumerated() {
      func fail(_ expected: String) -> DatasetError {
        DatasetError(
          .unsupported, at: "augmentation.steps[\(number)]",
          found: "\(step.name.rawValue) of samples \(sample) for the input \(inputShape)",
          expected: expected)
      }
      if sample.rank != 3, step.sort != .noise { throw fail("samples that are images") }
      if step.needsColor, image[0] != 3 { throw fail("images of 3 channels") }
      if case .crop(let padding) = step, padding >= min(image[1], image[2]) {
        throw fail("padding below \(min(image[1], image[2])), so that some of the image is left")
      }
    }
    steps = augmentation.steps
    keys = steps.indices.map { key.appending("\($0)") }
    var stages: [Range<Int>] = []
    for (number, step) in steps.enumerated() {
      if let last = stages.last, step.isComposed, steps[last.lowerBound].sort == step.sort {
        stages[stages.count - 1] = last.lowerBound..<(number + 1)
      } else {
        stages.append(number..<(number + 1))
      }
    }
    self.stages = stages
    let channels = sample[0]
    units = try InputTransform(
      InputPreparation(
        checked: sample, maximumValue: preparation.maximumValue,
        mean: Array(repeating: 0, count: channels),
        standardDeviation: Array(repeating: 1, count: channels),
        borderLevel: preparation.borderLevel), to: inputShape)
    self.inputShape = inputShape
    // One channel where the network wants several: the same numbers for each.
    mean = (0..<image[0]).map { Float(preparation.mean[min($0, channels - 1)]) }
    deviation = (0..<image[0]).map { Float(preparation.standardDeviation[min($0, channels - 1)]) }
    let border = augmentation.border
    resampling = AffineResampling(
      channels: image[0], height: image.rank == 3 ? image[1] : 1,
      width: image.rank == 3 ? image[2] : 1, border: border,
      level: border == .level ? Float(preparation.borderLevel ?? 0) : 0)
  }

  /// Bytes of the working memory of a batch.
  var scratchByteCount: Int { 4 * resampling.scratchCount }

  /// Samples as inputs, changed: `[rows]` + `inputShape`, float32.
  func apply(to samples: SampleRows, shifts: ShiftDraws, by workers: BatchWorkers) -> NDArray {
    var result = NDArray(
      uninitialized: Shape([samples.rows.count] + Array(inputShape)), dtype: .float32)
    let size = inputShape.elementCount
    result.withMutableElements(as: Float.self) { inputs in
      workers.forEachRange(of: samples.rows.count) { range in
        var scratch = NDArray(uninitialized: [resampling.scratchCount], dtype: .float32)
        scratch.withMutableElements(as: Float.self) { scratch in
          for number in range {
            let input = UnsafeMutableBufferPointer(
              rebasing: inputs[(number * size)..<((number + 1) * size)])
            let index = samples.indices[number]
            units.apply(
              to: samples.samples, CollectionOfOne((samples.rows[number], index)), shifts: shifts,
              into: input)
            change(input.baseAddress!, sample: index, scratch.baseAddress!)
          }
        }
      }
    }
    return result
  }

  private var channels: Int { resampling.channels }
  private var pixels: Int { resampling.height * resampling.width }

  private func change(
    _ image: UnsafeMutablePointer<Float>, sample: Int, _ scratch: UnsafeMutablePointer<Float>
  ) {
    for stage in stages {
      let first = stage.lowerBound
      switch steps[first].sort {
      case .geometric: resampling(image, map(of: stage, sample: sample), scratch: scratch)
      case .color: changeColors(image, stage, sample: sample)
      case .noise: addNoise(image, first, sample: sample, scratch)
      case .cutout: cutOut(image, first, sample: sample)
      }
    }
    for channel in 0..<channels {
      let (mean, factor) = (self.mean[channel], 1 / deviation[channel])
      let plane = image + channel &* pixels
      for place in 0..<pixels { plane[place] = (plane[place] - mean) * factor }
    }
  }

  /// The numbers of a sample in one step.
  private func draws(_ step: Int, _ sample: Int) -> RandomGenerator {
    // 256 are more than the 201 that cutout takes at most.
    RandomGenerator(key: keys[step], position: UInt64(sample) * 256)
  }

  /// From places in the changed image to those in the image before some geometric steps.
  func map(of stage: Range<Int>, sample: Int) -> AffineMap {
    var map = AffineMap.identity
    for number in stage {
      var draws = draws(number, sample)
      switch steps[number] {
      case .shift(let down, let right):
        let lines = draws.integer(in: down)
        map = map.after(.shift(down: lines, right: draws.integer(in: right)))
      case .crop(let padding):
        let lines = draws.integer(in: -padding...padding)
        map = map.after(.shift(down: lines, right: draws.integer(in: -padding...padding)))
      case .rotation(let degrees): map = map.after(.rotation(degrees: draws.number(in: degrees)))
      case .scale(let factor): map = map.after(.scale(draws.number(in: factor)))
      case .shear(let degrees): map = map.after(.shear(degrees: draws.number(in: degrees)))
      case .flip(let probability): if draws.uniform() < probability { map = map.after(.flip) }
      default: break
      }
    }
    return map
  }

  private func changeColors(
    _ image: UnsafeMutablePointer<Float>, _ stage: Range<Int>, sample: Int
  ) {
    let needsMeans = stage.contains { steps[$0].name == .contrast }
    var map = ColorMap(
      means: needsMeans ? ColorMap.means(of: image, channels: channels, pixels: pixels) : .zero,
      isColored: channels == 3)
    for number in stage {
      var draws = draws(number, sample)
      switch steps[number] {
      case .brightness(let factor): map.multiplyBrightness(by: draws.number(in: factor))
      case .contrast(let factor): map.multiplyContrast(by: draws.number(in: factor))
      case .saturation(let factor): map.multiplySaturation(by: draws.number(in: factor))
      case .hue(let degrees): map.turnHue(degrees: draws.number(in: degrees))
      default: break
      }
    }
    map.apply(to: image, channels: channels, pixels: pixels)
  }

  private func addNoise(
    _ image: UnsafeMutablePointer<Float>, _ step: Int, sample: Int,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    guard case .noise(let range) = steps[step] else { return }
    var draws = draws(step, sample)
    let share = draws.number(in: range)
    let count = channels * pixels
    let key = keys[step].appending("normal")
    scratch.update(repeating: 0, count: count)
    // The kernel takes 64 blocks of the stream for each 256 numbers.
    gk_add_normals(
      scratch, count, Float(share), key.philoxKey.x, key.philoxKey.y, key.step,
      UInt64(sample) * UInt64((count + 255) / 256 * 64))
    for channel in 0..<channels {
      let (from, to) = (scratch + channel &* pixels, image + channel &* pixels)
      for place in 0..<pixels { to[place] += deviation[channel] * from[place] }
    }
  }

  private func cutOut(_ image: UnsafeMutablePointer<Float>, _ step: Int, sample: Int) {
    guard case .cutout(let size, let count) = steps[step] else { return }
    let (height, width) = (resampling.height, resampling.width)
    var draws = draws(step, sample)
    for _ in 0..<count {
      let top = draws.integer(below: height) - size / 2
      let left = draws.integer(below: width) - size / 2
      let (first, end) = (max(left, 0), min(left + size, width))
      for channel in 0..<channels {
        for row in max(top, 0)..<min(top + size, height) {
          let start = channel * pixels + row * width + first
          (image + start).update(repeating: mean[channel], count: end - first)
        }
      }
    }
  }
}

extension Augmentation.Step {
  /// Whether it is put together with neighbours of its sort.
  fileprivate var isComposed: Bool { sort == .geometric || sort == .color }

  fileprivate var needsColor: Bool { name == .saturation || name == .hue }
}

extension RandomGenerator {
  fileprivate mutating func number(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  fileprivate mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }
}
