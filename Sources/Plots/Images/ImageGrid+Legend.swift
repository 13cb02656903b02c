extension ImageGrid {
  /// What the colours of a grid's pictures stand for: a bar below them with the numbers at its ends.
  public struct Legend: Sendable, Hashable {
    /// The colours.
    public var colors: ColorMap
    /// The numbers at the map's ends.
    public var range: ClosedRange<Double>
    /// What the numbers are, beside the bar; may be empty.
    public var label: String

    /// A bar of colours; see the properties of the same names.
    public init(
      _ label: String, colors: ColorMap = .sequential, range: ClosedRange<Double> = 0...1
    ) {
      self.colors = colors
      self.range = range
      self.label = label
    }

    /// Room that the bar takes below the pictures, in pixels.
    static let height = 36.0
    private static let barWidth = 120.0
    private static let barHeight = 10.0

    /// The numbers at the ends.
    private var ends: [String] {
      [range.lowerBound, range.upperBound].map {
        $0 == $0.rounded()
          ? NumberText.fixed($0, decimals: 0) : NumberText.significant($0, digits: 3)
      }
    }

    /// What the bar says, in words.
    var text: String { "\(label.isEmpty ? "colours" : label) from \(ends[0]) to \(ends[1])" }

    func draw(x: Double, y: Double, in document: inout SVGDocument) {
      var start = 0.0
      for piece in ColorScale(colors, range: range, label: label).pieces {
        // Pieces reach below the next one, to leave no seam.
        document.rectangle(
          x: x + start * Self.barWidth, y: y,
          width: min((piece.end - start) * Self.barWidth + 0.5, (1 - start) * Self.barWidth),
          height: Self.barHeight, fill: piece.color.hex)
        start = piece.end
      }
      let below = y + Self.barHeight + 14
      document.write(ends[0], x: x, y: below, size: 12)
      document.write(ends[1], x: x + Self.barWidth, y: below, size: 12, anchor: .end)
      let left = x + Self.barWidth + 12
      document.write(
        label, x: left, y: y + Self.barHeight, size: 12, room: document.width - left - 12)
    }

    /// The bar in characters; in words where there are no colours.
    func line(width: Int, color: Bool) -> String {
      guard color else { return TerminalText.cut(text, to: width) }
      let taken = ends[0].count + ends[1].count + 2
      let size = max(0, min(16, width - taken))
      let bar = (0..<size).map {
        TerminalText.colored("█", colors.color((Double($0) + 0.5) / Double(size)).terminal)
      }
      let room = width - taken - size - 2
      return "\(ends[0]) \(bar.joined()) \(ends[1])"
        + (room > 0 ? "  " + TerminalText.cut(label, to: room) : "")
    }
  }
}
