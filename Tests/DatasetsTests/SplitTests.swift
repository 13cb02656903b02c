import Arrays
import Datasets
import Testing

@Suite struct SplitTests {
  @Test(arguments: [
    [0.7, 0.1, 0.2], [0.5, 0.5], [1], [0, 1], [0.9, 0.1], [0.3, 0.3, 0.4],
  ])
  func everyClassAlike(_ fractions: [Double]) throws {
    let counts = [178, 0, 10, 1, 3, 37]
    let labels = NDArray(
      counts.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1) })
    let parts = try stratifiedSplit(labels: labels, fractions: fractions, seed: 5)
    #expect(parts.count == fractions.count)
    #expect(parts.flatMap { $0 }.sorted() == Array(0..<229))
    let classes = labels.integers
    for (part, fraction) in zip(parts, fractions) {
      #expect(part == part.sorted())
      #expect(abs(Double(part.count) - 229 * fraction) < 2)
      for (label, count) in counts.enumerated() {
        let found = part.count { classes[$0] == label }
        #expect(abs(Double(found) - Double(count) * fraction) < 1)
      }
    }
  }

  @Test func wholeSharesAreExact() throws {
    let labels = NDArray((0..<100).map { Int32($0 % 10) })
    let parts = try stratifiedSplit(labels: labels, fractions: [0.7, 0.1, 0.2], seed: 0)
    #expect(parts.map(\.count) == [70, 10, 20])
  }

  @Test func seedDecides() throws {
    let labels = NDArray((0..<60).map { Int32($0 % 3) })
    func split(_ seed: UInt64) throws -> [[Int]] {
      try stratifiedSplit(labels: labels, fractions: [0.5, 0.5], seed: seed)
    }
    #expect(try split(1) == split(1))
    #expect(try split(1) != split(2))
  }

  @Test(arguments: [[0.5, 0.4], [1.5, -0.5], [], [.nan, 1]])
  func wrongFractions(_ fractions: [Double]) {
    let labels = NDArray([Int32(0), 1])
    #expect(
      message { _ = try stratifiedSplit(labels: labels, fractions: fractions, seed: 0) }
        == "split: found fractions \(fractions), expected none negative and a sum of 1")
  }

  @Test func tooFewSamples() throws {
    let dataset = try countingImages(2)
    #expect(
      message { _ = try dataset.splits() }
        == "counting: found 2 samples, of which part 2 of 3 would get none, expected enough "
        + "samples for every part of the split")
  }
}

@Suite struct DigitsTests {
  @Test func sameAsTheSource() {
    let digits = Digits.all
    #expect(digits.count == 1797)
    #expect(digits.inputs.shape == [1797, 1, 8, 8])
    #expect(digits.inputs.dtype == .uint8)
    #expect(digits.maximumValue == 16)
    #expect(digits.classNames == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
    #expect(digits.classCounts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    let pixels = digits.inputs.elements(as: UInt8.self)
    #expect(pixels.max() == 16)
    // The first image, and the sum of all, as scikit-learn's load_digits gives them.
    #expect(
      Array(pixels[..<24])
        == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0])
    #expect(pixels[..<64].reduce(0) { $0 + Int($1) } == 294)
    #expect(pixels.reduce(0) { $0 + Int($1) } == 561_718)
    #expect(Array(digits.labels.integers[..<10]) == Array(0...9))
  }

  @Test func splitIsFixedAndStratified() throws {
    let splits = Digits.splits
    #expect([splits.train, splits.validation, splits.test].map(\.count) == [1258, 180, 359])
    for (part, fraction) in [(splits.train, 0.7), (splits.validation, 0.1), (splits.test, 0.2)] {
      for (found, count) in zip(part.classCounts, Digits.all.classCounts) {
        #expect(abs(Double(found) - fraction * Double(count)) < 1)
      }
    }
    // A checksum of which samples these are, so that no change of the split goes unnoticed.
    let parts = try stratifiedSplit(
      labels: Digits.all.labels, fractions: [0.7, 0.1, 0.2], seed: 0)
    #expect(parts.flatMap { $0 }.sorted() == Array(0..<1797))
    #expect(try Digits.all.subset(parts[2]).inputs.integers == splits.test.inputs.integers)
    #expect(Array(parts[2].prefix(5)) == [0, 13, 20, 28, 34])
  }
}
