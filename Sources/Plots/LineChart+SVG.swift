extension LineChart {
  /// The chart as an SVG image that needs nothing beside it.
  ///
  /// - Parameters:
  ///   - width: in pixels, at least 240.
  ///   - height: in pixels, at least 180; a long legend adds to it.
  public func svg(width: Int = 720, height: Int = 440) -> String {
    let width = Double(max(240, width))
    let legend = legendRows(width: width - 40)
    let top = (title.isEmpty ? 16.0 : 44.0) + (legend.isEmpty ? 0 : Double(legend.count) * 22 + 8)
    let below = xLabel.isEmpty ? 32.0 : 54.0
    let height = max(180, Double(height), top + 80 + below)
    let bottom = height - below
    var image = SVGDocument(width: width, height: height)
    let (x, y) = scales(xTicks: Int(width / 80), yTicks: max(2, Int((bottom - top) / 50)))
    let labels = y.ticks.labels.map { SVGDocument.textWidth($0) }.max() ?? 0
    let left = 16 + labels + (yLabel.isEmpty ? 0 : 26)
    let right = width - 24
    let across = { (value: Double) in left + x.fraction(value) * (right - left) }
    let down = { (value: Double) in bottom - y.fraction(value) * (bottom - top) }

    if !title.isEmpty {
      image.write(title, x: 20, y: 30, size: 17, color: "#111111", bold: true, room: width - 40)
    }
    for (row, entries) in legend.enumerated() {
      drawLegend(
        entries, y: (title.isEmpty ? 18 : 50) + Double(row) * 22, width: width, in: &image)
    }
    for (value, label) in zip(y.ticks.values, y.ticks.labels) {
      image.line(x1: left, y1: down(value), x2: right, y2: down(value), color: "#E2E2E2")
      image.write(label, x: left - 8, y: down(value) + 4.5, anchor: .end)
    }
    for (value, label) in zip(x.ticks.values, x.ticks.labels) {
      image.line(x1: across(value), y1: top, x2: across(value), y2: bottom, color: "#F0F0F0")
      image.line(x1: across(value), y1: bottom, x2: across(value), y2: bottom + 5, color: "#777777")
      image.write(label, x: across(value), y: bottom + 20, anchor: .middle)
    }
    image.line(x1: left, y1: bottom, x2: right, y2: bottom, color: "#777777")
    image.write(
      xLabel, x: (left + right) / 2, y: height - 12, size: 14, anchor: .middle,
      room: right - left)
    image.write(
      yLabel, x: 22, y: (top + bottom) / 2, size: 14, anchor: .middle, turned: true,
      room: bottom - top)

    for (index, one) in series.enumerated() {
      for stretch in one.stretches {
        let points = stretch.map { (x: across($0.x), y: down($0.y)) }
        draw(LineReduction.reduced(points, columnWidth: 0.5), index: index, in: &image)
      }
    }
    return image.text(title: title.isEmpty ? "Line chart" : title, description: summary)
  }

  private func draw(_ points: [(x: Double, y: Double)], index: Int, in image: inout SVGDocument) {
    let color = LineChart.color(index)
    if points.count == 1 {
      image.circle(x: points[0].x, y: points[0].y, radius: 3.5, color: color)
    } else {
      image.polyline(points, color: color, width: 2, dash: LineChart.dash(index))
    }
  }

  private typealias LegendEntry = (index: Int, name: String, x: Double)

  /// The legend's entries in as many rows as they need; none for a single unnamed series.
  private func legendRows(width: Double) -> [[LegendEntry]] {
    if series.allSatisfy({ $0.name.isEmpty }) { return [] }
    var rows: [[LegendEntry]] = [[]]
    var x = 0.0
    for (index, one) in series.enumerated() {
      let taken = 33 + min(width - 33, SVGDocument.textWidth(one.name)) + 19
      if x > 0 && x + taken > width {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((index, one.name, 20 + x))
      x += taken
    }
    return rows
  }

  private func drawLegend(
    _ entries: [LegendEntry], y: Double, width: Double, in image: inout SVGDocument
  ) {
    for entry in entries {
      image.line(
        x1: entry.x, y1: y, x2: entry.x + 26, y2: y, color: LineChart.color(entry.index), width: 3,
        dash: LineChart.dash(entry.index))
      image.write(entry.name, x: entry.x + 33, y: y + 4.5, room: width - entry.x - 53)
    }
  }

  private static func color(_ index: Int) -> String {
    Palette.series[index % Palette.series.count]
  }

  private static func dash(_ index: Int) -> String {
    Palette.dashes[index / Palette.series.count % Palette.dashes.count]
  }
}
