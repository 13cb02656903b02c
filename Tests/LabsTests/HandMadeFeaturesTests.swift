import Labs
import Testing

@Suite struct HandMadeFeaturesTests {
  /// An image with ink where the condition holds.
  private func image(_ isInk: (_ row: Int, _ column: Int) -> Bool) -> [Double] {
    (0..<64).map { isInk($0 / 8, $0 % 8) ? 1 : 0 }
  }

  @Test func zones() {
    let features = HandMadeFeatures.zones(image { row, column in row < 2 && column < 3 })
    #expect(features == [1, 0.5] + [Double](repeating: 0, count: 14))
    let last = HandMadeFeatures.zones(image { row, column in row == 7 && column == 7 })
    #expect(last == [Double](repeating: 0, count: 15) + [0.25])
  }

  @Test func projections() {
    let features = HandMadeFeatures.projections(image { row, column in row == 2 && column >= 4 })
    #expect(Array(features[..<8]) == [0, 0, 0.5, 0, 0, 0, 0, 0])
    #expect(Array(features[8...]) == [0, 0, 0, 0, 0.125, 0.125, 0.125, 0.125])
  }

  /// Ink of the right half begins along the image's middle: from the columns 3 and 4, that is from
  /// the quarters on either side, it changes to the right by ½ in each of 4 rows. At the image's
  /// border it ends: to the left. Above and below it ends, too.
  @Test func gradientHistograms() {
    let features = HandMadeFeatures.gradientHistograms(image { _, column in column >= 4 })
    let quarter = { (index: Int) in Array(features[8 * index..<8 * index + 8]) }
    // Top left: column 3 alone sees ink, in the rows 0 to 3, to the right.
    #expect(quarter(0) == [2, 0, 0, 0, 0, 0, 0, 0])
    // Bottom left: the same, as nothing of it touches the ink above or below.
    #expect(quarter(2) == [2, 0, 0, 0, 0, 0, 0, 0])
    // Top right, rows 1 to 3: column 4 to the right (3 · ½), column 7 to the left (3 · ½).
    // Row 0: ink begins downwards; at column 4 to the right as well (45°, √½), at column 7 to the
    // left as well (135°, √½), between straight down (90°, 2 · ½).
    let half = 0.5.squareRoot()
    let expected = [1.5, half, 1, half, 1.5, 0, 0, 0]
    for (value, wanted) in zip(quarter(1), expected) { #expect(abs(value - wanted) < 1e-12) }
    // Bottom right: the mirror image, upwards.
    let below = [1.5, 0, 0, 0, 1.5, half, 1, half]
    for (value, wanted) in zip(quarter(3), below) { #expect(abs(value - wanted) < 1e-12) }
  }
}
