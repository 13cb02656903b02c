extension Chart {
  public func characters(width: Int, color: Bool) -> String {
    characters(width: width, height: 20, color: color)
  }

  /// The chart in characters, without a line break at its end.
  ///
  /// With colour, or with a single series, lines and points are drawn in braille dots; several
  /// series without colour have a mark each.
  ///
  /// - Parameters:
  ///   - width: the most columns that a line may take, at least 24.
  ///   - height: the most lines that the chart may take, at least 8; a long legend adds to it.
  ///   - color: whether to use the terminal's 256 colours.
  public func terminal(width: Int = 80, height: Int, color: Bool) throws(FigureError) -> String {
    try check()
    return characters(width: width, height: height, color: color)
  }

  package func characters(width: Int, height: Int, color: Bool) -> String {
    let width = max(24, width)
    let styles = styles
    let legend =
      terminalLegend(styles.legend, width: width, color: color) + terminalBar(width, color: color)
    let heading = [title, y.title].filter { !$0.isEmpty }.map { TerminalText.cut($0, to: width) }
    let xTitle = x.title
    let rows = max(5, max(8, height) - heading.count - legend.count - 2 - (xTitle.isEmpty ? 0 : 1))
    let (_, y) = scales(xTicks: 1, yTicks: max(2, rows / 3))
    let margin = min(width / 3, y.ticks.labels.map { TerminalText.width($0) }.max() ?? 0)
    let columns = columns(rows: rows, most: width - margin - 2, y: y)
    let (x, _) = scales(xTicks: max(1, columns / 10), yTicks: 1)
    var plane = TerminalPlane(
      x: x, y: y, width: columns, height: rows, color: color,
      seriesCount: Set(styles.marks.flatMap(\.numbers)).count)
    for (mark, style) in zip(marks, styles.marks) { draw(mark, style, on: &plane) }

    var labels = Array(repeating: "", count: rows)
    for (value, label) in zip(y.ticks.values, y.ticks.labels) {
      let row = TerminalPlane.dot(1 - y.fraction(value), of: 4 * rows) / 4
      // Of names that share a row the first is shown.
      if labels.indices.contains(row), labels[row].isEmpty { labels[row] = label }
    }
    var lines = heading
    for row in 0..<rows {
      let axis = labels[row].isEmpty ? " │" : " ┤"
      lines.append(TerminalText.right(labels[row], margin) + axis + plane.line(row))
    }
    lines += xAxis(x, margin: margin, columns: columns)
    if !xTitle.isEmpty {
      let label = TerminalText.cut(xTitle, to: columns)
      let indent = margin + 2 + (columns - TerminalText.width(label)) / 2
      lines.append(String(repeating: " ", count: indent) + label)
    }
    return (lines + legend).joined(separator: "\n")
  }

  /// The plane's columns: a column is about half as wide as a row is high.
  private func columns(rows: Int, most: Int, y: Scale) -> Int {
    guard hasEqualUnits else { return most }
    let x = scales(xTicks: 1, yTicks: 1).x
    let ratio = abs(x.upper - x.lower) / abs(y.upper - y.lower)
    return min(most, max(10, Int((2 * Double(rows) * ratio).rounded())))
  }

  /// The horizontal axis and the line of its labels, of which those that would touch are left out.
  private func xAxis(_ x: Scale, margin: Int, columns: Int) -> [String] {
    var axis = Array(repeating: Character("─"), count: columns)
    var labels = ""
    var used = 0
    let ticks = zip(x.ticks.values, x.ticks.labels).sorted {
      x.fraction($0.0) < x.fraction($1.0)
    }
    for (value, text) in ticks {
      let label = TerminalText.cut(text, to: columns)
      let size = TerminalText.width(label)
      let column = TerminalPlane.dot(x.fraction(value), of: 2 * columns) / 2
      guard axis.indices.contains(column) else { continue }
      let start = max(0, min(margin + 2 + column - size / 2, margin + 2 + columns - size))
      if !labels.isEmpty && start <= used { continue }
      axis[column] = "┬"
      labels += String(repeating: " ", count: max(0, start - used)) + label
      used = start + size
    }
    return [String(repeating: " ", count: margin + 1) + "└" + String(axis), labels]
  }

  private func terminalLegend(_ entries: [LegendEntry], width: Int, color: Bool) -> [String] {
    let isSingle = Set(styles.marks.flatMap(\.numbers)).count == 1
    var lines: [String] = []
    var used = width
    for entry in entries {
      let name = TerminalText.cut(entry.name, to: width - 3)
      let ink = Ink.series(entry.number)
      let sample =
        color || isSingle
        ? TerminalText.colored(
          entry.sample == .marker ? "• " : entry.sample == .solid ? "██" : "━━",
          color ? ink.terminal : nil)
        : String(repeating: Palette.marks[entry.number % Palette.marks.count], count: 2)
      let taken = 3 + TerminalText.width(name)
      if used + 3 + taken > width {
        lines.append("")
        used = 0
      } else {
        lines[lines.count - 1] += "   "
        used += 3
      }
      lines[lines.count - 1] += sample + " " + name
      used += taken
    }
    return lines
  }

  /// The bar of colours, or of shades.
  private func terminalBar(_ width: Int, color: Bool) -> [String] {
    guard let colors else { return [] }
    let ends = [0.0, 1].map { NumberText.significant(colors.scale.value(at: $0), digits: 3) }
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    let taken = ends.reduce(2) { $0 + $1.count }
    let size = max(0, min(20, width - taken))
    let bar = (0..<size).map { index -> String in
      let value = colors.scale.value(at: (Double(index) + 0.5) / Double(size))
      if color { return TerminalText.colored("█", colors.color(value).terminal) }
      return String(shades[min(4, Int(colors.fraction(value) * 5))])
    }
    let room = width - taken - size - 1
    let label = room > 0 ? TerminalText.cut(colors.label, to: room) : ""
    return [
      TerminalText.trimmed("\(ends[0]) \(bar.joined()) \(ends[1]) \(label)")
    ]
  }
}
