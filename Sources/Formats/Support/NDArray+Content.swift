import Arrays

extension NDArray {
  /// A row-major array with undefined content for what a file says it holds; nothing is allocated
  /// before the sizes are known to be possible.
  /// - Throws: `FormatError` for more than eight axes, a negative size, sizes whose product
  ///   overflows, or more memory than the pool's limit leaves.
  static func content(
    of file: String, place: String, sizes: [Int], dtype: DType
  ) throws(FormatError) -> NDArray {
    let byteCount = try requireContent(of: file, place: place, sizes: sizes, dtype: dtype)
    do {
      return NDArray(
        storage: try Storage(byteCount: byteCount, for: file), shape: Shape(sizes), dtype: dtype)
    } catch {
      throw outOfMemory(file, place: place, byteCount: byteCount, error)
    }
  }

  /// Checks that an array of these sizes is possible, and returns the bytes that its elements take.
  @discardableResult
  static func requireContent(
    of file: String, place: String, sizes: [Int], dtype: DType
  ) throws(FormatError) -> Int {
    guard sizes.count <= Shape.maximumRank else {
      throw FormatError(
        .unsupported, file: file, place: place, found: "\(sizes.count) axes",
        expected: "at most \(Shape.maximumRank)")
    }
    guard let count = product(of: sizes), let bytes = product(of: [count, dtype.byteCount]) else {
      throw FormatError(
        .malformed, file: file, place: place, found: "sizes \(sizes)",
        expected: "sizes whose product is a number of bytes that memory can address")
    }
    try requireMemory(of: file, place: place, byteCount: bytes)
    return bytes
  }

  /// Checks that the pool has room for an array of so many bytes, its rounding up (a quarter at
  /// most) included.
  static func requireMemory(
    of file: String, place: String, byteCount: Int
  ) throws(FormatError) {
    let rounded = byteCount.addingReportingOverflow(byteCount / 4 + 64)
    do throws(OutOfMemoryError) {
      try MemoryPool.shared.require(
        byteCount: rounded.overflow ? Int.max : rounded.partialValue, for: file)
    } catch {
      throw outOfMemory(file, place: place, byteCount: byteCount, error)
    }
  }

  private static func outOfMemory(
    _ file: String, place: String, byteCount: Int, _ error: OutOfMemoryError
  ) -> FormatError {
    FormatError(
      .outOfMemory, file: file, place: place,
      found: "content that needs \(Excerpt.bytes(byteCount))",
      expected: "at most what is left of the memory limit of \(error.limit) bytes, of which "
        + "\(error.inUse) are in use")
  }

  /// The product of sizes, or nil where one is negative or the product of those that are not 0
  /// overflows.
  static func product(of sizes: [Int]) -> Int? {
    var result = 1
    var isEmpty = false
    for size in sizes {
      if size < 0 { return nil }
      if size == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = result.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      result = product
    }
    return isEmpty ? 0 : result
  }

  /// Calls `body` with the bytes of this array, which the caller has just made and alone refers to.
  func withContentBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(
      UnsafeMutableRawBufferPointer(
        start: storage.pointer, count: elementCount * dtype.byteCount))
  }

  /// Calls `body` with the bytes of the elements in row-major order.
  func withRowMajorBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let ordered = rowMajor()
    defer { withExtendedLifetime(ordered.storage) {} }
    return try body(
      UnsafeRawBufferPointer(
        start: ordered.storage.pointer, count: elementCount * dtype.byteCount))
  }
}
