import Arrays
import Formats

extension Dataset {
  /// Checks that memory has room for a copy of so many samples; of those that are read as they are
  /// needed only the labels are copied.
  func requireMemory(samples: Int) throws(DatasetError) {
    let labels: (Shape, DType) = ([samples], .int32)
    try Self.requireMemory(
      for: isInMemory
        ? [(Shape([samples] + sampleShape), source.dtype), labels] : [labels], of: name)
  }

  /// Checks that memory has room for arrays of these sizes, the pool's rounding included.
  /// - Throws: `DatasetError` that names the first of them.
  static func requireMemory(
    for arrays: [(shape: Shape, dtype: DType)], of place: String
  ) throws(DatasetError) {
    var needed = 0
    for (shape, dtype) in arrays {
      guard let count = shape.checkedElementCount, count < 1 << 56 else {
        needed = .max
        break
      }
      let (sum, overflow) = needed.addingReportingOverflow(
        MemoryPool.sizeClass(of: count * dtype.byteCount).byteCount)
      needed = overflow ? .max : sum
    }
    do {
      try MemoryPool.shared.require(byteCount: needed, for: place)
    } catch {
      throw DatasetError(
        .tooLarge, at: place,
        found: "samples \(arrays[0].shape) of \(arrays[0].dtype), for which "
          + "\(needed == .max ? "more bytes than can be counted" : "\(needed) bytes") are needed",
        expected: "at most what is left of the memory limit of \(error.limit) bytes, of which "
          + "\(error.inUse) are in use")
    }
  }
}
