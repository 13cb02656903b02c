import Training

/// Handwritten digits as labs take them.
package struct LabDigits: Sendable {
  /// Images `[N, 1, 8, 8]` in float32, from 0 (background) to 1 (ink).
  package let images: NDArray
  /// The digits, `[N]` of int32.
  package let labels: NDArray

  private init(_ dataset: Dataset) {
    images = dataset.inputs.cast(to: .float32) / dataset.maximumValue
    labels = dataset.labels
  }

  /// How many there are.
  package var count: Int { labels.elementCount }

  /// The images as rows of 64 numbers.
  package var rows: NDArray { images.reshaped([count, 64]) }

  /// All digits at random in parts, each class alike.
  /// - Throws: `DatasetError` for fractions that are none.
  package static func parts(_ fractions: [Double], seed: UInt64) throws -> [LabDigits] {
    try Digits.all.split(fractions: fractions, seed: seed).map(LabDigits.init)
  }
}
