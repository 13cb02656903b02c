/// A greyscale image drawn with characters in a terminal.
public struct ImageText: Sendable, Hashable {
  /// Brightness 0 (black) … 1 (white), row by row from the top; anything else is brought into that
  /// range, and what is not a number is black.
  public let rows: [[Double]]

  /// An image of rows of brightness.
  /// - Precondition: the rows are of one length.
  public init(rows: [[Double]]) {
    if let odd = rows.first(where: { $0.count != rows[0].count }) {
      fatalError("ImageText: rows of \(rows[0].count) and of \(odd.count) pixels")
    }
    self.rows = rows
  }

  /// The image, without a line break at its end.
  ///
  /// With colour a character is two pixels, one above the other: a half block on a background, in
  /// the 26 greys of a terminal with 256 colours. Without, a pixel is two characters side by side,
  /// in five shades, so that it stays about square. An image that would be wider than `width` is
  /// shrunk by averaging.
  ///
  /// - Parameters:
  ///   - width: the most columns that a line may take, at least 2.
  ///   - color: whether to use the terminal's 256 colours.
  public func terminal(width: Int = 80, color: Bool) -> String {
    let columns = max(2, width) / (color ? 1 : 2)
    let pixels = shrunk(to: columns)
    return (color ? halfBlocks(pixels) : shades(pixels)).joined(separator: "\n")
  }

  private func shades(_ pixels: [[Double]]) -> [String] {
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    return pixels.map { row in
      let line = row.map { String(repeating: shades[Int(($0 * 4).rounded())], count: 2) }
      return TerminalText.trimmed(line.joined())
    }
  }

  private func halfBlocks(_ pixels: [[Double]]) -> [String] {
    stride(from: 0, to: pixels.count, by: 2).map { top in
      let bottom = top + 1 < pixels.count ? pixels[top + 1] : nil
      var line = ""
      var current = ""
      for (x, value) in pixels[top].enumerated() {
        var style = "\u{1B}[38;5;\(ImageText.grey(value))"
        style += bottom.map { ";48;5;\(ImageText.grey($0[x]))m" } ?? "m"
        // Equal neighbours share one escape sequence.
        if style != current { line += style }
        current = style
        line += "▀"
      }
      return line + (line.isEmpty ? "" : "\u{1B}[0m")
    }
  }

  /// The nearest of black (16), the 24 greys from 8 to 238 (232…255) and white (231).
  private static func grey(_ value: Double) -> Int {
    let level = value * 255
    if level < 4 { return 16 }
    if level > 246 { return 231 }
    return 232 + min(23, max(0, Int(((level - 8) / 10).rounded())))
  }

  /// The image in 0…1 with at most that many columns, by averages over blocks of equal size.
  private func shrunk(to columns: Int) -> [[Double]] {
    guard let width = rows.first?.count, width > 0 else { return [] }
    let block = (width + columns - 1) / columns
    return stride(from: 0, to: rows.count, by: block).map { top in
      stride(from: 0, to: width, by: block).map { left in
        var sum = 0.0
        var count = 0.0
        for row in rows[top..<min(top + block, rows.count)] {
          for value in row[left..<min(left + block, width)] {
            sum += value.isNaN ? 0 : min(1, max(0, value))
            count += 1
          }
        }
        return sum / count
      }
    }
  }
}
