extension ConfusionMatrix {
  /// The matrix as a table, true classes down and predicted classes across, with the recall of each
  /// class and the accuracy below; without a line break at its end.
  ///
  /// Where the table is wider than `width` allows, each class's recall and the 20 most frequent
  /// confusions are listed instead. Ten classes fit into 80 columns up to 99,999 samples each.
  ///
  /// - Parameters:
  ///   - width: the most columns that a line may take, at least 40.
  ///   - color: whether to use the terminal's 256 colours: blue on the diagonal, vermillion off it.
  public func terminal(width: Int = 80, color: Bool) -> String {
    let width = max(40, width)
    let digits = counts.joined().map { String($0).count }.max() ?? 1
    let names = labels.map { TerminalText.width(TerminalText.clean($0)) }.max() ?? 1
    let recalls = 9
    // Row names are worth more than column names, which repeat them.
    let stub = max(4, min(names, 16, width - recalls - labels.count * (digits + 1)))
    let cell = min(max(digits, min(names, 8)), (width - stub - recalls) / max(1, labels.count) - 1)
    let lines =
      cell >= digits && stub + labels.count * (cell + 1) + recalls <= width
      ? table(stub: stub, cell: cell, recalls: recalls, color: color)
      : list(width: width)
    return (lines + ["", accuracyText]).joined(separator: "\n")
  }

  private func table(stub: Int, cell: Int, recalls: Int, color: Bool) -> [String] {
    let header =
      TerminalText.left(wording.isTrue, stub)
      + labels.map { " " + TerminalText.right($0, cell) }.joined()
      + TerminalText.right(wording.recall, recalls)
    let caption = TerminalText.cut(
      wording.isPredicted, to: max(1, labels.count * (cell + 1) + recalls - 1))
    let rows = counts.indices.map { label in
      let cells = counts[label].enumerated().map { predicted, count in
        let text = " " + TerminalText.right(count == 0 ? "·" : String(count), cell)
        guard color, count > 0 else { return text }
        return TerminalText.colored(text, Palette.terminal[predicted == label ? 0 : 1])
      }
      return TerminalText.left(labels[label], stub) + cells.joined()
        + TerminalText.right(NumberText.percent(recall(label)), recalls)
    }
    return [String(repeating: " ", count: stub + 1) + caption, header] + rows
  }

  private func list(width: Int) -> [String] {
    let names = min(
      width / 3, labels.map { TerminalText.width(TerminalText.clean($0)) }.max() ?? 0)
    var lines = [wording.recalls]
    lines += counts.indices.map { label in
      let right = "\(counts[label][label])\(wording.of)\(counts[label].reduce(0, +))"
      return "  " + TerminalText.left(labels[label], names)
        + TerminalText.right(NumberText.percent(recall(label)), 9) + "  "
        + TerminalText.cut(right, to: width - names - 13)
    }
    let confusions = confusions
    if confusions.isEmpty { return lines }
    lines += ["", wording.confusions]
    lines += confusions.prefix(20).map { label, predicted, count in
      let pair =
        TerminalText.cut(labels[label], to: names) + " → "
        + TerminalText.cut(labels[predicted], to: names)
      return "  " + TerminalText.left(pair, 2 * names + 3) + TerminalText.right("\(count)", 7)
    }
    return lines
  }
}
