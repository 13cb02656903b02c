extension Figure {
  /// The numbers that the figure shows as JSON: title, summary and tables of columns and rows.
  ///
  /// Numbers have the digits that bring back the same bits; one that is not finite is `null`.
  ///
  /// ```json
  /// {"title":"Loss","summary":"…","tables":[
  /// {"name":"training","columns":["epoch","loss"],"rows":[[1,1.9],[2,0.7],[3,0.3]]}]}
  /// ```
  public func json() throws(FigureError) -> String {
    try check()
    let tables = tables.map { table in
      let columns = table.columns.map(FigureText.json).joined(separator: ",")
      let rows = table.rows.map { "[" + $0.map(FigureText.json).joined(separator: ",") + "]" }
      return "{\"name\":\(FigureText.json(table.name)),\"columns\":[\(columns)],"
        + "\"rows\":[\(rows.joined(separator: ","))]}"
    }
    return "{\"title\":\(FigureText.json(title)),\"summary\":\(FigureText.json(summary)),"
      + "\"tables\":[\n\(tables.joined(separator: ",\n"))]}\n"
  }

  /// The numbers that the figure shows as one CSV table (RFC 4180): the first column names the
  /// series or part, the others are the columns of all of them, empty where one has no such.
  public func csv() throws(FigureError) -> String {
    try check()
    var columns: [String] = []
    for table in tables {
      for column in table.columns where !columns.contains(column) { columns.append(column) }
    }
    var lines = [(["series"] + columns).map(FigureText.csv).joined(separator: ",")]
    for table in tables {
      let places = columns.map { table.columns.firstIndex(of: $0) }
      let name = FigureText.csv(table.name)
      for row in table.rows {
        let cells = places.map { place in place.map { FigureText.csv(row[$0]) } ?? "" }
        lines.append(([name] + cells).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }
}

/// Cells as the text of the two formats.
enum FigureText {
  static func json(_ cell: FigureTable.Cell) -> String {
    switch cell {
    case .number(let value): value.isFinite ? number(value) : "null"
    case .text(let text): json(text)
    }
  }

  static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      // A page may hold the text within a script, which `</script>` would end.
      case "<": result += "\\u003c"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static func csv(_ cell: FigureTable.Cell) -> String {
    switch cell {
    case .number(let value): number(value)
    case .text(let text): csv(text)
    }
  }

  static func csv(_ text: String) -> String {
    let special: Set<Unicode.Scalar> = ["\"", ",", "\r", "\n"]
    guard text.unicodeScalars.contains(where: special.contains) || text.hasPrefix(" ") else {
      return text
    }
    // By scalars: with a mark that combines with it a quotation mark is another character.
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { result += "\"" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }

  /// The shortest digits that bring back the same bits; whole numbers without a point.
  static func number(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(whole) < 1 << 53, !(whole == 0 && value.sign == .minus)
    {
      return String(whole)
    }
    return "\(value)"
  }
}
