import Arrays
import Datasets
import Formats
import Testing

@Suite struct ImagePreparationTests {
  private func preparation(
    _ shape: Shape, maximum: Double = 255, border: Double = 0
  ) throws -> InputPreparation {
    let channels = shape[0]
    return try InputPreparation(
      sampleShape: shape, maximumValue: maximum, mean: [Double](repeating: 0, count: channels),
      standardDeviation: [Double](repeating: 1, count: channels), borderLevel: border)
  }

  private func gray(_ rows: [[UInt8]]) -> NDArray {
    NDArray(rows.flatMap { $0 }, shape: [1, rows.count, rows[0].count])
  }

  private func isClose(_ a: NDArray, _ b: [Double]) -> Bool {
    a.elementCount == b.count && zip(a.doubles, b).allSatisfy { abs($0 - $1) < 1e-4 }
  }

  @Test func unchangedAtItsOwnSize() throws {
    let picture = gray([[0, 0, 0], [0, 255, 51], [0, 0, 0]])
    let result = try ImagePreparation(for: preparation([1, 3, 3], maximum: 10)).prepare(picture)
    #expect(isClose(result.image, [0, 0, 0, 0, 10, 2, 0, 0, 0]))
    #expect(result.image.shape == [1, 1, 3, 3])
    #expect(result.notes.isEmpty && !result.isInverted)
  }

  @Test func smallerByArea() throws {
    // 4 × 4 to 2 × 2: means of four; 3 × 3 to 2 × 2: weights that fall from the new pixel's centre,
    // 2 : 1 here, rounded along rows, then along columns.
    let even = gray([[10, 20, 0, 0], [30, 40, 0, 0], [0, 0, 0, 4], [0, 0, 4, 8]])
    let half = try ImagePreparation(for: preparation([1, 2, 2])).prepare(even)
    #expect(isClose(half.image, [25, 0, 0, 4]))
    #expect(half.notes == ["scaled from 4 × 4 to 2 × 2 pixels"])
    let odd = gray([[90, 0, 0], [0, 36, 0], [0, 0, 0]])
    let part = try ImagePreparation(for: preparation([1, 2, 2])).prepare(odd)
    #expect(isClose(part.image, [40, 5, 5, 5]))
  }

  @Test func largerByInterpolation() throws {
    let result = try ImagePreparation(for: preparation([1, 4, 4])).prepare(
      gray([[0, 80], [0, 80]]))
    #expect(
      isClose(
        result.image,
        [Double](repeating: 0, count: 4).indices.flatMap { _ in
          [0, 20, 60, 80]
        }))
  }

  @Test func shapeIsKept() throws {
    // Twice as wide as high: fills the width, and the rest is background.
    let wide = gray([[40, 40, 40, 40], [40, 40, 40, 40]])
    let dark = try ImagePreparation(for: preparation([1, 4, 4])).prepare(wide)
    let zeros = [Double](repeating: 0, count: 4)
    let forties = [Double](repeating: 40, count: 4)
    #expect(isClose(dark.image, zeros + forties + forties + zeros))
    #expect(dark.notes == ["put in the middle of 4 × 4 pixels"])
    let light = try ImagePreparation(for: preparation([1, 4, 4], border: 0.9), inversion: .never)
      .prepare(wide)
    #expect(light.image.floats[0] == 255)
    let line = try ImagePreparation(for: preparation([1, 4, 4])).prepare(
      NDArray([UInt8](repeating: 8, count: 1000), shape: [1, 1000, 1]))
    #expect(line.scaledHeight == 4 && line.scaledWidth == 1)
    #expect(isClose(line.image, [0, 8, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0]))
  }

  /// As `ImageFolder` brings photographs to one size.
  @Test func colorsFill() throws {
    let planes = (0..<3).flatMap { channel in
      [0, 10, 20, 30, 0, 10, 20, 30].map { UInt8($0 + channel) }
    }
    let wide = NDArray(planes, shape: [3, 2, 4])
    let result = try ImagePreparation(for: preparation([3, 2, 2])).prepare(wide)
    #expect(
      isClose(result.image, (0..<3).flatMap { c in [10, 20, 10, 20].map { Double($0 + c) } }))
    #expect(result.notes == ["scaled from 4 × 2 to 2 × 2 pixels", "cut to the middle"])
  }

  /// A picture goes the way that the images of a folder go, whatever its border: to the same numbers.
  @Test(arguments: [1, 3]) func asInAFolder(channels: Int) throws {
    let folder = try TemporaryFolder()
    try writeImages(
      folder, "train", classes: ["a", "b"], count: 10, size: (4, 4), channels: channels)
    let sizes = [(4, 4), (7, 5), (3, 9)]
    for (number, (height, width)) in sizes.enumerated() {
      _ = try folder.folder("test/a")
      let pixels = (0..<(channels * height * width)).map { UInt8(255 - $0 % 40) }
      let picture = NDArray(pixels, shape: [channels, height, width])
      try folder.write("test/a/\(number).png", PNG.encode(picture))
    }
    let splits = try DataCatalog.splits(
      folder.path, images: ImageOptions(size: .init(height: 4, width: 4)))
    let fitted = try InputPreparation(fitting: splits.train)
    let images = try ImagePreparation(forFilesLike: fitted)
    #expect(splits.test.count == 3)
    for number in sizes.indices {
      let sample = try splits.test.read([number]).inputs
      let found = try images.read(folder("test/a/\(number).png"))
      #expect(found.image.floats == sample.floats, "\(number)")
      #expect(!found.isInverted && found.isCut == (number > 0))
      #expect(
        try fitted.prepared(found.image, for: [channels, 6, 6]).floats
          == fitted.prepared(sample, for: [channels, 6, 6]).floats)
    }
  }

  @Test func lightBackground() throws {
    let ink = gray([[255, 255, 255], [255, 0, 255], [255, 255, 255]])
    let dark = try preparation([1, 3, 3])
    let result = try ImagePreparation(for: dark).prepare(ink)
    #expect(result.isInverted && result.borderLevel == 1)
    #expect(isClose(result.image, [0, 0, 0, 0, 255, 0, 0, 0, 0]))
    #expect(result.notes == ["light and dark exchanged (the border is 100% white)"])
    #expect(try !ImagePreparation(for: dark, inversion: .never).prepare(ink).isInverted)
    let light = try preparation([1, 3, 3], border: 0.8)
    #expect(try !ImagePreparation(for: light).prepare(ink).isInverted)
    #expect(try ImagePreparation(for: light, inversion: .always).prepare(ink).isInverted)
    // Colour pictures have no ink.
    let white = NDArray([UInt8](repeating: 255, count: 12), shape: [3, 2, 2])
    #expect(try !ImagePreparation(for: preparation([3, 2, 2])).prepare(white).isInverted)
  }

  @Test func aDigitFromAFile() throws {
    let folder = try TemporaryFolder()
    let fitted = try InputPreparation(fitting: Digits.splits.train)
    #expect(fitted.borderLevel.map { $0 < 0.2 } == true)
    let digit = try Digits.splits.test.prefix(1)
    let pixels = digit.inputs.elements(as: UInt8.self)
    for (enlarging, isDark) in [(1, true), (1, false), (25, true), (25, false)] {
      let size = 8 * enlarging
      var picture = [UInt8](repeating: 0, count: size * size)
      for row in 0..<size {
        for column in 0..<size {
          let ink = UInt8(Int(pixels[row / enlarging * 8 + column / enlarging]) * 255 / 16)
          picture[row * size + column] = isDark ? ink : 255 - ink
        }
      }
      let path = folder("digit.png")
      try PNG.write(NDArray(picture, shape: [size, size]), to: path)
      let result = try ImagePreparation(for: fitted).read(path)
      #expect(result.isInverted == !isDark)
      // One step of 255 is a sixteenth of one of 16.
      #expect(
        zip(result.image.floats, pixels).allSatisfy { abs($0 - Float($1)) < 0.07 })
      let x = try fitted.prepared(result.image, for: [1, 32, 32])
      #expect(x.shape == [1, 1, 32, 32])
    }
  }

  @Test func wrongFiles() throws {
    let folder = try TemporaryFolder()
    let images = try ImagePreparation(for: preparation([1, 8, 8]))
    #expect(
      message { _ = try images.read(folder("none.png")) }
        == "\(folder("none.png")): found no such file, expected a file")
    let text = try folder.write("text.png", "hello, this is no image at all")
    #expect(message { _ = try images.read(text) }.hasPrefix("\(text): "))
    #expect(
      message { _ = try images.prepare(.zeros([3, 8, 8], dtype: .uint8)) }
        == "image: found an array of uint8 [3, 8, 8], expected uint8 [1, height, width]")
    let features = try InputPreparation(
      sampleShape: [1], maximumValue: 1, mean: [0], standardDeviation: [1])
    #expect(
      message { _ = try ImagePreparation(for: features) }
        == "image: found a model trained on samples of shape [1], expected one trained on images "
        + "of one or three channels")
  }
}
