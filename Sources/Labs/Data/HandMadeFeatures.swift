import Foundation

/// What people computed from images of characters before networks learned it.
package enum HandMadeFeatures {
  /// The mean ink of each zone of 2 × 2 pixels, 16 numbers from an image of 8 × 8.
  package static func zones(_ image: [Double]) -> [Double] {
    (0..<16).map { zone in
      let (row, column) = (zone / 4 * 2, zone % 4 * 2)
      let places = [(0, 0), (0, 1), (1, 0), (1, 1)]
      return places.reduce(0) { $0 + image[8 * (row + $1.0) + column + $1.1] } / 4
    }
  }

  /// The mean ink of each row and of each column, 16 numbers.
  package static func projections(_ image: [Double]) -> [Double] {
    let rows = (0..<8).map { row in (0..<8).reduce(0) { $0 + image[8 * row + $1] } / 8 }
    let columns = (0..<8).map { column in (0..<8).reduce(0) { $0 + image[8 * $1 + column] } / 8 }
    return rows + columns
  }

  /// In each quarter of the image how much ink changes in each of 8 directions, 32 numbers.
  ///
  /// The change at a pixel is half the difference of its neighbours on either side; beyond the
  /// border there is no ink. A change counts for the nearest of the directions 0°, 45°, 90°, ….
  ///
  /// - Source: after Dalal and Triggs 2005, "Histograms of Oriented Gradients for Human Detection".
  package static func gradientHistograms(_ image: [Double]) -> [Double] {
    func ink(_ row: Int, _ column: Int) -> Double {
      (0..<8).contains(row) && (0..<8).contains(column) ? image[8 * row + column] : 0
    }
    var bins = [Double](repeating: 0, count: 32)
    for row in 0..<8 {
      for column in 0..<8 {
        let across = (ink(row, column + 1) - ink(row, column - 1)) / 2
        let down = (ink(row + 1, column) - ink(row - 1, column)) / 2
        let angle = atan2(down, across)
        let turns = (angle < 0 ? angle + 2 * .pi : angle) / (2 * .pi)
        let quarter = row / 4 * 2 + column / 4
        bins[8 * quarter + Int((turns * 8).rounded()) % 8] += hypot(across, down)
      }
    }
    return bins
  }
}
