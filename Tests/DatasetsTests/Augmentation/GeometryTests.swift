import Arrays
import Datasets
import Foundation
import Testing

/// Where a reference looks for the pixels of a moved, turned or scaled picture: written from the
/// definitions of the changes forwards, inverted by Cramer's rule, in double precision.
private struct Reference {
  /// x ↦ a·x + b·y + e, y ↦ c·x + d·y + f, about the centre, y down.
  var (a, b, c, d, e, f) = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

  mutating func then(_ p: Double, _ q: Double, _ r: Double, _ s: Double, _ t: Double, _ u: Double) {
    (a, b, c, d, e, f) = (
      p * a + q * c, p * b + q * d, r * a + s * c, r * b + s * d, p * e + q * f + t,
      r * e + s * f + u
    )
  }

  init(_ steps: [Augmentation.Step]) {
    for step in steps {
      switch step {
      case .shift(let down, let right):
        then(1, 0, 0, 1, Double(right.lowerBound), Double(down.lowerBound))
      case .rotation(let degrees):
        let angle = degrees.lowerBound * .pi / 180
        then(cos(angle), sin(angle), -sin(angle), cos(angle), 0, 0)
      case .scale(let factor): then(factor.lowerBound, 0, 0, factor.lowerBound, 0, 0)
      case .shear(let degrees): then(1, -tan(degrees.lowerBound * .pi / 180), 0, 1, 0, 0)
      case .flip: then(-1, 0, 0, 1, 0, 0)
      default: break
      }
    }
  }

  func changed(_ picture: Picture, _ border: Augmentation.Border) -> Picture {
    let (right, down) = (Double(picture.width - 1) / 2, Double(picture.height - 1) / 2)
    let determinant = a * d - b * c
    return Picture(like: picture) { channel, row, column in
      let (x, y) = (Double(column) - right - e, Double(row) - down - f)
      let sourceX = (d * x - b * y) / determinant + right
      let sourceY = (a * y - c * x) / determinant + down
      let (left, top) = (sourceX.rounded(.down), sourceY.rounded(.down))
      var sum = 0.0
      for line in [top, top + 1] {
        for place in [left, left + 1] {
          let weight = (1 - abs(sourceX - place)) * (1 - abs(sourceY - line))
          sum += weight * Self.value(picture, border, channel, Int(line), Int(place))
        }
      }
      return sum
    }
  }

  static func value(
    _ picture: Picture, _ border: Augmentation.Border, _ channel: Int, _ row: Int, _ column: Int
  ) -> Double {
    let isInside = (0..<picture.height).contains(row) && (0..<picture.width).contains(column)
    switch border {
    case .level where !isInside: return Pictures.level
    case .zero where !isInside: return 0
    default: return picture[channel, mirrored(row, picture.height), mirrored(column, picture.width)]
    }
  }

  /// Walks back and forth between the outermost pixels.
  private static func mirrored(_ place: Int, _ count: Int) -> Int {
    if count == 1 { return 0 }
    var place = place
    while !(0..<count).contains(place) { place = place < 0 ? -place : 2 * (count - 1) - place }
    return place
  }
}

@Suite("Geometric augmentation") struct GeometryTests {
  private static let kinds = [
    Pictures(), Pictures(channels: 3), Pictures(isBytes: true),
    Pictures(channels: 3, height: 7, width: 7, isBytes: true),
  ]

  /// numpy.rot90: pixel (i, j) comes from (j, N − 1 − i).
  @Test("right angles permute the pixels, bit for bit", arguments: 0..<4)
  func rightAngles(_ kind: Int) throws {
    let pictures = Self.kinds[kind]
    let last = pictures.width - 1
    for (before, once) in zip(
      try pictures.originals, try pictures.changed([.rotation(degrees: 90...90)]))
    {
      #expect(once == Picture(like: before) { before[$0, $2, last - $1] })
    }
    for (before, twice) in zip(
      try pictures.originals, try pictures.changed([.rotation(degrees: -180...(-180))]))
    {
      #expect(twice == Picture(like: before) { before[$0, last - $1, last - $2] })
    }
    for (before, thrice) in zip(
      try pictures.originals, try pictures.changed([.rotation(degrees: 270...270)]))
    {
      #expect(thrice == Picture(like: before) { before[$0, last - $2, $1] })
    }
    #expect(try pictures.changed([.rotation(degrees: 360...360)]) == pictures.originals)
    // Composed with others, four quarters are none.
    #expect(
      try pictures.changed([
        .rotation(degrees: 90...90), .scale(factor: 1...1), .rotation(degrees: 270...270),
      ]) == pictures.originals)
  }

  @Test("whole pixels are slices, bit for bit", arguments: Augmentation.Border.allCases)
  func wholePixels(_ border: Augmentation.Border) throws {
    for var pictures in Self.kinds {
      pictures.height = 6
      let originals = try pictures.originals
      // Beyond the image too, where nothing of it is seen but by reflection.
      for (down, right) in [(1, 0), (0, -2), (3, 2), (-5, 7), (6, -8), (-20, 30)] {
        let shifted = try pictures.changed(
          [.shift(down: down...down, right: right...right)], border: border)
        for (before, after) in zip(originals, shifted) {
          #expect(
            after
              == Picture(like: before) {
                Reference.value(before, border, $0, $1 - down, $2 - right)
              }, "\(down) down, \(right) to the right")
        }
        let flipped = try pictures.changed(
          [.flip(probability: 1), .shift(down: down...down, right: right...right)], border: border)
        for (before, after) in zip(originals, flipped) {
          #expect(
            after
              == Picture(like: before) {
                Reference.value(before, border, $0, $1 - down, before.width - 1 - ($2 - right))
              })
        }
      }
    }
  }

  @Test("flipped twice is as before")
  func flippedTwice() throws {
    for pictures in Self.kinds {
      let originals = try pictures.originals
      let flip = Augmentation.Step.flip(probability: 1)
      let once = try pictures.changed([flip])
      for (before, after) in zip(originals, once) {
        #expect(after == Picture(like: before) { before[$0, $1, before.width - 1 - $2] })
      }
      #expect(try pictures.changed([flip, flip]) == originals)
      // Two resamplings, since another step stands between.
      #expect(try pictures.changed([flip, .brightness(factor: 1...1), flip]) == originals)
      #expect(try pictures.changed([.flip(probability: 0)]) == originals)
    }
  }

  static let mixtures: [[Augmentation.Step]] = [
    [.rotation(degrees: 33...33)], [.rotation(degrees: -100...(-100))], [.scale(factor: 1.5...1.5)],
    [.scale(factor: 0.4...0.4)], [.shear(degrees: 20...20)], [.shear(degrees: -45...(-45))],
    [.shift(down: 2...2, right: -1...(-1)), .rotation(degrees: 12...12)],
    [.rotation(degrees: 12...12), .shift(down: 2...2, right: -1...(-1))],
    [
      .flip(probability: 1), .rotation(degrees: 25...25), .scale(factor: 0.8...0.8),
      .shear(degrees: 10...10), .shift(down: -1...(-1), right: 3...3),
    ],
  ]

  /// Places are float32 of up to some tens of pixels, exact to 4e-6, and values change by at most 1
  /// from a pixel to the next.
  @Test("equals plain bilinear interpolation", arguments: mixtures)
  func bilinear(_ steps: [Augmentation.Step]) throws {
    for border in Augmentation.Border.allCases {
      for pictures in Self.kinds + [
        Pictures(channels: 2, height: 5, width: 11), Pictures(height: 1, width: 6),
        Pictures(height: 1, width: 1),
      ] {
        let reference = Reference(steps)
        for (before, after) in zip(
          try pictures.originals, try pictures.changed(steps, border: border))
        {
          #expect(after.distance(to: reference.changed(before, border)) < 3e-5)
        }
      }
    }
  }

  /// Forty times a tenth is less than float32 has, so that places are infinite or none at all.
  @Test("sizes beyond all numbers leave what is seen beyond the image")
  func extremes() throws {
    let steps = [Augmentation.Step](repeating: .scale(factor: 0.1...0.1), count: 40)
    for pictures in Self.kinds {
      for picture in try pictures.changed([.rotation(degrees: 10...10)] + steps) {
        #expect(picture.values.allSatisfy { $0 == Pictures.level })
      }
      for picture in try pictures.changed([.rotation(degrees: 10...10)] + steps, border: .reflect) {
        #expect(picture.values.allSatisfy { (0...1).contains($0) })
      }
    }
  }

  @Test("bytes and numbers of the same values give the same bits")
  func types() throws {
    for steps in Self.mixtures {
      #expect(try Pictures(isBytes: true).changed(steps) == Pictures().changed(steps))
    }
  }

  @Test("crops are slices of the padded image, at every place")
  func crops() throws {
    let pictures = Pictures(count: 200)
    var places = Set<SIMD2<Int>>()
    for (before, after) in zip(
      try pictures.originals, try pictures.changed([.crop(padding: 2)], border: .zero))
    {
      let matches = (0..<25).map { SIMD2($0 / 5 - 2, $0 % 5 - 2) }.filter { offset in
        after
          == Picture(like: before) {
            Reference.value(before, .zero, $0, $1 + offset.x, $2 + offset.y)
          }
      }
      #expect(matches.count == 1)
      places.formUnion(matches)
    }
    #expect(places.count == 25)
  }

  /// On a slope a new pixel is the place that it comes from, so that differences between
  /// neighbours near the middle are the inverse map.
  @Test("what is drawn is within the range and fills it")
  func ranges() throws {
    let (count, size) = (150, 21)
    let values = (0..<count).flatMap { _ in
      (0..<2).flatMap { channel in
        (0..<(size * size)).map { Float(channel == 0 ? $0 % size : $0 / size) }
      }
    }
    let slopes = try Dataset(
      name: "slopes", inputs: NDArray(values, shape: [count, 2, size, size]),
      labels: NDArray([Int32](repeating: 0, count: count)), classNames: ["any"])
    let preparation = try InputPreparation(
      sampleShape: [2, size, size], maximumValue: 1, mean: [0, 0], standardDeviation: [1, 1])
    /// The derivatives (∂x/∂column, ∂x/∂row, ∂y/∂column, ∂y/∂row) and the place of the centre.
    func maps(_ step: Augmentation.Step) throws -> [[Double]] {
      try inputs(slopes, preparation, [2, size, size], Augmentation([step])).map { values in
        func at(_ channel: Int, _ row: Int, _ column: Int) -> Double {
          Double(values[(channel * size + 10 + row) * size + 10 + column])
        }
        return [0, 1].flatMap {
          [(at($0, 0, 1) - at($0, 0, -1)) / 2, (at($0, 1, 0) - at($0, -1, 0)) / 2]
        }
          + [at(0, 0, 0) - 10, at(1, 0, 0) - 10]
      }
    }
    func check(_ found: [Double], _ range: ClosedRange<Double>, _ name: Comment) {
      let width = range.upperBound - range.lowerBound
      let (least, most) = (found.min() ?? .nan, found.max() ?? .nan)
      #expect(least >= range.lowerBound - 1e-3 && most <= range.upperBound + 1e-3, name)
      // Of 150 numbers none in the first or last tenth would come once in 7 million.
      #expect(least < range.lowerBound + 0.1 * width && most > range.upperBound - 0.1 * width, name)
    }
    let turned = try maps(.rotation(degrees: -20...40))
    // Back from an anticlockwise turn: x = cos·x′ − sin·y′.
    check(turned.map { atan2(-$0[1], $0[0]) * 180 / .pi }, -20...40, "rotation")
    check(try maps(.scale(factor: 0.8...1.25)).map { 1 / $0[0] }, 0.8...1.25, "scale, across")
    check(try maps(.scale(factor: 0.8...1.25)).map { 1 / $0[3] }, 0.8...1.25, "scale, down")
    check(try maps(.shear(degrees: -10...30)).map { atan($0[1]) * 180 / .pi }, -10...30, "shear")
    let shifted = try maps(.shift(down: -3...1, right: 0...4))
    #expect(Set(shifted.map { -$0[5] }) == [-3, -2, -1, 0, 1])
    #expect(Set(shifted.map { -$0[4] }) == [0, 1, 2, 3, 4])
    let flips = try maps(.flip(probability: 0.25)).filter { $0[0] < 0 }.count
    #expect((20...57).contains(flips))  // 37.5 ± 3.6 deviations of 5.3
  }
}
