import Arrays
import CDigits

/// The UCI optical digits, part of the executable: 1,797 images of digits written by 13 people,
/// 8 × 8 pixels from 0 (background) to 16 (ink).
///
/// Source: Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits. UCI Machine
/// Learning Repository. https://doi.org/10.24432/C50P49. Licence: CC BY 4.0. This is the data set's
/// test part, as distributed with scikit-learn.
public enum Digits {
  /// The value of full ink.
  public static let maximumValue = 16.0

  /// All samples in the order of the source: inputs `[1797, 1, 8, 8]` uint8.
  public static var all: Dataset {
    let count = gradus_digits_count()
    let samples = UnsafeBufferPointer(start: gradus_digits_data(), count: count * 65)
    var pixels = [UInt8]()
    pixels.reserveCapacity(count * 64)
    var labels = [Int32]()
    labels.reserveCapacity(count)
    for sample in 0..<count {
      pixels.append(contentsOf: samples[(sample * 65)..<(sample * 65 + 64)])
      labels.append(Int32(samples[sample * 65 + 64]))
    }
    return Dataset(
      checked: "digits", inputs: NDArray(pixels, shape: [count, 1, 8, 8]), labels: NDArray(labels),
      classNames: (0...9).map(String.init), maximumValue: maximumValue)
  }

  /// The samples in three fixed parts, in the proportion 70 : 10 : 20 of each class (the split of
  /// seed 0): 1,258 to train, 180 to validate, 359 to test.
  public static var splits: DatasetSplits {
    do {
      return try all.splits(seed: 0)
    } catch {
      fatalError("digits: \(error)")
    }
  }
}
