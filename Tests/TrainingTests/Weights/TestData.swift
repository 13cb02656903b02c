import Formats
import Foundation
import TestSupport
import Training

/// Data that the repository does not hold, in the folder GRADUS_TEST_DATA.
enum TestData {
  private static let environment = ProcessInfo.processInfo.environment
  static let folder = environment["GRADUS_TEST_DATA"]
  static let isVerifying = environment["GRADUS_VERIFY"] == "1"
  /// Why a test is left out.
  static let advice: String =
    "set GRADUS_VERIFY=1, and GRADUS_TEST_DATA to a folder with weights/ and cifar10/"

  static func path(_ name: String) -> String { (folder ?? "") + "/" + name }

  /// Images of CIFAR-10 in its binary format: a byte of label, then 3 × 32 × 32 of pixels.
  static func cifar(_ name: String) throws -> Dataset {
    let bytes = try Gzip.decompress(
      try Files.read(path("cifar10/" + name), maximum: 1 << 28), maximum: 1 << 28)
    let count = bytes.count / 3073
    var (pixels, labels): ([UInt8], [Int32]) = ([], [])
    for start in stride(from: 0, to: count * 3073, by: 3073) {
      labels.append(Int32(bytes[start]))
      pixels += bytes[(start + 1)..<(start + 3073)]
    }
    return try Dataset(
      name: "cifar10", inputs: NDArray(pixels, shape: [count, 3, 32, 32]),
      labels: NDArray(labels),
      classNames: [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
      ])
  }
}
