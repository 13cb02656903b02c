import Arrays

/// The IDX format of the MNIST files: two zero bytes, a type, the number of axes, each axis's size
/// as four bytes, then the elements; all big-endian.
///
/// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", at the
/// page's end.
public enum IDX {
  /// Reads a file, plain or compressed by gzip (told by its first bytes, not by its name).
  /// - Parameters:
  ///   - path: The file.
  ///   - maximum: The largest file that is read; by default half of the memory limit.
  /// - Returns: `uint8`, `int32`, `float32` or `float64`; 8- and 16-bit signed integers are widened
  ///   to `int32`.
  /// - Throws: `FormatError` where the file cannot be read, its header is not one of IDX, the
  ///   content is shorter or longer than the header says, or memory would not do.
  public static func read(_ path: String, maximum: Int? = nil) throws(FormatError) -> NDArray {
    try checkHeader(path)
    return try decode(Files.read(path, maximum: maximum), file: path)
  }

  /// The sizes and the type of the array that `read` would give, from the file's beginning alone.
  /// - Throws: `FormatError`, as `read` does where the beginning is wrong or memory would not do.
  package static func outline(
    _ path: String
  ) throws(FormatError) -> (sizes: [Int], dtype: DType) {
    let source = try ByteSource(file: path)
    // A name and a comment may stand in a gzip header; what is longer is read by `read` alone.
    var head = try source.bytes(at: 0, count: min(source.byteCount, 1 << 16))
    let isPacked = Gzip.isGzip(head)
    if isPacked { head = try Inflater(head, file: path).next(IDXHeader.longest) }
    let header = try IDXHeader(head, length: isPacked ? nil : source.byteCount, file: path)
    return (header.sizes, header.type.dtype)
  }

  /// Looks at the header before the rest of a plain file is read.
  private static func checkHeader(_ path: String) throws(FormatError) {
    let source = try ByteSource(file: path)
    guard source.byteCount > 0 else { return }
    let head = try source.bytes(at: 0, count: min(source.byteCount, IDXHeader.longest))
    if !Gzip.isGzip(head) { _ = try IDXHeader(head, length: source.byteCount, file: path) }
  }

  /// The array that the bytes of a file hold, plain or compressed by gzip.
  /// - Parameters:
  ///   - bytes: The content of the file.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError`, as `read` does.
  public static func decode(
    _ bytes: [UInt8], file: String = "IDX data"
  ) throws(FormatError) -> NDArray {
    guard Gzip.isGzip(bytes) else {
      let header = try IDXHeader(bytes, length: bytes.count, file: file)
      return try header.array(file: file) { (content) in
        bytes.withUnsafeBytes {
          content.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[header.byteCount...]))
        }
      }
    }
    // The header first: it says how much may come out, so that nothing is inflated in vain.
    let head = try Inflater(bytes, file: file).next(IDXHeader.longest)
    let header = try IDXHeader(head, length: nil, file: file)
    let (most, overflow) = bytes.count.multipliedReportingOverflow(by: Gzip.largestRatio)
    guard overflow || header.fileLength <= most else {
      throw FormatError(
        .malformed, file: file, place: "byte 4",
        found: "sizes \(header.sizes), which need \(header.fileLength) bytes, in "
          + "\(bytes.count) compressed bytes", expected: "sizes that fit the content")
    }
    return try header.array(file: file) { (content) throws(FormatError) in
      let inflater = Inflater(bytes, file: file)
      var count = try inflater.next(header.byteCount).count
      count += try inflater.fill(content)
      // The end is looked for even where all has come: zlib verifies its checksum there.
      count += try inflater.next(2).count
      if count > header.fileLength + 1 {
        throw Gzip.tooLarge(header.fileLength + 1, file: file)
      }
      try header.check(length: count, file: file)
    }
  }

  /// Writes a plain file.
  /// - Throws: `FormatError` for a type or a shape that IDX has not, or where the file cannot be
  ///   written; the file is there whole or not at all.
  public static func write(_ array: NDArray, to path: String) throws(FormatError) {
    try AtomicFile.write(encode(array, file: path), to: path)
  }

  /// The bytes of a plain file.
  /// - Parameters:
  ///   - array: What it holds.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError` for a type other than `uint8`, `int32`, `float32` and `float64`, for a
  ///   scalar and for a size that needs more than four bytes.
  public static func encode(
    _ array: NDArray, file: String = "IDX data"
  ) throws(FormatError) -> [UInt8] {
    guard let type = IDXType(array.dtype) else {
      throw FormatError(
        .unsupported, file: file, found: "an array of \(array.dtype)",
        expected: "uint8, int32, float32 or float64")
    }
    guard array.rank >= 1, array.shape.allSatisfy({ $0 <= Int(UInt32.max) }) else {
      throw FormatError(
        .unsupported, file: file, found: "an array of shape \(array.shape)",
        expected: "one to eight axes, each at most \(UInt32.max)")
    }
    var bytes: [UInt8] = [0, 0, type.rawValue, UInt8(array.rank)]
    for size in array.shape {
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
    }
    array.withRowMajorBytes { content in
      let width = type.byteCount
      bytes.reserveCapacity(bytes.count + content.count)
      if width == 1 {
        bytes.append(contentsOf: content)
        return
      }
      for start in stride(from: 0, to: content.count, by: width) {
        for place in stride(from: start + width - 1, through: start, by: -1) {
          bytes.append(content[place])
        }
      }
    }
    return bytes
  }
}
