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
    RasterText(Raster(gray: rows)).natural(width: max(2, width), color: color)
      .map(TerminalText.trimmed).joined(separator: "\n")
  }
}
