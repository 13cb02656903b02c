import Arrays

/// Numbers in comma-separated values (RFC 4180), with a header row and a column of labels where
/// wanted.
///
/// ```swift
/// let table = try CSV.read(path, CSVOptions(labels: .classes(.name("species"))))
/// ```
public enum CSV {
  /// Reads a file, plain or compressed by gzip. A UTF-8 byte order mark and empty lines at the end
  /// are ignored, spaces around unquoted fields too.
  /// - Parameters:
  ///   - path: The file.
  ///   - options: How it is to be understood.
  ///   - maximum: The most bytes of text; by default half of the memory limit.
  /// - Throws: `FormatError` with line and column (the field's number in its row) where a field is
  ///   no finite number, a row has more or fewer fields than the first, quotation marks do not
  ///   match, a label is unknown, or there are no rows; also where the file cannot be read.
  public static func read(
    _ path: String, _ options: CSVOptions = CSVOptions(), maximum: Int? = nil
  ) throws(FormatError) -> CSVTable {
    var bytes = try Files.read(path, maximum: maximum)
    if Gzip.isGzip(bytes) {
      bytes = try Gzip.decompress(bytes, maximum: maximum ?? Files.defaultMaximum, file: path)
    }
    return try decode(bytes, options, file: path)
  }

  /// The table that CSV text holds.
  /// - Parameters:
  ///   - bytes: UTF-8, not compressed.
  ///   - options: How it is to be understood.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError`, as `read` does.
  public static func decode(
    _ bytes: [UInt8], _ options: CSVOptions = CSVOptions(), file: String = "CSV data"
  ) throws(FormatError) -> CSVTable {
    guard options.dtype.isFloatingPoint else {
      throw FormatError(
        .unsupported, file: file, found: "the type \(options.dtype) asked for",
        expected: "float32 or float64")
    }
    let forbidden: [Unicode.Scalar] = ["\"", "\n", "\r", "."]
    guard options.delimiter.isASCII, !forbidden.contains(options.delimiter),
      !("0"..."9").contains(options.delimiter)
    else {
      throw FormatError(
        .unsupported, file: file,
        found: "the delimiter \(Excerpt.quoted(String(Character(options.delimiter))))",
        expected: "an ASCII character such as a comma, a semicolon or a tab")
    }
    return try bytes.withUnsafeBufferPointer { (bytes) throws(FormatError) in
      var reader = try CSVReader(bytes, options, file: file)
      return options.dtype == .float64
        ? try reader.table(of: Double.self) : try reader.table(of: Float.self)
    }
  }
}
