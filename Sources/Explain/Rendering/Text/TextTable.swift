import Plots

/// A table in columns of text.
struct TextTable {
  let headings: [String]
  let rows: [[String]]
  /// Columns of numbers, which stand at the right.
  let numeric: Set<Int>

  /// The table in at most `width` columns: as it is, with words wrapped, or a line a cell.
  func lines(width: Int) -> (head: [String], body: [String]) {
    let count = headings.count
    let cells = [headings] + rows
    func widest(_ measure: (String) -> Int) -> [Int] {
      (0..<count).map { column in
        cells.map { column < $0.count ? measure($0[column]) : 0 }.max() ?? 0
      }
    }
    let natural = widest { TerminalText.width($0) }
    let least = widest { min(24, TextWrapping.longestWord($0)) }
    let gaps = 2 * max(0, count - 1)
    guard least.reduce(gaps, +) <= width else { return ([], records(width: width)) }
    var widths = natural
    while widths.reduce(gaps, +) > width {
      // The column that has most to give.
      let column = widths.indices.max { widths[$0] - least[$0] < widths[$1] - least[$1] } ?? 0
      widths[column] -= 1
    }
    func set(_ row: [String]) -> [String] {
      let wrapped = (0..<count).map {
        TextWrapping.lines($0 < row.count ? row[$0] : "", width: max(1, widths[$0]))
      }
      return (0..<(wrapped.map(\.count).max() ?? 0)).map { line in
        TerminalText.trimmed(
          (0..<count).map { column in
            let text = line < wrapped[column].count ? wrapped[column][line] : ""
            return numeric.contains(column)
              ? TerminalText.right(text, widths[column]) : TerminalText.left(text, widths[column])
          }.joined(separator: "  "))
      }
    }
    let rule = String(repeating: "─", count: widths.reduce(gaps, +))
    return (set(headings) + [rule], rows.flatMap(set))
  }

  private func records(width: Int) -> [String] {
    rows.enumerated().flatMap { index, row in
      (index > 0 ? [""] : [])
        + zip(headings, row).flatMap { heading, cell in
          TextWrapping.lines("\(heading): \(cell)", width: width, hanging: 2)
        }
    }
  }
}
