/// A chart's plane in an SVG image.
package struct SVGPlane: Plane {
  package var image: SVGDocument
  package var isCoarse: Bool { false }
  package let x: Scale
  package let y: Scale
  package let left: Double
  package let top: Double
  package let right: Double
  package let bottom: Double

  /// A place in the unit square as one in the image.
  package func pixel(_ point: Series.Point) -> (x: Double, y: Double) {
    (left + point.x * (right - left), bottom - point.y * (bottom - top))
  }

  package mutating func line(_ points: [Series.Point], _ pen: Pen) {
    for part in parts(points) {
      let pixels = LineReduction.thinned(
        LineReduction.reduced(part.map(pixel), columnWidth: 0.5), distance: 0.2)
      if pixels.count == 1 {
        image.circle(x: pixels[0].x, y: pixels[0].y, radius: 3.5, color: pen.ink.rgb.hex)
        continue
      }
      if pen.hasSeam { image.polyline(pixels, color: "#FFFFFF", width: pen.width + 2.5) }
      image.polyline(pixels, color: pen.ink.rgb.hex, width: pen.width, dash: pen.dash)
    }
  }

  package mutating func area(_ outlines: [[Series.Point]], _ filling: Filling) {
    let paths = self.outlines(outlines).map { outline in
      SVGDocument.data(
        LineReduction.thinned(outline.map(pixel), distance: 0.2), closed: true)
    }
    if paths.isEmpty { return }
    var opacity = 1.0
    if case .tint = filling { opacity = SVGPlane.tint }
    image.area(paths.joined(), fill: filling.ink.rgb.hex, opacity: opacity)
  }

  /// How opaque a thin filling is.
  private static let tint = 0.22

  /// Cells of a filling side by side are one rectangle. Many cells in many colours are a picture
  /// of a pixel each, where they are of one size.
  package mutating func field(_ field: CellField) {
    let across = bounds(field.xEdges, x) { left + $0 * (right - left) }
    let down = bounds(field.yEdges, y) { bottom - $0 * (bottom - top) }
    let count = across.count * down.count
    let isEven = SVGPlane.isEven(field.xEdges, x) && SVGPlane.isEven(field.yEdges, y)
    if count > 900, field.fillings.count > 16, field.fillings.count <= 256, isEven,
      let corner = visibleCorner(across, down)
    {
      let rows = corner.down ? field.cells : field.cells.reversed()
      let pixels = rows.flatMap { row in
        (corner.right ? row : row.reversed()).map { UInt8($0) }
      }
      let file = PNGImage.indexed(
        width: field.xEdges.count - 1, height: field.yEdges.count - 1, pixels: pixels,
        colors: field.fillings.map(\.ink.rgb))
      image.picture(
        file, x: corner.x, y: corner.y, width: corner.width, height: corner.height)
      return
    }
    var data = Array(repeating: "", count: field.fillings.count)
    for (row, cells) in field.cells.enumerated() {
      var column = 0
      while column < cells.count {
        var end = column
        while end + 1 < cells.count && cells[end + 1] == cells[column] { end += 1 }
        let (first, last) = (across[column], across[end])
        let (start, past) = (
          min(first.lowerBound, last.lowerBound), max(first.upperBound, last.upperBound)
        )
        let (above, below) = (down[row].lowerBound, down[row].upperBound)
        // Neighbours reach below each other: where they only touched, the ground would show.
        if start < past && above < below {
          data[cells[column]] += SVGDocument.data(
            x: start...max(past, min(right, past + 0.5)),
            y: above...max(below, min(bottom, below + 0.5)))
        }
        column = end + 1
      }
    }
    for (filling, data) in zip(field.fillings, data) where !data.isEmpty {
      var color = filling.ink.rgb
      if case .tint = filling { color = RGB.white.mixed(with: color, SVGPlane.tint) }
      image.area(data, fill: color.hex, isUnion: true)
    }
  }

  /// The columns or rows between edges, in pixels, cut at the plane's ends.
  private func bounds(
    _ edges: [Double], _ scale: Scale, pixel: (Double) -> Double
  ) -> [ClosedRange<Double>] {
    let ends = edges.map { edge in
      pixel(scale.hasPlace(for: edge) ? min(1, max(0, scale.fraction(edge))) : 0)
    }
    return zip(ends, ends.dropFirst()).map { min($0, $1)...max($0, $1) }
  }

  private static func isEven(_ edges: [Double], _ scale: Scale) -> Bool {
    guard !scale.isLogarithmic, let first = edges.first, let last = edges.last else { return false }
    let step = (last - first) / Double(edges.count - 1)
    return scale.fraction(first) >= -1e-6 && scale.fraction(first) <= 1 + 1e-6
      && scale.fraction(last) >= -1e-6 && scale.fraction(last) <= 1 + 1e-6
      && zip(edges, edges.dropFirst()).allSatisfy { abs($1 - $0 - step) < 0.01 * step }
  }

  private func visibleCorner(
    _ across: [ClosedRange<Double>], _ down: [ClosedRange<Double>]
  ) -> (x: Double, y: Double, width: Double, height: Double, right: Bool, down: Bool)? {
    guard let first = across.first, let last = across.last, let low = down.first,
      let high = down.last
    else { return nil }
    let (x1, x2) = (
      min(first.lowerBound, last.lowerBound), max(first.upperBound, last.upperBound)
    )
    let (y1, y2) = (min(low.lowerBound, high.lowerBound), max(low.upperBound, high.upperBound))
    return (
      x1, y1, x2 - x1, y2 - y1, first.lowerBound <= last.lowerBound,
      low.lowerBound <= high.lowerBound
    )
  }

  package mutating func text(
    _ text: String, at point: Series.Point, _ place: TextPlace, ground: RGB?, room: Double?,
    ink: Ink?
  ) {
    guard let place1 = unit(point), Clipping.contains(place1) else { return }
    let (x, y) = pixel(place1)
    let width = room.map { abs(self.x.fraction(point.x + $0) - place1.x) * (right - left) }
    var size = 12.0
    if let width {
      size = min(size, width / SVGDocument.textWidth(text, size: 1))
      if size < 6.5 { return }
    }
    let color = ink?.rgb.hex ?? ground?.readable.hex ?? "#222222"
    switch place {
    case .over:
      image.write(
        text, x: x, y: y + size * 0.36, size: size, anchor: .middle, color: color,
        hasSeam: ground == nil)
    case .beside:
      let fits = x + 8 + SVGDocument.textWidth(text, size: size) <= right
      image.write(
        text, x: x + (fits ? 8 : -8), y: y + size * 0.36, size: size,
        anchor: fits ? .start : .end, color: color, hasSeam: ground == nil,
        room: max(20, (fits ? right - x : x - left) - 8))
    }
  }

  package mutating func ring(at point: Series.Point, _ ink: Ink, isFilled: Bool) {
    for place in visible([point]).map(pixel) {
      let (color, white) = (ink.rgb.hex, RGB.white.hex)
      image.disc(
        x: place.x, y: place.y, radius: isFilled ? 5.5 : 4.5, fill: isFilled ? color : white,
        outline: isFilled ? white : color, width: isFilled ? 1.4 : 2)
    }
  }

  package mutating func head(from start: Series.Point, to end: Series.Point, _ ink: Ink) {
    guard let a = unit(start), let b = unit(end), Clipping.contains(b),
      let a = Clipping.line([a, b]).last?.first
    else { return }
    image.arrowHead(from: pixel(a), to: pixel(b), size: 7, color: ink.rgb.hex)
  }

  package mutating func picture(
    _ raster: Raster, x: ClosedRange<Double>, y: ClosedRange<Double>
  ) {
    guard let low = unit(Series.Point(x: x.lowerBound, y: y.lowerBound)),
      let high = unit(Series.Point(x: x.upperBound, y: y.upperBound)),
      Clipping.contains(low), Clipping.contains(high)
    else { return }
    let (a, b) = (pixel(low), pixel(high))
    image.picture(
      raster.png, x: min(a.x, b.x), y: min(a.y, b.y), width: abs(a.x - b.x),
      height: abs(a.y - b.y))
  }
}

extension SVGPlane {
  /// A plane that is only drawn on in the image's own coordinates.
  package static func blank(_ image: SVGDocument) -> SVGPlane {
    let scale = Scale(showing: [0, 1], about: 1, extent: .inside)
    return SVGPlane(image: image, x: scale, y: scale, left: 0, top: 0, right: 1, bottom: 1)
  }
}
