import Arrays
import Datasets
import Foundation
import Testing

@Suite("Augmentation of colours, noise and cutout") struct PixelTests {
  // MARK: Colours

  private static func lightness(_ picture: Picture, _ row: Int, _ column: Int) -> Double {
    if picture.channels == 3 {
      return 0.213 * picture[0, row, column] + 0.715 * picture[1, row, column]
        + 0.072 * picture[2, row, column]
    }
    return (0..<picture.channels).reduce(0) { $0 + picture[$1, row, column] }
      / Double(picture.channels)
  }

  /// One change after another, pixel by pixel, as it is defined.
  private static func changed(_ picture: Picture, _ step: Augmentation.Step) -> Picture {
    switch step {
    case .brightness(let factor):
      return Picture(like: picture) { factor.lowerBound * picture[$0, $1, $2] }
    case .contrast(let factor):
      var mean = 0.0
      for row in 0..<picture.height {
        for column in 0..<picture.width { mean += lightness(picture, row, column) }
      }
      mean /= Double(picture.height * picture.width)
      return Picture(like: picture) { mean + factor.lowerBound * (picture[$0, $1, $2] - mean) }
    case .saturation(let factor):
      return Picture(like: picture) {
        let gray = lightness(picture, $1, $2)
        return gray + factor.lowerBound * (picture[$0, $1, $2] - gray)
      }
    case .hue(let degrees):
      let (c, s) = (cos(degrees.lowerBound * .pi / 180), sin(degrees.lowerBound * .pi / 180))
      // Filter Effects Module Level 1, section 9.6, number by number.
      let matrix = [
        [
          0.213 + c * 0.787 - s * 0.213, 0.715 - c * 0.715 - s * 0.715,
          0.072 - c * 0.072 + s * 0.928,
        ],
        [
          0.213 - c * 0.213 + s * 0.143, 0.715 + c * 0.285 + s * 0.140,
          0.072 - c * 0.072 - s * 0.283,
        ],
        [
          0.213 - c * 0.213 - s * 0.787, 0.715 - c * 0.715 + s * 0.715,
          0.072 + c * 0.928 + s * 0.072,
        ],
      ]
      return Picture(like: picture) { channel, row, column in
        (0..<3).reduce(0) { $0 + matrix[channel][$1] * picture[$1, row, column] }
      }
    default: return picture
    }
  }

  static let gray: [[Augmentation.Step]] = [
    [.brightness(factor: 1.5...1.5)], [.contrast(factor: 0.25...0.25)],
    [.contrast(factor: 2...2), .brightness(factor: 0.5...0.5), .contrast(factor: 1.5...1.5)],
  ]
  static let colored: [[Augmentation.Step]] = [
    [.saturation(factor: 0...0)], [.saturation(factor: 2...2)], [.hue(degrees: 75...75)],
    [
      .hue(degrees: -40...(-40)), .contrast(factor: 0.6...0.6), .saturation(factor: 1.7...1.7),
      .brightness(factor: 1.3...1.3), .hue(degrees: 10...10), .contrast(factor: 1.2...1.2),
    ],
  ]

  /// Values of up to 10 with float32's rounding of three products.
  @Test("composed changes of colour equal one after another", arguments: gray + colored)
  func colors(_ steps: [Augmentation.Step]) throws {
    for channels in [3] + (Self.gray.contains(steps) ? [1, 2] : []) {
      for isBytes in [false, true] {
        let pictures = Pictures(channels: channels, height: 5, width: 7, isBytes: isBytes)
        for (before, after) in zip(try pictures.originals, try pictures.changed(steps)) {
          let expected = steps.reduce(before) { Self.changed($0, $1) }
          #expect(after.distance(to: expected) < 5e-6)
        }
      }
    }
  }

  @Test("factors are drawn within their range, a number for each image")
  func factors() throws {
    let pictures = Pictures(count: 150)
    let found = zip(try pictures.originals, try pictures.changed([.brightness(factor: 0.5...2)]))
      .map {
        zip($0.values, $1.values).filter { $0.0 > 0.1 }.map { $1 / $0 }
      }
    for factors in found {
      #expect((factors.max() ?? 0) - (factors.min() ?? 9) < 1e-5)
    }
    let least = found.compactMap(\.first).min() ?? 0
    let most = found.compactMap(\.first).max() ?? 0
    #expect(least >= 0.5 - 1e-6 && least < 0.65 && most > 1.85 && most <= 2 + 1e-6)
  }

  @Test("one channel is coloured where the network wants three")
  func grayToColor() throws {
    let pictures = Pictures()
    let found = try inputs(
      pictures.dataset, pictures.preparation, [3, 8, 8],
      Augmentation([.saturation(factor: 2...2), .hue(degrees: 90...90), .noise(deviation: 1...1)]))
    let plain = try pictures.originals
    for (image, before) in zip(found, plain) {
      // Grey stays grey; the noise is each channel's own.
      #expect(image.count == 192 && Array(image[0..<64]) != Array(image[64..<128]))
      let mean =
        zip(image, before.values + before.values + before.values)
        .reduce(0.0) { $0 + Double($1.0) - $1.1 } / 192
      #expect(abs(mean) < 4 / 192.0.squareRoot())
    }
  }

  // MARK: Noise

  /// By the generator's words and the C library's functions in double precision.
  @Test("noise is that of Box and Muller from the sample's stream")
  func noiseByWords() throws {
    let pictures = Pictures(channels: 3, height: 9, width: 11)  // 297 values, more than one group
    let deviations = [0.5, 0.25, 2.0]
    let preparation = try InputPreparation(
      sampleShape: [3, 9, 11], maximumValue: 255, mean: [0.5, 0.25, 0.75],
      standardDeviation: deviations)
    let plain = try inputs(pictures.dataset, preparation, [3, 9, 11], nil)
    let noisy = try inputs(
      pictures.dataset, preparation, [3, 9, 11],
      Augmentation([.flip(), .noise(deviation: 1.5...1.5)]),
      epoch: 4)
    let key = RandomKey(seed: 0, path: "augmentation.1.normal", step: 4)
    for sample in 0..<3 {
      let flip = Augmentation.Step.flip(probability: 1)
      let flipped = try inputs(pictures.dataset, preparation, [3, 9, 11], Augmentation([flip]))
      func normal(_ place: Int) -> Double {
        let words = key.words(
          block: UInt64(sample * 128 + place / 256 * 64 + place % 64))
        let number = place % 256 / 64
        let pair = number / 2 * 2
        let radius = (-2 * log((Double(words[pair] >> 8) + 1) / 0x1p24)).squareRoot()
        let angle = 2 * Double.pi * Double(words[pair + 1] >> 8) / 0x1p24
        return radius * (number % 2 == 0 ? cos(angle) : sin(angle))
      }
      func distance(_ before: [Float]) -> Double {
        (0..<297).map { abs(Double(noisy[sample][$0] - before[$0]) - 1.5 * normal($0)) }.max() ?? 9
      }
      // Normal numbers to 1e-6 of up to 6, values of up to 10 rounded to float32.
      #expect(min(distance(plain[sample]), distance(flipped[sample])) < 2e-5)
    }
  }

  @Test("noise has mean 0 and the deviation asked for, and no memory")
  func noiseStatistics() throws {
    let pictures = Pictures(count: 100, channels: 1, height: 28, width: 28)
    let noise = zip(try pictures.originals, try pictures.changed([.noise(deviation: 0.5...0.5)]))
      .map { zip($0.values, $1.values).map { ($1 - $0) / 0.5 } }
    let all = noise.flatMap { $0 }
    let count = Double(all.count)  // 78400
    func mean(_ values: some Sequence<Double>) -> Double { values.reduce(0, +) / count }
    // Four standard errors each: of moments, of shares and of correlations.
    #expect(abs(mean(all)) < 4 / count.squareRoot())
    #expect(abs(mean(all.map { $0 * $0 }) - 1) < 4 * (2 / count).squareRoot())
    #expect(abs(mean(all.map { $0 * $0 * $0 })) < 4 * (15 / count).squareRoot())
    #expect(abs(mean(all.map { $0 * $0 * $0 * $0 }) - 3) < 4 * (96 / count).squareRoot())
    let beyond = mean(all.map { abs($0) > 2 ? 1 : 0 })
    #expect(abs(beyond - 0.0455) < 4 * (0.0455 * 0.9545 / count).squareRoot())
    for lag in [1, 28, 64, 128, 256] {
      let correlation = mean(noise.flatMap { zip($0, $0.dropFirst(lag)).map { $0 * $1 } })
      #expect(abs(correlation) < 4 / count.squareRoot(), "lag \(lag)")
    }
    let next = mean(zip(noise, noise.dropFirst()).flatMap { zip($0, $1).map { $0 * $1 } })
    #expect(abs(next) < 4 / count.squareRoot())
  }

  @Test("features have noise in their standard deviations")
  func features() throws {
    let values = NDArray.uniform([2000, 3], key: RandomKey(seed: 1)).floats
    let scaled = values.enumerated().map { $0.element * [1, 100, 0.01][$0.offset % 3] }
    let data = try Dataset(
      name: "features", inputs: NDArray(scaled, shape: [2000, 3]),
      labels: NDArray([Int32](repeating: 0, count: 2000)), classNames: ["any"])
    let preparation = try InputPreparation(fitting: data)
    let plain = try inputs(data, preparation, [3], nil)
    let noisy = try inputs(data, preparation, [3], Augmentation([.noise(deviation: 0.2...0.2)]))
    for feature in 0..<3 {
      let squares = zip(plain, noisy).reduce(0.0) {
        let difference = Double($1.1[feature] - $1.0[feature])
        return $0 + difference * difference
      }
      #expect(abs((squares / 2000).squareRoot() - 0.2) < 4 * 0.2 / 4000.0.squareRoot())
    }
  }

  // MARK: Cutout

  @Test("holes are squares of the mean, cut at the edges", arguments: [1, 3, 4, 7])
  func holes(_ size: Int) throws {
    for channels in [1, 3] {
      let pictures = Pictures(count: 300, channels: channels, height: 12, width: 9)
      let means = [0.501, 0.301, 0.701].prefix(channels)  // no multiples of 1/255
      let preparation = try InputPreparation(
        sampleShape: [channels, 12, 9], maximumValue: 255, mean: Array(means),
        standardDeviation: Array([0.2, 0.3, 0.4].prefix(channels)))
      let plain = try inputs(pictures.dataset, preparation, [channels, 12, 9], nil)
      let cut = try inputs(
        pictures.dataset, preparation, [channels, 12, 9], Augmentation([.cutout(size: size)]))
      var whole = 0
      for (before, after) in zip(plain, cut) {
        let hole = after[0..<108].indices.filter { after[$0] == 0 }
        let (rows, columns) = (Set(hole.map { $0 / 9 }), Set(hole.map { $0 % 9 }))
        #expect(hole.count == rows.count * columns.count)
        #expect((size / 2...size).contains(rows.count))
        #expect((size / 2...size).contains(columns.count))
        #expect(rows.count == (rows.max() ?? 0) - (rows.min() ?? 0) + 1)
        if rows.count == size && columns.count == size { whole += 1 }
        for place in after.indices {
          let isCut = hole.contains(place % 108)
          #expect(isCut ? after[place] == 0 : abs(after[place] - before[place]) < 1e-5)
        }
      }
      // Whole where the centre is far enough from the edges: (12 − size + 1)(9 − size + 1) of 108.
      let share = Double((13 - size) * (10 - size)) / 108
      #expect(abs(Double(whole) / 300 - share) <= 4 * (share * (1 - share) / 300).squareRoot())
    }
  }

  @Test("several holes, and one larger than the image")
  func manyHoles() throws {
    let pictures = Pictures(count: 100, height: 28, width: 28)
    func holes(_ step: Augmentation.Step) throws -> [Int] {
      let preparation = try InputPreparation(
        sampleShape: [1, 28, 28], maximumValue: 255, mean: [0.501], standardDeviation: [1])
      return try inputs(pictures.dataset, preparation, [1, 28, 28], Augmentation([step]))
        .map { $0.filter { $0 == 0 }.count }
    }
    let five = try holes(.cutout(size: 2, count: 5))
    #expect(five.allSatisfy { (1...20).contains($0) } && five.contains(20))
    #expect(try holes(.cutout(size: 100)).allSatisfy { $0 == 784 })
  }
}
