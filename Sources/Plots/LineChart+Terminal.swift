extension LineChart {
  /// The chart in characters, without a line break at its end.
  ///
  /// With colour, or with a single series, lines are drawn in braille dots; several series without
  /// colour have a mark each.
  ///
  /// - Parameters:
  ///   - width: the most columns that a line may take, at least 24.
  ///   - height: the most lines that the chart may take, at least 8; a long legend adds to it.
  ///   - color: whether to use the terminal's 256 colours.
  public func terminal(width: Int = 80, height: Int = 20, color: Bool) -> String {
    let width = max(24, width)
    let legend = terminalLegend(width: width, color: color)
    let heading = [title, yLabel].filter { !$0.isEmpty }.map { TerminalText.cut($0, to: width) }
    let rows = max(5, max(8, height) - heading.count - legend.count - 2 - (xLabel.isEmpty ? 0 : 1))
    let (_, y) = scales(xTicks: 1, yTicks: max(2, rows / 3))
    let margin = min(width / 3, y.ticks.labels.map { TerminalText.width($0) }.max() ?? 0)
    let columns = width - margin - 2
    let canvas = canvas(columns: columns, rows: rows)

    var labels = Array(repeating: "", count: rows)
    for (value, label) in zip(y.ticks.values, y.ticks.labels) {
      labels[LineChart.dot(1 - y.fraction(value), of: 4 * rows) / 4] = label
    }
    var lines = heading
    for row in 0..<rows {
      let axis = labels[row].isEmpty ? " │" : " ┤"
      lines.append(
        TerminalText.right(labels[row], margin) + axis + draw(row, of: canvas, color: color))
    }
    lines += xAxis(margin: margin, columns: columns)
    if !xLabel.isEmpty {
      let label = TerminalText.cut(xLabel, to: columns)
      let indent = margin + 2 + (columns - TerminalText.width(label)) / 2
      lines.append(String(repeating: " ", count: indent) + label)
    }
    return (lines + legend).joined(separator: "\n")
  }

  /// Which of `count` dots a fraction of the way falls on.
  private static func dot(_ fraction: Double, of count: Int) -> Int {
    Int((fraction * Double(count - 1)).rounded())
  }

  private func canvas(columns: Int, rows: Int) -> BrailleCanvas {
    let (x, y) = scales(xTicks: 1, yTicks: max(2, rows / 3))
    var canvas = BrailleCanvas(width: columns, height: rows)
    for (index, one) in series.enumerated() {
      for stretch in one.stretches {
        let dots = stretch.map {
          (
            x: LineChart.dot(x.fraction($0.x), of: 2 * columns),
            y: LineChart.dot(1 - y.fraction($0.y), of: 4 * rows)
          )
        }
        for (a, b) in zip(dots, dots.dropFirst() + dots.suffix(1)) {
          canvas.line(from: a, to: b, owner: index)
        }
      }
    }
    return canvas
  }

  /// A row of the canvas; neighbours of one colour share its escape sequences.
  private func draw(_ row: Int, of canvas: BrailleCanvas, color: Bool) -> String {
    var line = ""
    var run = (text: "", owner: -1)
    for column in 0..<canvas.width {
      let cell = canvas.cell(column: column, row: row)
      let owner = color ? cell?.owner ?? -1 : -1
      if owner != run.owner {
        line += TerminalText.colored(run.text, LineChart.terminalColor(run.owner))
        run = ("", owner)
      }
      switch cell {
      case .none: run.text += " "
      case .some(let cell) where !color && series.count > 1:
        run.text.append(LineChart.mark(cell.owner))
      case .some(let cell): run.text.append(cell.character)
      }
    }
    return TerminalText.trimmed(
      line + TerminalText.colored(run.text, LineChart.terminalColor(run.owner)))
  }

  /// The horizontal axis and the line of its labels, of which those that would touch are left out.
  private func xAxis(margin: Int, columns: Int) -> [String] {
    let (x, _) = scales(xTicks: max(1, columns / 10), yTicks: 1)
    var axis = Array(repeating: Character("─"), count: columns)
    var labels = ""
    for (value, label) in zip(x.ticks.values, x.ticks.labels) {
      let column = LineChart.dot(x.fraction(value), of: 2 * columns) / 2
      let start = max(
        0, min(margin + 2 + column - label.count / 2, margin + 2 + columns - label.count))
      if !labels.isEmpty && start <= labels.count { continue }
      axis[column] = "┬"
      labels += String(repeating: " ", count: start - labels.count) + label
    }
    return [String(repeating: " ", count: margin + 1) + "└" + String(axis), labels]
  }

  private func terminalLegend(width: Int, color: Bool) -> [String] {
    if series.allSatisfy({ $0.name.isEmpty }) { return [] }
    var lines: [String] = []
    var used = width
    for (index, one) in series.enumerated() {
      let name = TerminalText.cut(one.name, to: width - 3)
      let sample =
        color || series.count == 1
        ? TerminalText.colored("━━", color ? LineChart.terminalColor(index) : nil)
        : String(repeating: LineChart.mark(index), count: 2)
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

  /// Nil for nobody, −1.
  private static func terminalColor(_ index: Int) -> Int? {
    index < 0 ? nil : Palette.terminal[index % Palette.terminal.count]
  }

  private static func mark(_ index: Int) -> Character {
    Palette.marks[index % Palette.marks.count]
  }
}
