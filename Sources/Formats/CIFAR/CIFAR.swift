import Arrays

/// The binary version of CIFAR-10: records of one byte for the class and 3,072 for the picture, the
/// red plane, then the green and the blue, each 32 rows of 32 pixels.
///
/// Source: A. Krizhevsky, "The CIFAR-10 dataset", https://www.cs.toronto.edu/~kriz/cifar.html,
/// "Binary version".
public enum CIFAR {
  /// The number of classes.
  public static let classCount = 10
  /// Bytes of one record.
  public static let recordByteCount = 1 + 3 * 32 * 32

  /// Reads a file, plain or compressed by gzip (told by its first bytes, not by its name).
  /// - Parameters:
  ///   - path: The file.
  ///   - maximum: The most bytes of records that are read; by default half of the memory limit.
  /// - Returns: Images `uint8` [N, 3, 32, 32] and labels `int32` [N] from 0 to 9.
  /// - Throws: `FormatError` where the file cannot be read, holds no records or a part of one, has a
  ///   label above 9, or where memory would not do.
  public static func read(
    _ path: String, maximum: Int? = nil
  ) throws(FormatError) -> (images: NDArray, labels: NDArray) {
    try decode(Files.read(path, maximum: maximum), file: path, maximum: maximum)
  }

  /// The records that the bytes of a file hold, plain or compressed by gzip, as `read` gives them.
  /// - Parameters:
  ///   - bytes: The content of the file.
  ///   - file: The name that errors give.
  ///   - maximum: The most bytes of records; by default half of the memory limit.
  /// - Throws: `FormatError`, as `read` does.
  public static func decode(
    _ bytes: [UInt8], file: String = "CIFAR data", maximum: Int? = nil
  ) throws(FormatError) -> (images: NDArray, labels: NDArray) {
    let isPacked = Gzip.isGzip(bytes)
    let records =
      isPacked
      ? try Gzip.decompress(bytes, maximum: maximum ?? Files.defaultMaximum, file: file) : bytes
    let (count, rest) = records.count.quotientAndRemainder(dividingBy: recordByteCount)
    guard count > 0, rest == 0 else {
      throw FormatError(
        .malformed, file: file,
        found: Excerpt.bytes(records.count) + (isPacked ? " when decompressed" : ""),
        expected: "records of \(recordByteCount) bytes each, at least one")
    }
    let place = "byte 0"
    let images = try NDArray.content(
      of: file, place: place, sizes: [count, 3, 32, 32], dtype: .uint8)
    let labels = try NDArray.content(of: file, place: place, sizes: [count], dtype: .int32)
    try records.withUnsafeBufferPointer { (records) throws(FormatError) in
      try images.withContentBytes { (images) throws(FormatError) in
        try labels.withContentBytes { (labels) throws(FormatError) in
          let labels = labels.bindMemory(to: Int32.self)
          for record in 0..<count {
            let start = record * recordByteCount
            let label = records[start]
            guard label < classCount else {
              throw FormatError(
                .malformed, file: file, place: "record \(record + 1), byte \(start)",
                found: "the label \(label)", expected: "0 to \(classCount - 1)")
            }
            labels[record] = Int32(label)
            let pixels = UnsafeMutableRawBufferPointer(
              rebasing: images[(record * (recordByteCount - 1))...])
            pixels.copyBytes(from: records[(start + 1)..<(start + recordByteCount)])
          }
        }
      }
    }
    return (images, labels)
  }

  /// The bytes of a plain file.
  /// - Parameters:
  ///   - images: `uint8` [N, 3, 32, 32].
  ///   - labels: `int32` [N], each from 0 to 9.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError` for other types, shapes or labels.
  public static func encode(
    images: NDArray, labels: NDArray, file: String = "CIFAR data"
  ) throws(FormatError) -> [UInt8] {
    func unsupported(_ found: String, _ expected: String) -> FormatError {
      FormatError(.unsupported, file: file, found: found, expected: expected)
    }
    guard images.dtype == .uint8, images.rank == 4, Array(images.shape.dropFirst()) == [3, 32, 32]
    else {
      throw unsupported("images of \(images.dtype) \(images.shape)", "uint8 [N, 3, 32, 32]")
    }
    guard labels.dtype == .int32, labels.rank == 1, labels.shape[0] == images.shape[0] else {
      throw unsupported(
        "labels of \(labels.dtype) \(labels.shape)", "int32 [\(images.shape[0])], one an image")
    }
    let classes = labels.elements(as: Int32.self)
    if let wrong = classes.first(where: { !(0..<Int32(classCount)).contains($0) }) {
      throw unsupported("the label \(wrong)", "0 to \(classCount - 1)")
    }
    return images.withRowMajorBytes { pixels in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(classes.count * recordByteCount)
      for (record, label) in classes.enumerated() {
        bytes.append(UInt8(label))
        bytes.append(
          contentsOf: pixels[(record * (recordByteCount - 1))...].prefix(recordByteCount - 1))
      }
      return bytes
    }
  }
}
