/// The names of series with samples of how they are drawn, in rows above the plane.
package enum Legend {
  package struct PlacedEntry {
    package var entry: Chart.LegendEntry
    package var x: Double
  }

  /// The legend's entries in as many rows as they need.
  package static func rows(_ entries: [Chart.LegendEntry], width: Double) -> [[PlacedEntry]] {
    var rows: [[PlacedEntry]] = []
    var x = 0.0
    for entry in entries {
      let taken = 33 + min(width - 33, SVGDocument.textWidth(entry.name)) + 19
      if rows.isEmpty || x > 0 && x + taken > width {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append(PlacedEntry(entry: entry, x: 20 + x))
      x += taken
    }
    return rows
  }

  package static func draw(
    _ entry: PlacedEntry, y: Double, width: Double, in image: inout SVGDocument
  ) {
    let (number, sample) = (entry.entry.number, entry.entry.sample)
    let color = Palette.color(number).hex
    if sample.contains(.tint) {
      image.area(
        SVGDocument.data(x: entry.x...entry.x + 26, y: y - 6...y + 6), fill: color, opacity: 0.22)
    }
    if sample.contains(.solid) {
      image.area(
        SVGDocument.data(x: entry.x + 7...entry.x + 19, y: y - 6...y + 6), fill: color,
        opacity: 1)
    }
    if sample.contains(.line) {
      image.line(
        x1: entry.x, y1: y, x2: entry.x + 26, y2: y, color: color, width: 3,
        dash: Palette.dash(number))
    }
    if sample.contains(.marker) {
      var plane = SVGPlane.blank(image)
      plane.drawMarkers(
        SVGPlane.markerData(number, x: entry.x + 13, y: y, radius: 4), series: number)
      image = plane.image
    }
    if sample.contains(.node) {
      GraphDiagram.drawNodes(
        GraphDiagram.nodeData(number, x: entry.x + 15, y: y, radius: 7),
        color: Palette.color(number), isFaint: true, in: &image)
    }
    image.write(entry.entry.name, x: entry.x + 33, y: y + 4.5, room: width - entry.x - 53)
  }
}
