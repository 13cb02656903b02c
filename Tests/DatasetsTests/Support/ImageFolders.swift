import Arrays
import Formats
import TestSupport

/// Writes PNG images of one size, `CLASS/0.png` and so on below `place`; the pixels of a class's
/// images differ by their number.
func writeImages(
  _ folder: TemporaryFolder, _ place: String, classes: [String], count: Int,
  size: (height: Int, width: Int) = (4, 5), channels: Int = 3
) throws {
  for (label, name) in classes.enumerated() {
    _ = try folder.folder("\(place)/\(name)")
    for number in 0..<count {
      let pixels = (0..<(channels * size.height * size.width)).map {
        UInt8(truncatingIfNeeded: 100 * label + 7 * number + $0 * 3)
      }
      try folder.write(
        "\(place)/\(name)/\(number).png",
        PNG.encode(NDArray(pixels, shape: [channels, size.height, size.width])))
    }
  }
}

/// The bytes of a JPEG file of `Tests/References/images.py`.
func jpeg(_ name: String) throws -> [UInt8] {
  try References("images").tensor(name + "/file").elements(as: UInt8.self)
}
