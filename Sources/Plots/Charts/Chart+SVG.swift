extension Chart {
  public func drawing() -> SVGDocument {
    let frame = frame()
    var image = SVGDocument(width: frame.width, height: frame.height)
    if !title.isEmpty {
      image.write(
        title, x: 20, y: 30, size: 17, color: "#111111", bold: true, room: frame.width - 40)
    }
    for (row, entries) in frame.legend.enumerated() {
      let y = (title.isEmpty ? 18 : 50) + Double(row) * 22
      for entry in entries { Legend.draw(entry, y: y, width: frame.width, in: &image) }
    }
    drawGrid(frame, in: &image)

    var plane = SVGPlane(
      image: image, x: frame.x, y: frame.y, left: frame.left, top: frame.top, right: frame.right,
      bottom: frame.bottom)
    for (mark, style) in zip(marks, styles.marks) { draw(mark, style, on: &plane) }
    image = plane.image
    drawAxes(frame, in: &image)
    if let colors { draw(colors, frame, in: &image) }
    return image
  }

  package func draw(_ mark: Mark, _ style: MarkStyle, on plane: inout some Plane) {
    mark.shape.draw(on: &plane, style)
  }

  private var isFilled: Bool { marks.contains { $0.shape.fit == .filled } }

  private func drawGrid(_ frame: Frame, in image: inout SVGDocument) {
    // What fills the plane would cover the lines.
    if isFilled { return }
    for value in frame.y.ticks.values where !frame.y.isCategorical {
      let y = frame.down(value)
      image.line(x1: frame.left, y1: y, x2: frame.right, y2: y, color: "#E2E2E2")
    }
    for value in frame.x.ticks.values where !frame.x.isCategorical {
      let x = frame.across(value)
      image.line(x1: x, y1: frame.top, x2: x, y2: frame.bottom, color: "#F0F0F0")
    }
  }

  private func drawAxes(_ frame: Frame, in image: inout SVGDocument) {
    for (value, label) in zip(frame.y.ticks.values, frame.y.ticks.labels) {
      let y = frame.down(value)
      guard (frame.top - 0.5...frame.bottom + 0.5).contains(y) else { continue }
      if isFilled { image.line(x1: frame.left - 4, y1: y, x2: frame.left, y2: y, color: "#777777") }
      image.write(
        label, x: frame.left - 8, y: y + 4.5, anchor: .end, room: Frame.longestName)
    }
    for (value, label) in zip(frame.x.ticks.values, frame.x.ticks.labels) {
      let x = frame.across(value)
      guard (frame.left - 0.5...frame.right + 0.5).contains(x) else { continue }
      image.line(x1: x, y1: frame.bottom, x2: x, y2: frame.bottom + 5, color: "#777777")
      if frame.hasTurnedLabels {
        image.write(
          label, x: x + 4.5, y: frame.bottom + 9, anchor: .end, turned: true,
          room: Frame.longestName)
      } else {
        image.write(label, x: x, y: frame.bottom + 20, anchor: .middle)
      }
    }
    image.line(
      x1: frame.left, y1: frame.bottom, x2: frame.right, y2: frame.bottom, color: "#777777")
    if isFilled {
      image.line(x1: frame.left, y1: frame.top, x2: frame.left, y2: frame.bottom, color: "#777777")
    }
    image.write(
      x.title, x: (frame.left + frame.right) / 2, y: frame.height - 12, size: 14, anchor: .middle,
      room: frame.right - frame.left)
    image.write(
      y.title, x: 22, y: (frame.top + frame.bottom) / 2, size: 14, anchor: .middle, turned: true,
      room: frame.bottom - frame.top)
  }

  /// The bar of colours, as high as the plane.
  private func draw(_ colors: ColorScale, _ frame: Frame, in image: inout SVGDocument) {
    let left = frame.right + 18
    let span = frame.bottom - frame.top
    var start = 0.0
    for piece in colors.pieces where piece.end > start {
      // Pieces reach below the one above, to leave no seam.
      image.rectangle(
        x: left, y: frame.bottom - piece.end * span, width: 14,
        height: min(piece.end * span, (piece.end - start) * span + (start > 0 ? 0.5 : 0)),
        fill: piece.color.hex)
      start = piece.end
    }
    for (value, label) in zip(colors.scale.ticks.values, colors.scale.ticks.labels) {
      let y = frame.bottom - colors.scale.fraction(value) * span
      image.line(x1: left + 14, y1: y, x2: left + 18, y2: y, color: "#777777")
      image.write(label, x: left + 22, y: y + 4.5)
    }
    image.write(
      colors.label, x: frame.width - 12, y: (frame.top + frame.bottom) / 2, size: 14,
      anchor: .middle, turned: true, room: span)
  }
}
