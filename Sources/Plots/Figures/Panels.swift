/// Figures side by side, in rows, under a common title.
///
/// ```swift
/// let panels = Panels("Width of the hidden layer", figures: [narrow, wide], columns: 2)
/// ```
public struct Panels: Figure {
  /// Stands above all; may be empty.
  public var title: String
  /// From the left, row by row.
  public var figures: [any Figure]
  /// How many stand in a row, at least 1.
  public var columns: Int

  /// Figures in rows of `columns`.
  public init(_ title: String = "", figures: [any Figure], columns: Int = 2) {
    self.title = title
    self.figures = figures
    self.columns = columns
  }

  public var summary: String {
    let parts = figures.enumerated().map {
      "\($0.offset + 1), \($0.element.name): \($0.element.summary)"
    }
    return (["Panels, \(figures.count) figures."] + parts).joined(separator: " ")
  }

  /// The panels' tables, each named after its panel too.
  public var tables: [FigureTable] {
    figures.enumerated().flatMap { index, figure in
      figure.tables.map { table in
        var table = table
        let panel = figure.title.isEmpty ? "\(index + 1)" : figure.title
        table.name = table.name.isEmpty ? panel : "\(panel): \(table.name)"
        return table
      }
    }
  }

  public func check() throws(FigureError) {
    if figures.isEmpty {
      throw FigureError(
        .empty, at: "panels '\(title)'", found: "no figures", expected: "at least one")
    }
    for figure in figures { try figure.check() }
  }

  public func drawing() -> SVGDocument {
    let columns = max(1, min(columns, figures.count))
    let pictures = figures.map { $0.drawing() }
    let rows = stride(from: 0, to: pictures.count, by: columns).map {
      Array(pictures[$0..<min($0 + columns, pictures.count)])
    }
    let widths = (0..<columns).map { column in
      rows.compactMap { column < $0.count ? $0[column].width : nil }.max() ?? 0
    }
    let heights = rows.map { $0.map(\.height).max() ?? 0 }
    let top = title.isEmpty ? 0.0 : 44
    var image = SVGDocument(
      width: max(240, widths.reduce(0, +)), height: top + heights.reduce(0, +))
    if !title.isEmpty {
      image.write(
        title, x: 20, y: 32, size: 19, color: "#111111", bold: true, room: image.width - 40)
    }
    var y = top
    for (row, height) in zip(rows, heights) {
      var x = 0.0
      for (picture, width) in zip(row, widths) {
        image.place(picture, x: x, y: y)
        x += width
      }
      y += height
    }
    return image
  }

  /// The figures one below the other.
  public func characters(width: Int, color: Bool) -> String {
    let heading = title.isEmpty ? [] : [TerminalText.cut(title, to: width)]
    return (heading + figures.map { $0.characters(width: width, color: color) })
      .joined(separator: "\n\n")
  }
}
