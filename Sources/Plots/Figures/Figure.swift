/// Something that is shown to the reader: drawn as SVG, in a terminal's characters, and as its
/// numbers in JSON and CSV.
///
/// ```swift
/// let chart = Chart(
///   "Loss", x: "epoch", y: "loss", marks: [.line("training", values: [1.9, 0.7, 0.3])])
/// let picture = try chart.svg()
/// let characters = try chart.terminal(width: 72, color: false)
/// let numbers = try chart.csv()
/// ```
///
/// A figure that has nothing to show, or numbers that cannot be drawn, throws a ``FigureError``.
/// Pictures have a white ground, so that they can be read in dark pages and in print, and each is
/// named and described for those who do not see it.
public protocol Figure: Sendable {
  /// Stands above the picture and names it; may be empty.
  var title: String { get }

  /// What the figure shows, in words.
  var summary: String { get }

  /// The numbers that are shown, as far as they are the user's own.
  var tables: [FigureTable] { get }

  /// Throws what keeps the figure from being drawn.
  func check() throws(FigureError)

  /// The picture of a figure that `check` lets pass.
  func drawing() -> SVGDocument

  /// The characters of a figure that `check` lets pass, without a line break at the end.
  func characters(width: Int, color: Bool) -> String
}

extension Figure {
  /// The figure as an SVG image that needs nothing beside it.
  ///
  /// - Parameter description: what it shows, in words, for those who do not see it; without one,
  ///   the figure's `summary`, which is English.
  public func svg(description: String? = nil) throws(FigureError) -> String {
    try check()
    return drawing().text(title: name, description: description ?? summary)
  }

  /// The figure in characters, without a line break at its end.
  ///
  /// - Parameters:
  ///   - width: the most columns that a line may take; below 24 it is taken for 24.
  ///   - color: whether to use the terminal's 256 colours.
  public func terminal(width: Int = 80, color: Bool) throws(FigureError) -> String {
    try check()
    return characters(width: max(24, width), color: color)
  }

  /// The title, or where it is empty the summary's first words, such as `Line chart`.
  package var name: String {
    title.isEmpty ? String(summary.prefix { !",.:".contains($0) }) : title
  }
}
