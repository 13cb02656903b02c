extension NDArray {
  /// An array from the bytes of its elements in row-major order, as this machine stores numbers.
  ///
  /// Takes Foundation's `Data`, `[UInt8]`, raw buffers and slices of them; the bytes are copied and
  /// need no alignment.
  ///
  /// - Parameters:
  ///   - bytes: As many as `shape` has elements, times the bytes of one.
  ///   - shape: Sizes along each axis; `Shape(exactly:)` checks sizes from outside.
  ///   - dtype: The type that the bytes are of.
  /// - Throws: `ArrayConversionError` for another number of bytes, and for a bool that is neither 0
  ///   nor 1.
  public init<Bytes: Collection>(
    bytes: Bytes, shape: Shape, dtype: DType
  ) throws(ArrayConversionError) where Bytes.Element == UInt8 {
    let expected = shape.checkedElementCount?.multipliedReportingOverflow(by: dtype.byteCount)
    guard let expected, !expected.overflow, expected.partialValue == bytes.count else {
      let size =
        expected.map { $0.overflow ? "more than memory can address" : "\($0.partialValue)" }
        ?? "more than memory can address"
      throw ArrayConversionError(
        place: "bytes", found: "\(bytes.count)", expected: "\(size) for shape \(shape) of \(dtype)")
    }
    if dtype == .bool, let (place, byte) = bytes.enumerated().first(where: { $0.element > 1 }) {
      throw ArrayConversionError(
        place: "byte \(place)", found: "\(byte)", expected: "0 or 1 for a bool")
    }
    self.init(uninitialized: shape, dtype: dtype)
    UnsafeMutableRawBufferPointer(start: storage.pointer, count: bytes.count)
      .copyBytes(from: bytes)
  }

  /// An array of a buffer's elements in row-major order, copied.
  /// - Precondition: as many elements as the shape has.
  public init<Element: ArrayElement>(_ buffer: UnsafeBufferPointer<Element>, shape: Shape) {
    guard buffer.count == shape.elementCount else {
      fatalError("NDArray: a buffer of \(buffer.count) elements for shape \(shape)")
    }
    self.init(uninitialized: shape, dtype: Element.dtype)
    UnsafeMutableRawBufferPointer(start: storage.pointer, count: elementCount * dtype.byteCount)
      .copyMemory(from: UnsafeRawBufferPointer(buffer))
  }

  /// Calls `body` with the bytes of the elements in row-major order, valid during the call.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let ordered = rowMajor()
    defer { withExtendedLifetime(ordered.storage) {} }
    return try body(
      UnsafeRawBufferPointer(
        start: ordered.storage.pointer, count: elementCount * dtype.byteCount))
  }

  /// Calls `body` with the bytes of the elements in row-major order, to be changed in place;
  /// storage shared with other arrays is copied first.
  /// - Precondition: the bytes of a bool are 0 or 1 after the call.
  public mutating func withMutableBytes<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try body(
      UnsafeMutableRawBufferPointer(
        start: storage.pointer, count: elementCount * dtype.byteCount))
  }

  /// The bytes of the elements in row-major order.
  public var bytes: [UInt8] { withBytes { Array($0) } }

  /// Copies the elements in row-major order into a buffer.
  /// - Precondition: `Element` is the array's own type, and the buffer has as many elements.
  public func copyElements<Element: ArrayElement>(to buffer: UnsafeMutableBufferPointer<Element>) {
    guard buffer.count == elementCount else {
      fatalError("NDArray: shape \(shape) copied to a buffer of \(buffer.count) elements")
    }
    withElements(as: Element.self) { _ = buffer.update(from: $0) }
  }

  /// Copies the bytes of the elements in row-major order into a buffer.
  /// - Precondition: the buffer has as many bytes.
  public func copyBytes(to buffer: UnsafeMutableRawBufferPointer) {
    withBytes { source in
      guard buffer.count == source.count else {
        fatalError(
          "NDArray: shape \(shape) of \(dtype), \(source.count) bytes, copied to a buffer of "
            + "\(buffer.count)")
      }
      buffer.copyMemory(from: source)
    }
  }
}

extension Shape {
  /// A shape of sizes from outside: nil for more than eight, a negative one, and sizes whose
  /// product overflows.
  public init?(exactly sizes: some Collection<Int>) {
    guard sizes.count <= Self.maximumRank, sizes.allSatisfy({ $0 >= 0 }) else { return nil }
    self.init(sizes)
    if checkedElementCount == nil { return nil }
  }
}
