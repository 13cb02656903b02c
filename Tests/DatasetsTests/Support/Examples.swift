import Arrays
import Datasets

/// A data set of images `[count, channels, height, width]` whose values are 0, 1, 2, … and whose
/// labels go round the classes.
func countingImages(
  _ count: Int, channels: Int = 1, height: Int = 2, width: Int = 3, classes: Int = 2
) throws -> Dataset {
  let elements = count * channels * height * width
  return try Dataset(
    name: "counting",
    inputs: NDArray(
      (0..<elements).map { UInt8($0 % 256) }, shape: [count, channels, height, width]),
    labels: NDArray((0..<count).map { Int32($0 % classes) }),
    classNames: (0..<classes).map { "class \($0)" })
}

/// The error's text, or why there is none.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

/// The preparation of the digits.
let digitsPreparation: InputPreparation = {
  do {
    return try InputPreparation(fitting: Digits.splits.train)
  } catch {
    fatalError("digits: \(error)")
  }
}()
