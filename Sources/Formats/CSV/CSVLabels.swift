import Arrays

/// Collects the label column: values as they are, classes by their text, each text once.
struct CSVLabels {
  private let options: CSVOptions
  private var values: [Double] = []
  /// The class of each row: its index where classes are known before, else a place in `texts`.
  private var rows: [Int32] = []
  /// The different texts in order of appearance, and where each appeared first.
  private var texts: [(text: String, field: CSVScanner.Field)] = []
  private var places: [String: Int32] = [:]
  private let isValues: Bool

  init(_ options: CSVOptions, capacity: Int) {
    self.options = options
    if case .values = options.labels { isValues = true } else { isValues = false }
    if isValues { values.reserveCapacity(capacity) } else { rows.reserveCapacity(capacity) }
    for (index, text) in (options.classes ?? []).enumerated() where places[text] == nil {
      places[text] = Int32(index)
    }
  }

  /// Adds the label of the next row.
  mutating func append(
    _ field: CSVScanner.Field, _ scanner: CSVScanner
  ) throws(FormatError) {
    if isValues {
      values.append(try CSVReader.number(field, scanner))
      return
    }
    let text = try scanner.text(field)
    if let place = places[text] {
      rows.append(place)
      return
    }
    let content = scanner.trimmed(field)
    if content.isEmpty || CSVReader.isSpecial(content) {
      throw scanner.error(
        field, content.isEmpty ? "an empty field" : Excerpt.quoted(text), "a label")
    }
    if let classes = options.classes {
      let some = classes.prefix(8).map { Excerpt.quoted($0) }.joined(separator: ", ")
      throw scanner.error(
        field, Excerpt.quoted(text), "one of the classes \(some)\(classes.count > 8 ? ", …" : "")")
    }
    if texts.count == options.maximumClasses {
      throw FormatError(
        .tooLarge, file: scanner.file, place: "line \(field.line), column \(field.column)",
        found: "one more than \(Excerpt.count(options.maximumClasses, "different label"))",
        expected: "at most so many classes")
    }
    let place = Int32(texts.count)
    texts.append((text, field))
    places[text] = place
    rows.append(place)
  }

  /// The labels of all rows, and the text of each class where the labels are not indices already.
  func finish(
    dtype: DType, scanner: CSVScanner, mayHaveHeader: Bool
  ) throws(FormatError) -> (labels: NDArray, classes: [String]) {
    if isValues {
      return (
        dtype == .float64 ? NDArray(values) : NDArray(values.map { Float($0) }), []
      )
    }
    if let classes = options.classes { return (NDArray(rows), classes) }
    let numbers = texts.map { Self.wholeNumber($0.text) }
    try requireNoHeader(numbers, scanner, mayHaveHeader)
    let known = numbers.compactMap { $0 }
    let isNumeric = known.count == texts.count
    if isNumeric && known.allSatisfy({ $0 >= 0 }) {
      return (NDArray(rows.map { known[Int($0)] }), [])
    }
    let classes: [String]
    let classOf: [Int32]
    if isNumeric {
      let order = Set(known).sorted()
      classes = order.map { String($0) }
      classOf = Self.ranks(of: known, in: order)
    } else {
      let all = texts.map(\.text)
      classes = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      classOf = Self.ranks(of: all, in: classes)
    }
    return (NDArray(rows.map { classOf[Int($0)] }), classes)
  }

  /// The place of each element in a list that has it once.
  private static func ranks<Element: Hashable>(
    of elements: [Element], in order: [Element]
  ) -> [Int32] {
    var places: [Element: Int32] = [:]
    for (place, element) in order.enumerated() { places[element] = Int32(place) }
    return elements.map { places[$0] ?? 0 }
  }

  /// A first row that was taken for data, whose label alone is no whole number, is a header of
  /// numbers such as `0,1,2,label`.
  private func requireNoHeader(
    _ numbers: [Int32?], _ scanner: CSVScanner, _ mayHaveHeader: Bool
  ) throws(FormatError) {
    guard mayHaveHeader, options.header == .detect, numbers.count > 1, numbers[0] == nil,
      !numbers.dropFirst().contains(nil), rows.firstIndex(of: 0) == rows.lastIndex(of: 0)
    else { return }
    throw scanner.error(
      texts[0].field, Excerpt.quoted(texts[0].text),
      "a whole number as in the rows below, or the statement that the first row is a header")
  }

  /// The whole number that a label spells, as `7` or `7.0`.
  private static func wholeNumber(_ text: String) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      DecimalNumber.parse(bytes).flatMap { Int32(exactly: $0) }
    }
  }
}
