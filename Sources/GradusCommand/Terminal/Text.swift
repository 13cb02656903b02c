import Foundation

/// Numbers as text in fixed columns.
enum Text {
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    value.isFinite ? String(format: "%.\(decimals)f", value) : "\(value)"
  }

  static func percent(_ share: Double) -> String { fixed(100 * share, 2) + " %" }

  static func left(_ text: String, _ width: Int) -> String {
    text.count >= width ? text : text + String(repeating: " ", count: width - text.count)
  }

  static func right(_ value: some CustomStringConvertible, _ width: Int) -> String {
    let text = value.description
    return text.count >= width ? text : String(repeating: " ", count: width - text.count) + text
  }

  /// A whole number with thousands apart.
  static func grouped(_ value: Int) -> String {
    var result = ""
    for (index, digit) in String(abs(value)).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return (value < 0 ? "-" : "") + String(result.reversed())
  }

  /// Rows in columns as wide as their widest cell; numbers (columns in `right`) to the right.
  static func table(_ header: [String], _ rows: [[String]], right: Set<Int> = []) -> String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var text = cells.enumerated().map { column, cell in
        right.contains(column) ? self.right(cell, widths[column]) : left(cell, widths[column])
      }.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }
    return
      ([line(header), widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")]
      + rows.map(line)).joined(separator: "\n")
  }
}
