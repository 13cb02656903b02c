import Arrays

/// The beginning of an IDX file: type and sizes.
struct IDXHeader {
  /// Bytes of the longest header: eight axes.
  static let longest = 4 + 4 * Shape.maximumRank

  let type: IDXType
  let sizes: [Int]
  /// Bytes of header and elements together.
  let fileLength: Int

  /// Bytes of this header alone.
  var byteCount: Int { 4 + 4 * sizes.count }

  /// Reads a header and checks that memory would do for its array.
  /// - Parameter length: The length of the file, where it is known.
  init(_ bytes: [UInt8], length: Int?, file: String) throws(FormatError) {
    func fail(_ place: Int, _ found: String, _ expected: String) -> FormatError {
      FormatError(
        .malformed, file: file, place: "byte \(place)", found: found, expected: expected)
    }
    guard bytes.count >= 4 else {
      throw fail(bytes.count, "the end of the data", "an IDX header of at least 8 bytes")
    }
    guard bytes[0] == 0, bytes[1] == 0 else {
      throw fail(0, "bytes \(bytes[0]) and \(bytes[1])", "two zero bytes, as IDX files begin")
    }
    guard let type = IDXType(rawValue: bytes[2]) else {
      throw fail(
        2, "type \(bytes[2])",
        "8 (uint8), 9 (int8), 11 (int16), 12 (int32), 13 (float32) or 14 (float64)")
    }
    let rank = Int(bytes[3])
    guard (1...Shape.maximumRank).contains(rank) else {
      throw fail(3, "\(rank) axes", "1 to \(Shape.maximumRank)")
    }
    guard bytes.count >= 4 + 4 * rank else {
      throw fail(bytes.count, "the end of the data", "the sizes of \(rank) axes")
    }
    var sizes: [Int] = []
    for axis in 0..<rank {
      let start = 4 + 4 * axis
      sizes.append(bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) })
    }
    guard let count = NDArray.product(of: sizes + [type.byteCount]),
      case let (fileLength, overflow) = count.addingReportingOverflow(4 + 4 * rank), !overflow
    else {
      throw fail(4, "sizes \(sizes)", "sizes whose product memory can address")
    }
    self.type = type
    self.sizes = sizes
    self.fileLength = fileLength
    if let length { try check(length: length, file: file) }
    try NDArray.requireContent(of: file, place: "byte 4", sizes: sizes, dtype: type.dtype)
  }

  /// Checks that the content is as long as the sizes say.
  func check(length: Int, file: String) throws(FormatError) {
    guard length == fileLength else {
      throw FormatError(
        .malformed, file: file, place: "byte \(min(length, fileLength))",
        found: length < fileLength
          ? "the end of the data" : "\(Excerpt.bytes(length - fileLength)) after the last element",
        expected: "\(Excerpt.bytes(fileLength)) for sizes \(sizes), header included")
    }
  }

  /// The array of the elements that follow this header.
  /// - Parameter fill: Puts the elements' bytes into a buffer of just their length, as they stand in
  ///   the file.
  /// - Throws: `FormatError` where memory has no room, and what `fill` throws.
  func array(
    file: String, fill: (UnsafeMutableRawBufferPointer) throws(FormatError) -> Void
  ) throws(FormatError) -> NDArray {
    let array = try NDArray.content(of: file, place: "byte 4", sizes: sizes, dtype: type.dtype)
    try array.withContentBytes { (target) throws(FormatError) in
      // In the last bytes of the array's memory: what is widened from there to the beginning never
      // overtakes what is still to be read.
      let content = UnsafeMutableRawBufferPointer(
        rebasing: target[(target.count - (fileLength - byteCount))...])
      try fill(content)
      let source = UnsafeRawBufferPointer(content)
      switch type {
      case .uint8: break
      case .int8: widen(source, Int8.self, to: target)
      case .int16: widen(source, Int16.self, to: target)
      case .int32, .float32: swap(source, UInt32.self, to: target)
      case .float64: swap(source, UInt64.self, to: target)
      }
    }
    return array
  }

  private func widen<Narrow: FixedWidthInteger>(
    _ source: UnsafeRawBufferPointer, _: Narrow.Type, to target: UnsafeMutableRawBufferPointer
  ) {
    for index in 0..<(target.count / 4) {
      let narrow = source.loadUnaligned(
        fromByteOffset: index * MemoryLayout<Narrow>.size, as: Narrow.self)
      target.storeBytes(
        of: Int32(Narrow(bigEndian: narrow)), toByteOffset: 4 * index, as: Int32.self)
    }
  }

  private func swap<Bits: FixedWidthInteger>(
    _ source: UnsafeRawBufferPointer, _: Bits.Type, to target: UnsafeMutableRawBufferPointer
  ) {
    for start in stride(from: 0, to: target.count, by: MemoryLayout<Bits>.size) {
      let bits = source.loadUnaligned(fromByteOffset: start, as: Bits.self)
      target.storeBytes(of: Bits(bigEndian: bits), toByteOffset: start, as: Bits.self)
    }
  }
}
