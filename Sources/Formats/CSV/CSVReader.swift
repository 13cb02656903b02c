import Arrays

/// Reads one table: first the header and the columns, then the rows.
struct CSVReader {
  private var scanner: CSVScanner
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private let options: CSVOptions
  /// Fields a row.
  private let columns: Int
  /// The line that says how many there are.
  private let firstLine: Int
  /// Names of all columns; nil without a header.
  private let header: [String]?
  private let labelIndex: Int?

  /// Reads the first row, decides whether it is a header and finds the label column.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, _ options: CSVOptions, file: String
  ) throws(FormatError) {
    self.bytes = bytes
    self.file = file
    self.options = options
    let start = try Self.textStart(bytes, file: file)
    scanner = CSVScanner(
      bytes, from: start, file: file, delimiter: UInt8(options.delimiter.value),
      maximumFieldBytes: options.maximumFieldBytes)
    let beginning = scanner
    var row: [CSVScanner.Field] = []
    while let field = try scanner.next() {
      row.append(field)
      if row.count > options.maximumColumns {
        throw FormatError(
          .tooLarge, file: file, place: "line \(field.line)",
          found: "more than \(Excerpt.count(options.maximumColumns, "field"))",
          expected: "at most \(options.maximumColumns)")
      }
      if field.endsRow { break }
    }
    guard let first = row.first else {
      throw FormatError(
        .malformed, file: file, found: "no rows", expected: "at least one row of numbers")
    }
    if first.isBlankLine {
      throw FormatError(
        .malformed, file: file, place: "line \(first.line)", found: "an empty line",
        expected: "a row")
    }
    columns = row.count
    firstLine = first.line
    if Self.isHeader(row, scanner, options) {
      var names: [String] = []
      for field in row { names.append(try scanner.text(field)) }
      header = names
    } else {
      header = nil
      scanner = beginning
    }
    labelIndex = try Self.labelIndex(
      options.labelColumn, header: header, columns: columns, file: file, line: firstLine)
    if columns == 1 && labelIndex != nil {
      throw FormatError(
        .malformed, file: file, place: "line \(firstLine)", found: "the label column alone",
        expected: "at least one column of features beside it")
    }
  }

  private static func textStart(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String
  ) throws(FormatError) -> Int {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw FormatError(
        .unsupported, file: file, place: "byte 0", found: "the byte order mark of UTF-16",
        expected: "text in UTF-8")
    }
    return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Whether the row names the columns: none of its fields is a number, finite or not.
  private static func isHeader(
    _ row: [CSVScanner.Field], _ scanner: CSVScanner, _ options: CSVOptions
  ) -> Bool {
    switch options.header {
    case .present: return true
    case .absent: return false
    case .detect:
      return row.allSatisfy { field in
        let text = scanner.trimmed(field)
        return DecimalNumber.parse(text) == nil && !isSpecial(text)
      }
    }
  }

  private static func labelIndex(
    _ column: CSVOptions.Column?, header: [String]?, columns: Int, file: String, line: Int
  ) throws(FormatError) -> Int? {
    switch column {
    case nil: return nil
    case .index(let index):
      guard index < columns, index >= -columns else {
        throw FormatError(
          .missing, file: file, place: "line \(line)",
          found: "\(Excerpt.count(columns, "column")), none of them number \(index)",
          expected: "a label column from \(-columns) to \(columns - 1)")
      }
      return index < 0 ? index + columns : index
    case .name(let name):
      guard let header else {
        throw FormatError(
          .missing, file: file, place: "line \(line)", found: "no header row",
          expected: "one that names the label column \(Excerpt.quoted(name))")
      }
      let places = header.indices.filter { header[$0] == name }
      guard places.count == 1 else {
        let some = header.prefix(8).map { Excerpt.quoted($0) }.joined(separator: ", ")
        throw FormatError(
          .missing, file: file, place: "line \(line)",
          found: "\(places.isEmpty ? "no column" : "\(places.count) columns") "
            + "\(Excerpt.quoted(name))",
          expected: places.isEmpty
            ? "one of \(some)\(header.count > 8 ? ", …" : "")" : "one, to take as label")
      }
      return places[0]
    }
  }

  // MARK: Rows

  /// Reads the rows.
  mutating func table<Scalar: BinaryFloatingPoint & ArrayElement>(
    of type: Scalar.Type
  ) throws(FormatError) -> CSVTable {
    let featureCount = columns - (labelIndex == nil ? 0 : 1)
    let most = largestRowCount
    let features = try NDArray.content(
      of: file, place: "", sizes: [most, featureCount], dtype: Scalar.dtype)
    var labels = CSVLabels(options, capacity: labelIndex == nil ? 0 : most)
    var rows = 0
    try features.withContentBytes { (content) throws(FormatError) in
      let target = content.bindMemory(to: Scalar.self)
      while let first = try scanner.next() {
        if first.isBlankLine {
          try requireOnlyBlankLines(after: first)
          break
        }
        guard rows < most else { throw scanner.error(first, "one row more", "\(most) rows") }
        var next = rows * featureCount
        try readRow(first, labels: &labels) { value in
          target[next] = value
          next += 1
        }
        rows += 1
      }
    }
    guard rows > 0 else {
      throw FormatError(
        .malformed, file: file, found: header == nil ? "no rows" : "a header and no rows",
        expected: "at least one row of numbers")
    }
    var names = header ?? []
    if let labelIndex, header != nil { names.remove(at: labelIndex) }
    let (labelArray, classes) = try labels.finish(
      dtype: Scalar.dtype, scanner: scanner, mayHaveHeader: header == nil)
    return CSVTable(
      features: NDArray(
        storage: features.storage, shape: [rows, featureCount], dtype: Scalar.dtype),
      names: names, labels: labelIndex == nil ? nil : labelArray, classes: classes)
  }

  /// No more rows than lines, and none without a byte and a delimiter a field: what is allocated
  /// stays in proportion to the file.
  private var largestRowCount: Int {
    let rest = bytes[scanner.place...]
    let lines = rest.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    return min(lines, rest.count / (2 * columns) + 1)
  }

  @inline(__always)
  private mutating func readRow<Scalar: BinaryFloatingPoint>(
    _ first: CSVScanner.Field, labels: inout CSVLabels, store: (Scalar) -> Void
  ) throws(FormatError) {
    var field = first
    while true {
      if field.column > columns { throw try ragged(field) }
      if field.column - 1 == labelIndex {
        try labels.append(field, scanner)
      } else {
        store(try Self.number(field, scanner))
      }
      if field.endsRow { break }
      guard let next = try scanner.next() else { break }
      field = next
    }
    if field.column < columns { throw try ragged(field) }
  }

  /// The error of a row with more or fewer fields than the first.
  private mutating func ragged(_ reached: CSVScanner.Field) throws(FormatError) -> FormatError {
    var last = reached
    while !last.endsRow, let next = try scanner.next() { last = next }
    return FormatError(
      .malformed, file: file, place: "line \(reached.line)",
      found: Excerpt.count(last.column, "field"),
      expected: "\(columns), as in line \(firstLine)")
  }

  private mutating func requireOnlyBlankLines(after blank: CSVScanner.Field) throws(FormatError) {
    while let field = try scanner.next() {
      if !field.isBlankLine {
        throw FormatError(
          .malformed, file: file, place: "line \(blank.line)", found: "an empty line",
          expected: "a row, or nothing more")
      }
    }
  }

  // MARK: Numbers

  /// The finite number that a field holds.
  @inline(__always)
  static func number<Scalar: BinaryFloatingPoint>(
    _ field: CSVScanner.Field, _ scanner: CSVScanner
  ) throws(FormatError) -> Scalar {
    let text = scanner.trimmed(field)
    if let value = DecimalNumber.parse(text) {
      let scalar = Scalar(value)
      if scalar.isFinite { return scalar }
    }
    throw scanner.error(
      field, text.isEmpty ? "an empty field" : Excerpt.quoted(text), "a finite number")
  }

  /// Whether the text is one of the usual spellings of NaN or an infinity.
  static func isSpecial(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if text.count > 9 { return false }
    var lowered = text.map { $0 | 0x20 }
    if text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") { lowered.removeFirst() }
    return ["nan", "inf", "infinity"].contains(String(decoding: lowered, as: UTF8.self))
  }
}
