import Plots

/// A figure in a document, with what it shows in words.
public struct Illustration: Sendable {
  /// The name of the figure's files without extension, such as `gap-by-degree`: small letters, digits
  /// and hyphens.
  public let name: String
  /// The figure.
  public let figure: any Figure
  /// What it shows, for below it and for those who do not see it.
  public let caption: Prose

  /// A figure that can be drawn.
  /// - Parameters:
  ///   - name: The name of its files without extension.
  ///   - figure: The figure.
  ///   - caption: What it shows.
  /// - Throws: `FigureError` for a figure that cannot be drawn.
  /// - Precondition: the name has only small letters, digits and hyphens.
  public init(name: String, figure: any Figure, caption: Prose) throws(FigureError) {
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || $0 == UInt8(ascii: "-")
      }
    guard isName else { fatalError("Illustration: name '\(name)', expected a-z, 0-9 and hyphens") }
    try figure.check()
    self.name = name
    self.figure = figure
    self.caption = caption
  }
}
