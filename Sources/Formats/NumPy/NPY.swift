import Arrays

/// NumPy's format of one array: a header that is a Python literal, then the elements.
///
/// Source: NumPy, "numpy.lib.format", versions 1.0 and 2.0 of the format.
public enum NPY {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads an array from a file.
  /// - Throws: `FormatError` where the file cannot be read, is larger than `Files.defaultMaximum` or
  ///   is not what `decode` takes.
  public static func read(_ path: String) throws(FormatError) -> NDArray {
    try decode(Files.read(path), file: path)
  }

  /// An array from the content of a file, in any of the types that arrays have; big-endian numbers
  /// and Fortran's order too. `float16` stays as it is.
  /// - Parameters:
  ///   - bytes: All of the file.
  ///   - file: The name that errors give.
  ///   - place: The place that errors give, such as the name within an archive.
  /// - Throws: `FormatError` for a wrong header, a type that arrays have not, and more or fewer
  ///   bytes than the header promises.
  public static func decode(
    _ bytes: [UInt8], file: String = "npy data", place: String = ""
  ) throws(FormatError) -> NDArray {
    func fail(_ kind: FormatError.Kind, _ found: String, _ expected: String) -> FormatError {
      FormatError(kind, file: file, place: place, found: found, expected: expected)
    }
    guard bytes.count >= 10, bytes.starts(with: magic) else {
      throw fail(.malformed, "no \"\\x93NUMPY\" at the start", "a file in NumPy's npy format")
    }
    let version = bytes[6]
    let wide = version >= 2
    guard (1...3).contains(version), !wide || bytes.count >= 12 else {
      throw fail(.unsupported, "version \(version)", "version 1, 2 or 3")
    }
    let lengthBytes = bytes[8..<(wide ? 12 : 10)]
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = lengthBytes.endIndex
    guard length <= bytes.count - start else {
      throw fail(.malformed, "a header of \(length) bytes", "at most \(bytes.count - start)")
    }
    let header = try NPYHeader(
      bytes[start..<(start + length)], file: file, place: place)
    let data = bytes[(start + length)...]
    let width = header.dtype.byteCount
    guard header.sizes.count <= Shape.maximumRank,
      NDArray.product(of: header.sizes + [width]) == data.count
    else {
      throw fail(
        .malformed, "\(Excerpt.bytes(data.count)) of data",
        "as much as shape \(header.sizes.prefix(10)) of \(header.dtype) has, of at most "
          + "\(Shape.maximumRank) axes")
    }
    let array = try NDArray.content(
      of: file, place: place, sizes: header.sizes, dtype: header.dtype)
    try array.withContentBytes { (target) throws(FormatError) in
      data.withUnsafeBytes { target.copyMemory(from: $0) }
      if header.isBigEndian && width > 1 {
        for element in stride(from: 0, to: target.count, by: width) {
          for byte in 0..<(width / 2) {
            target.swapAt(element + byte, element + width - 1 - byte)
          }
        }
      }
      if header.dtype == .bool, let index = target.firstIndex(where: { $0 > 1 }) {
        throw fail(.malformed, "the byte \(target[index]) as a bool", "0 or 1")
      }
    }
    guard header.isFortran, array.rank > 1 else { return array }
    // The first axis varies fastest: row-major in the reversed shape.
    return array.reshaped(Shape(header.sizes.reversed()))
      .permuted(Array((0..<array.rank).reversed())).rowMajor()
  }

  /// The content of a file, in version 1.0 of the format, as `numpy.save` writes it.
  public static func encode(_ array: NDArray) -> [UInt8] {
    let sizes = array.shape.map { "\($0)" }.joined(separator: ", ")
    let shape = array.rank == 1 ? "(\(sizes),)" : "(\(sizes))"
    var header = Array(
      "{'descr': '\(NPYHeader.code(of: array.dtype))', 'fortran_order': False, 'shape': \(shape), }"
        .utf8)
    // The elements begin at a multiple of 64.
    while (magic.count + 4 + header.count + 1) % 64 != 0 { header.append(UInt8(ascii: " ")) }
    header.append(UInt8(ascii: "\n"))
    var bytes = magic + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header
    array.withRowMajorBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Writes an array; the file is there whole or not at all.
  /// - Throws: `FormatError` where it cannot be written.
  public static func write(_ array: NDArray, to path: String) throws(FormatError) {
    try AtomicFile.write(encode(array), to: path)
  }
}
