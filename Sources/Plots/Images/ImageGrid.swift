/// Pictures in rows, each with a caption: samples of a data set, filters, what a generator made.
///
/// ```swift
/// let grid = ImageGrid(
///   "Digits", images: digits.map { Raster(gray: $0) }, captions: labels, columns: 10)
/// ```
public struct ImageGrid: Figure {
  /// Stands above the grid; may be empty.
  public var title: String
  /// From the left, row by row.
  public var images: [Raster]
  /// A caption below each picture; none for no captions.
  public var captions: [String]
  /// How many stand in a row; nil for what fills `width`, at most 10.
  public var columns: Int?
  /// In pixels, what the pictures of a row take together.
  public var width: Double
  /// What the pictures' colours stand for; nil for no bar.
  public var legend: Legend?

  /// A grid of pictures; see the properties of the same names.
  public init(
    _ title: String = "", images: [Raster], captions: [String] = [], columns: Int? = nil,
    width: Double = 680, legend: Legend? = nil
  ) {
    self.title = title
    self.images = images
    self.captions = captions
    self.columns = columns
    self.width = width
    self.legend = legend
  }

  public var summary: String {
    let size = images.first.map { " of \($0.width) × \($0.height) pixels" } ?? ""
    let names = captions.isEmpty ? "" : ": " + captions.joined(separator: ", ")
    return "Pictures, \(images.count)\(size)\(names)."
      + (legend.map { " Colours: \($0.text)." } ?? "")
  }

  public var tables: [FigureTable] {
    images.enumerated().map { index, image in
      let caption = captions.indices.contains(index) ? captions[index] : ""
      return image.table(name: caption.isEmpty ? "\(index + 1)" : "\(index + 1): \(caption)")
    }
  }

  public func check() throws(FigureError) {
    let place = "image grid '\(title)'"
    if images.isEmpty {
      throw FigureError(.empty, at: place, found: "no images", expected: "at least one")
    }
    if !captions.isEmpty && captions.count != images.count {
      throw FigureError(
        .mismatched, at: place, found: "\(captions.count) captions",
        expected: "\(images.count), one for each image, or none")
    }
    if let range = legend?.range,
      let error = FigureError.firstUndrawable(
        [range.lowerBound, range.upperBound], at: "\(place), legend")
    {
      throw error
    }
    for (index, image) in images.enumerated() { try image.check(at: "\(place), image \(index)") }
  }

  private var perRow: Int { max(1, min(columns ?? 10, images.count)) }

  public func drawing() -> SVGDocument {
    let (margin, gap) = (20.0, 8.0)
    let columns = perRow
    let room = (SVGDocument.side(width, least: 120) - Double(columns - 1) * gap) / Double(columns)
    // Pixels that are blown up further show nothing more.
    let widest = images.map { Double($0.width) }.max() ?? 1
    let steepest = images.map { Double($0.height) / Double($0.width) }.max() ?? 1
    let longest = captions.map { SVGDocument.textWidth($0, size: 12) }.max() ?? 0
    // A picture much higher than wide would fill pages.
    let side = min(room, max(widest * 6, 64, longest), 1200 / steepest)
    let caption = captions.isEmpty ? 0.0 : 18
    let top = title.isEmpty ? margin : 46
    let rows = (images.count + columns - 1) / columns
    let heights = (0..<rows).map { row in
      images[row * columns..<min(images.count, (row + 1) * columns)].map {
        side / Double($0.width) * Double($0.height)
      }.max() ?? 0
    }
    let width = 2 * margin + Double(columns) * side + Double(columns - 1) * gap
    let height =
      top + heights.reduce(0, +) + Double(rows) * (caption + gap) - gap + margin
      + (legend == nil ? 0 : Legend.height)
    var document = SVGDocument(width: max(240, width), height: height)
    if !title.isEmpty {
      document.write(
        title, x: margin, y: 30, size: 17, color: "#111111", bold: true,
        room: document.width - 40)
    }
    var y = top
    for row in 0..<rows {
      for column in 0..<columns where row * columns + column < images.count {
        let index = row * columns + column
        let image = images[index]
        let x = margin + Double(column) * (side + gap)
        let high = side / Double(image.width) * Double(image.height)
        document.picture(image.png, x: x, y: y, width: side, height: high)
        // A light picture has no bounds on a white ground.
        document.path(
          SVGDocument.data(x: x...x + side, y: y...y + high), color: "#BBBBBB", width: 0.6)
        if captions.indices.contains(index) {
          document.write(
            captions[index], x: x + side / 2, y: y + heights[row] + 14, size: 12, anchor: .middle,
            room: side + gap - 2)
        }
      }
      y += heights[row] + caption + gap
    }
    legend?.draw(x: margin, y: y + 4, in: &document)
    return document
  }

  /// As many pictures in a line as there is room for, each of them no wider than 28 columns.
  public func characters(width: Int, color: Bool) -> String {
    let scale = color ? 1 : 2
    let widest = images.map(\.width).max() ?? 1
    let cell = min(widest * scale, 28, width)
    let perLine = max(1, min(perRow, (width + 2) / (cell + 2)))
    var lines = title.isEmpty ? [] : [TerminalText.cut(title, to: width)]
    for start in stride(from: 0, to: images.count, by: perLine) {
      let range = start..<min(images.count, start + perLine)
      let blocks = range.map {
        RasterText(images[$0]).lines(columns: cell, color: color)
      }
      for line in 0..<(blocks.map(\.count).max() ?? 0) {
        let parts = blocks.map { block -> String in
          line < block.count ? block[line] : String(repeating: " ", count: cell)
        }
        lines.append(TerminalText.trimmed(parts.joined(separator: "  ")))
      }
      if !captions.isEmpty {
        let texts = range.map { TerminalText.left(captions[$0], cell) }
        lines.append(TerminalText.trimmed(texts.joined(separator: "  ")))
      }
      if range.upperBound < images.count { lines.append("") }
    }
    if let legend {
      lines.append(TerminalText.trimmed(legend.line(width: width, color: color)))
    }
    return lines.joined(separator: "\n")
  }
}
