import Arrays
import Datasets
import Foundation
import Testing

@Suite struct InputPreparationTests {
  /// Agreement to float32: one rounding of a number of a few units.
  private func isClose(_ a: [Float], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs(Double($0) - $1) < 1e-6 * max(1, abs($1)) }
  }

  @Test func fittedByHand() throws {
    // Two images of two channels: values 0, 2, 4, 6 in one, all 5 in the other.
    let dataset = try Dataset(
      name: "hand", inputs: NDArray([UInt8]([0, 2, 5, 5, 4, 6, 5, 5]), shape: [2, 2, 1, 2]),
      labels: NDArray([Int32(0), 1]), classNames: ["a", "b"], maximumValue: 10)
    let preparation = try InputPreparation(fitting: dataset)
    #expect(preparation.maximumValue == 10)
    #expect(abs(preparation.mean[0] - 0.3) < 1e-15 && preparation.mean[1] == 0.5)
    // The variance of 0, 2, 4, 6 is 5; a constant channel is only shifted.
    #expect(abs(preparation.standardDeviation[0] - 5.0.squareRoot() / 10) < 1e-15)
    #expect(preparation.standardDeviation[1] == 1)
    #expect(preparation.borderLevel == 0.4)

    let x = try preparation.prepared(dataset.inputs, for: [2, 1, 2])
    #expect(x.shape == [2, 2, 1, 2] && x.dtype == .float32)
    let unit = 1 / 5.0.squareRoot()
    #expect(isClose(x.floats, [-3 * unit, -unit, 0, 0, unit, 3 * unit, 0, 0]))
  }

  /// Sums of squares that 32 bits would not hold, of images of more than 2¹⁶ pixels.
  @Test func largeImages() throws {
    let plane = 300 * 301
    let pixels = (0..<(4 * plane)).map { UInt8($0 % 7 == 0 ? 254 : 255 - $0 / plane % 2 * 5) }
    let preparation = try InputPreparation(
      fitting: Dataset(
        name: "large", inputs: NDArray(pixels, shape: [2, 2, 300, 301]),
        labels: NDArray([Int32(0), 0]), classNames: ["a"]))
    for channel in 0..<2 {
      let levels = [channel, channel + 2].flatMap { pixels[($0 * plane)..<(($0 + 1) * plane)] }
      let values = levels.map { Double($0) / 255 }
      // A sum of 180,600 fractions would be off by more than is allowed here.
      let mean = Double(levels.reduce(0) { $0 + Int($1) }) / 255 / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      // The variance is what is left of a difference of numbers of about 1, so to about 1e-16.
      #expect(abs(preparation.mean[channel] - mean) < 1e-12)
      #expect(abs(preparation.standardDeviation[channel] - variance.squareRoot()) < 1e-10)
    }
  }

  @Test func featuresEachOnTheirOwn() throws {
    // The second feature's values need double precision to be told apart from their mean.
    let dataset = try Dataset(
      name: "features",
      inputs: NDArray([Float(1), 20_000_000, 7, 3, 20_000_002, 7], shape: [2, 3]),
      labels: NDArray([Int32(0), 1]), classNames: ["a", "b"])
    let preparation = try InputPreparation(fitting: dataset)
    #expect(preparation.mean == [2, 20_000_001, 7])
    #expect(preparation.standardDeviation == [1, 1, 1])
    #expect(preparation.borderLevel == nil)
    let x = try preparation.prepared(dataset.inputs, for: [3])
    #expect(x.floats == [-1, -1, 0, 1, 1, 0])
  }

  @Test func enlargedAndPadded() throws {
    let preparation = try InputPreparation(
      sampleShape: [1, 2, 2], maximumValue: 4, mean: [0.5], standardDeviation: [0.25])
    let image = NDArray([UInt8]([1, 2, 3, 4]), shape: [1, 1, 2, 2])
    // x/4 − ½ over ¼: 0 → −2, 1 → −1, 2 → 0, 3 → 1, 4 → 2. Three quarters of 6 rows take a factor
    // of 2; of the padding the smaller part stands before the image. Bilinear: of two neighbours a
    // and b come a, ¾a + ¼b, ¼a + ¾b, b.
    let transform = try preparation.transform(to: [1, 6, 9])
    #expect(transform.factor == 2 && transform.top == 1 && transform.left == 2)
    #expect(transform.changesSize && transform.hasMargin)
    for input in [[1, 2, 2], [3, 2, 2], [4]] as [Shape] {
      #expect(try !preparation.transform(to: input).hasMargin)
    }
    let x = try preparation.prepared(image, for: [1, 6, 9])
    #expect(
      x.floats == [
        -2, -2, -2, -2, -2, -2, -2, -2, -2,
        -2, -2, -1, -0.75, -0.25, 0, -2, -2, -2,
        -2, -2, -0.5, -0.25, 0.25, 0.5, -2, -2, -2,
        -2, -2, 0.5, 0.75, 1.25, 1.5, -2, -2, -2,
        -2, -2, 1, 1.25, 1.75, 2, -2, -2, -2,
        -2, -2, -2, -2, -2, -2, -2, -2, -2,
      ])
    #expect(try preparation.prepared(image, for: [4]).floats == [-1, 0, 1, 2])
    #expect(
      try preparation.prepared(image.cast(to: .float32), for: [1, 6, 9]).floats == x.floats)
    // One channel where the network wants three.
    let colour = try preparation.prepared(image, for: [3, 2, 2])
    #expect(colour.floats == [-1, 0, 1, 2, -1, 0, 1, 2, -1, 0, 1, 2])
  }

  @Test func usualSizes() throws {
    let digits = try InputPreparation(fitting: Digits.splits.train)
    let toLeNet = try digits.transform(to: [1, 32, 32])
    #expect(toLeNet.factor == 3 && toLeNet.top == 4 && toLeNet.left == 4)
    let mnist = try InputPreparation(
      sampleShape: [1, 28, 28], maximumValue: 255, mean: [0.1307], standardDeviation: [0.3081])
    let padded = try mnist.transform(to: [1, 32, 32])
    #expect(padded.factor == 1 && padded.top == 2 && padded.left == 2)
    let x = try digits.prepared(Digits.splits.train.inputs, for: [64])
    #expect(abs(x.doubles.reduce(0, +) / Double(x.elementCount)) < 1e-6)
  }

  private static let misfits: [(Shape, Shape, String)] = [
    (
      [1, 28, 28], [1, 27, 32],
      "input: found samples of shape [1, 28, 28], expected at most 27 × 32 pixels, the model's "
        + "input"
    ),
    (
      [3, 8, 8], [1, 8, 8],
      "input: found samples of shape [3, 8, 8], expected images of 1 channels, as the model's "
        + "input [1, 8, 8] has"
    ),
    (
      [4], [1, 8, 8],
      "input: found samples of shape [4], expected images, which the model takes as [1, 8, 8]"
    ),
    (
      [1, 8, 8], [784],
      "input: found samples of shape [1, 8, 8], expected 784 values, which the model takes"
    ),
    (
      [1, 8, 8], [8, 8],
      "input: found samples of shape [1, 8, 8], expected a shape that a model's input [8, 8] can "
        + "be made from"
    ),
  ]

  @Test(arguments: misfits)
  func misfit(_ sample: Shape, _ input: Shape, _ expected: String) throws {
    let ones = [Double](repeating: 1, count: sample[0])
    let preparation = try InputPreparation(
      sampleShape: sample, maximumValue: 1, mean: ones, standardDeviation: ones)
    #expect(message { _ = try preparation.transform(to: input) } == expected)
  }

  @Test func otherSamples() throws {
    let preparation = try InputPreparation(
      sampleShape: [1, 2, 2], maximumValue: 1, mean: [0], standardDeviation: [1])
    #expect(
      message { _ = try preparation.prepared(.zeros([5, 1, 2, 3]), for: [4]) }
        == "samples: found samples of shape [1, 2, 3], expected [1, 2, 2], as the training samples "
        + "were")
    #expect(
      message { _ = try preparation.prepared(.zeros([5, 1, 2, 2], dtype: .int32), for: [4]) }
        == "samples: found samples of int32, expected uint8 or float32")
  }

  /// What is not in memory is read in parts, by several threads: the numbers are those of one array.
  @Test func fittedInParts() throws {
    let large = try Digits.splits.test.prefix(10).resized(to: [1100, 1000])  // parts of three
    let whole = try large.read(Array(0..<10))
    #expect(!large.isInMemory && whole.isInMemory)
    #expect(try InputPreparation(fitting: large) == InputPreparation(fitting: whole))
  }

  @Test func savedAndReadBack() throws {
    let preparation = try InputPreparation(fitting: Digits.splits.train)
    let data = try JSONEncoder().encode(preparation)
    #expect(try JSONDecoder().decode(InputPreparation.self, from: data) == preparation)
  }

  @Test(arguments: [
    "{}",
    #"{"sampleShape":[-1],"maximumValue":1,"mean":[0],"standardDeviation":[1]}"#,
    #"{"sampleShape":[1,1,1,1,1,1,1,1,1],"maximumValue":1,"mean":[0],"standardDeviation":[1]}"#,
    #"{"sampleShape":[2],"maximumValue":1,"mean":[0],"standardDeviation":[1]}"#,
    #"{"sampleShape":[1],"maximumValue":0,"mean":[0],"standardDeviation":[1]}"#,
    #"{"sampleShape":[1],"maximumValue":1,"mean":[0],"standardDeviation":[0]}"#,
    #"{"sampleShape":[1,4294967296,4294967296],"maximumValue":1,"mean":[0],"#
      + #""standardDeviation":[1]}"#,
  ])
  func damaged(_ json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(InputPreparation.self, from: Data(json.utf8))
    }
  }
}
