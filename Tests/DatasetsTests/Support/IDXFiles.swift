import Arrays
import Formats

/// Writes the four files of a small data set as MNIST names them: `train` samples and 4 to test,
/// of 2 × 3 pixels, labels 0 and 1 in turn.
/// - Parameters:
///   - dotted: A dot before `idx` rather than a hyphen.
///   - compressed: By gzip.
func writeIDXFolder(
  _ folder: TemporaryFolder, _ name: String = "set", train: Int = 20, dotted: Bool = false,
  compressed: Bool = false
) throws -> String {
  let path = try folder.folder(name)
  for (stem, count) in [("train", train), ("t10k", 4)] {
    let images = NDArray(
      (0..<(count * 6)).map { UInt8($0 % 251) }, shape: [count, 2, 3])
    let labels = NDArray((0..<count).map { UInt8($0 % 2) })
    for (kind, array, rank) in [("images", images, 3), ("labels", labels, 1)] {
      var bytes = try IDX.encode(array)
      if compressed { bytes = try Gzip.compress(bytes) }
      let file = "\(stem)-\(kind)\(dotted ? "." : "-")idx\(rank)-ubyte\(compressed ? ".gz" : "")"
      try folder.write("\(name)/\(file)", bytes)
    }
  }
  return path
}

/// Records of CIFAR-10 whose classes go round, each of one level.
func cifarRecords(_ count: Int, level: (Int) -> Int) -> [UInt8] {
  var bytes: [UInt8] = []
  for record in 0..<count {
    bytes.append(UInt8(record % 10))
    bytes += [UInt8](repeating: UInt8(level(record)), count: 3072)
  }
  return bytes
}
