extension ConfusionMatrix {
  /// The matrix as a heat map: blue on the diagonal, vermillion off it, the deeper the larger the
  /// share of the true class (by its square root, to let rare confusions show).
  ///
  /// Above 40 classes the counts are left out, and of the names every so many.
  ///
  /// - Parameter title: above the map; may be empty, and nil for what `wording` says.
  public func svg(title: String? = nil) -> String {
    drawing(title: title ?? wording.title)
      .text(
        title: title.flatMap { $0.isEmpty ? nil : $0 } ?? wording.title, description: summary)
  }

  package func drawing(title: String) -> SVGDocument {
    let cell = labels.count > 40 ? 10.0 : labels.count > 20 ? 26 : 44
    let names = labels.map { SVGDocument.textWidth($0, size: 12) }.max() ?? 0
    let left = 46 + min(140, names)
    // Names across are turned where they would not fit above a cell.
    let turned = names > cell - 4 || cell < 16
    let top = (title.isEmpty ? 12.0 : 42) + 26 + (turned ? min(140, names) + 8 : 20)
    let side = cell * Double(labels.count)
    let right = cell >= 16 ? 84.0 : 24
    var image = SVGDocument(width: max(320, left + side + right), height: top + side + 44)

    if !title.isEmpty {
      image.write(
        title, x: 20, y: 30, size: 17, color: "#111111", bold: true, room: image.width - 40)
    }
    image.write(
      wording.predictedClass, x: left + side / 2, y: title.isEmpty ? 24 : 58, size: 14,
      anchor: .middle)
    image.write(
      wording.trueClass, x: 24, y: top + side / 2, size: 14, anchor: .middle, turned: true)
    if cell >= 16 {
      image.write(wording.recall, x: left + side + 12, y: top - 8, size: 12)
    }
    image.rectangle(x: left, y: top, width: side, height: side, fill: "#F4F4F4")
    for (label, row) in counts.enumerated() {
      let y = top + Double(label) * cell
      writeNames(of: label, left: left, top: top, cell: cell, turned: turned, in: &image)
      for (predicted, count) in row.enumerated() where count > 0 {
        draw(
          count, of: row.reduce(0, +), right: predicted == label,
          x: left + Double(predicted) * cell, y: y, cell: cell, in: &image)
      }
      if cell >= 16 {
        image.write(
          NumberText.percent(recall(label)), x: left + side + 12, y: y + cell / 2 + 4, size: 12)
      }
    }
    for border in 0...labels.count {
      let offset = Double(border) * cell
      image.line(
        x1: left + offset, y1: top, x2: left + offset, y2: top + side, color: "#FFFFFF")
      image.line(
        x1: left, y1: top + offset, x2: left + side, y2: top + offset, color: "#FFFFFF")
    }
    image.write(accuracyText, x: left, y: top + side + 26, size: 13)
    return image
  }

  private func draw(
    _ count: Int, of total: Int, right: Bool, x: Double, y: Double, cell: Double,
    in image: inout SVGDocument
  ) {
    let depth = (Double(count) / Double(total)).squareRoot()
    image.rectangle(
      x: x, y: y, width: cell, height: cell,
      fill: Palette.tint(right ? Palette.blue : Palette.vermillion, depth))
    guard cell >= 16 else { return }
    let digits = SVGDocument.textWidth(String(count), size: 1)
    image.write(
      String(count), x: x + cell / 2, y: y + cell / 2 + 4,
      size: min(13, (cell - 4) / digits), anchor: .middle,
      color: right && depth > 0.85 ? "#FFFFFF" : "#222222")
  }

  private func writeNames(
    of label: Int, left: Double, top: Double, cell: Double, turned: Bool,
    in image: inout SVGDocument
  ) {
    // In small cells there is room for one name in so many.
    guard cell >= 16 || label.isMultiple(of: 2) else { return }
    let name = TerminalText.cut(labels[label], to: 20)
    let middle = Double(label) * cell + cell / 2
    image.write(name, x: left - 8, y: top + middle + 4, size: 12, anchor: .end)
    if turned {
      image.write(name, x: left + middle + 4, y: top - 8, size: 12, turned: true)
    } else {
      image.write(name, x: left + middle, y: top - 8, size: 12, anchor: .middle)
    }
  }
}
