import Labs
import Testing
import Training

@Suite struct FramedDigitsTests {
  @Test func frames() throws {
    let plain = try FramedDigits(seed: 3)
    let framed = try FramedDigits(margin: 2, scale: 3, seed: 3)
    #expect(plain.side == 8 && framed.side == 28)
    #expect(framed.train.shape == [plain.train.shape[0], 1, 28, 28])
    let (small, large) = (plain.test.doubles, framed.test.doubles)
    for (row, column) in [(0, 0), (1, 2), (5, 17), (14, 15), (25, 26), (27, 27)] {
      let isInside = (2..<26).contains(row) && (2..<26).contains(column)
      let expected = isInside ? small[8 * ((row - 2) / 3) + (column - 2) / 3] : 0
      #expect(large[28 * row + column] == expected)
    }
  }

  @Test func partsAreDisjointAndWhole() throws {
    let digits = try FramedDigits(trainShare: 0.2, seed: 1)
    let count = digits.train.shape[0] + digits.test.shape[0]
    #expect(count == Digits.all.count)
    #expect(abs(digits.train.shape[0] - count / 5) <= 10)
    #expect(digits.trainLabels.elementCount == digits.train.shape[0])
  }

  @Test func moves() {
    let image = NDArray.range(12, dtype: .float32).reshaped([1, 1, 3, 4])
    #expect(
      FramedDigits.moved(image, by: 1).doubles == [0, 0, 1, 2, 0, 4, 5, 6, 0, 8, 9, 10])
    #expect(
      FramedDigits.moved(image, by: -2).doubles == [2, 3, 0, 0, 6, 7, 0, 0, 10, 11, 0, 0])
    #expect(
      FramedDigits.moved(image, by: 1, downwards: -1).doubles
        == [0, 4, 5, 6, 0, 8, 9, 10, 0, 0, 0, 0])
    #expect(FramedDigits.moved(image, by: 0).doubles == image.doubles)
  }

  /// Nothing is lost within the margin, and every distance occurs.
  @Test func scatters() throws {
    let digits = try FramedDigits(margin: 1, seed: 0)
    let images = digits.test
    let scattered = FramedDigits.scattered(images, by: 1, seed: 5)
    let sums = [images, scattered].map { $0.sum(axes: [1, 2, 3]).doubles }
    #expect(sums[0] == sums[1])
    let found = scattered.doubles
    let (count, size) = (images.shape[0], digits.side * digits.side)
    let places = (-1...1).flatMap { x in (-1...1).map { y in (x, y) } }
    let counts = places.map { x, y in
      let moved = FramedDigits.moved(images, by: x, downwards: y).doubles
      return (0..<count).count { image in
        (size * image..<size * (image + 1)).allSatisfy { moved[$0] == found[$0] }
      }
    }
    #expect(counts.reduce(0, +) == count)
    #expect(counts.allSatisfy { $0 > count / 9 / 2 && $0 < count / 9 * 2 })
  }
}
