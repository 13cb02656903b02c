/// Labelled bars for a terminal, such as the classes of a prediction.
///
/// ```text
/// three  ██████████████▋   91.2 %
/// eight  █▏                 7.0 %
/// ```
public struct HorizontalBars: Sendable, Hashable {
  /// A bar with what stands before and behind it.
  public struct Row: Sendable, Hashable {
    /// Stands before the bar; control characters are not shown.
    public var label: String
    /// The bar's length, 0…1 of the longest possible; anything else is brought into that range,
    /// and what is not a number is 0.
    public var fraction: Double
    /// Stands behind the bar.
    public var text: String

    /// A row; see the properties of the same names.
    public init(label: String, fraction: Double, text: String) {
      self.label = label
      self.fraction = fraction
      self.text = text
    }
  }

  /// From the top.
  public var rows: [Row]

  /// Bars from the top.
  public init(_ rows: [Row]) {
    self.rows = rows
  }

  /// A line for each row, without a line break at the end.
  ///
  /// - Parameters:
  ///   - width: the most columns that a line may take, at least 16. Labels get a third of it at
  ///     most, texts another third.
  ///   - color: whether to use the terminal's 256 colours.
  public func terminal(width: Int = 80, color: Bool) -> String {
    let width = max(16, width)
    let labels = column(rows.map(\.label), limit: width / 3)
    let texts = column(rows.map(\.text), limit: width / 3)
    // A bar beyond 50 columns says no more than one of 50.
    let room = min(50, width - labels - texts - 4)
    let lines = rows.map { row in
      let bar = TerminalText.left(HorizontalBars.bar(row.fraction, width: room), room)
      let line =
        TerminalText.left(row.label, labels) + "  "
        + TerminalText.colored(bar, color ? Palette.terminal[0] : nil) + "  "
        + TerminalText.right(row.text, texts)
      return TerminalText.trimmed(line)
    }
    return lines.joined(separator: "\n")
  }

  /// A bar of `fraction` × `width` columns, to an eighth of a column.
  package static func bar(_ fraction: Double, width: Int) -> String {
    let share = fraction.isNaN ? 0 : min(1, max(0, fraction))
    let eighths = Int((share * Double(8 * width)).rounded())
    let ends = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + ends[eighths % 8]
  }

  private func column(_ texts: [String], limit: Int) -> Int {
    min(limit, texts.map { TerminalText.width(TerminalText.clean($0)) }.max() ?? 0)
  }
}
