extension SVGDocument {
  package mutating func line(
    x1: Double, y1: Double, x2: Double, y2: Double, color: String, width: Double = 1,
    dash: String = ""
  ) {
    polyline([(x1, y1), (x2, y2)], color: color, width: width, dash: dash)
  }

  /// A line through the points, in the image's own coordinates.
  package mutating func polyline(
    _ points: [(x: Double, y: Double)], color: String, width: Double, dash: String = ""
  ) {
    path(SVGDocument.data(points, closed: false), color: color, width: width, dash: dash)
  }

  /// The points as a path's data.
  package static func data(_ points: [(x: Double, y: Double)], closed: Bool) -> String {
    let data = points.enumerated().map { index, point in
      (index == 0 ? "M" : "L") + number(point.x) + " " + number(point.y)
    }
    return data.joined() + (closed ? "z" : "")
  }

  /// A rectangle as a path's data.
  package static func data(x: ClosedRange<Double>, y: ClosedRange<Double>) -> String {
    let (width, height) = (x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    if width <= 0 || height <= 0 { return "" }
    return "M\(number(x.lowerBound)) \(number(y.lowerBound))h\(number(width))v\(number(height))"
      + "h\(number(-width))z"
  }

  package mutating func circle(x: Double, y: Double, radius: Double, color: String) {
    append(
      "<circle cx=\"\(SVGDocument.number(x))\" cy=\"\(SVGDocument.number(y))\""
        + " r=\"\(SVGDocument.number(radius))\" fill=\"\(color)\"/>")
  }

  /// A circle's line, white within.
  package mutating func ring(
    x: Double, y: Double, radius: Double, color: String, width: Double = 2
  ) {
    disc(x: x, y: y, radius: radius, fill: "#FFFFFF", outline: color, width: width)
  }

  /// A filled circle with its line.
  package mutating func disc(
    x: Double, y: Double, radius: Double, fill: String, outline: String, width: Double = 1.4
  ) {
    append(
      "<circle cx=\"\(SVGDocument.number(x))\" cy=\"\(SVGDocument.number(y))\""
        + " r=\"\(SVGDocument.number(radius))\" fill=\"\(fill)\" stroke=\"\(outline)\""
        + " stroke-width=\"\(SVGDocument.number(width))\"/>")
  }

  package mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: String
  ) {
    append(
      "<rect x=\"\(SVGDocument.number(x))\" y=\"\(SVGDocument.number(y))\""
        + " width=\"\(SVGDocument.number(width))\" height=\"\(SVGDocument.number(height))\""
        + " fill=\"\(fill)\"/>")
  }

  package mutating func path(
    _ data: String, color: String, width: Double, dash: String = "", opacity: Double = 1,
    cap: String? = nil
  ) {
    append(
      "<path d=\"\(data)\" fill=\"none\" stroke=\"\(color)\""
        + " stroke-width=\"\(SVGDocument.number(width))\""
        + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")
        + (opacity < 1 ? " stroke-opacity=\"\(SVGDocument.number(opacity))\"" : "")
        + " stroke-linejoin=\"round\" stroke-linecap=\"\(cap ?? (dash.isEmpty ? "round" : "butt"))\"/>"
    )
  }

  /// A filled area by a path's data, by the even-odd rule.
  ///
  /// - Parameters:
  ///   - isUnion: its parts may overlap: all of them are filled.
  ///   - seam: the width of a white line around each part.
  package mutating func area(
    _ data: String, fill: String, opacity: Double = 1, isUnion: Bool = false,
    seam: Double = 0
  ) {
    append(
      "<path d=\"\(data)\" fill=\"\(fill)\""
        + (isUnion ? "" : " fill-rule=\"evenodd\"")
        + (seam > 0 ? " stroke=\"#FFFFFF\" stroke-width=\"\(SVGDocument.number(seam))\"" : "")
        + (opacity < 1 ? " fill-opacity=\"\(SVGDocument.number(opacity))\"" : "") + "/>")
  }

  /// A PNG file as a picture whose pixels can be seen.
  package mutating func picture(
    _ png: [UInt8], x: Double, y: Double, width: Double, height: Double
  ) {
    append(
      "<image x=\"\(SVGDocument.number(x))\" y=\"\(SVGDocument.number(y))\""
        + " width=\"\(SVGDocument.number(width))\" height=\"\(SVGDocument.number(height))\""
        + " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\""
        + " href=\"data:image/png;base64,\(Base64.text(png))\"/>")
  }

  /// An arrow's head at the end of a line.
  package mutating func arrowHead(
    from a: (x: Double, y: Double), to b: (x: Double, y: Double), size: Double, color: String
  ) {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = (dx * dx + dy * dy).squareRoot()
    if length < 1e-6 { return }
    let (ux, uy) = (dx / length * size, dy / length * size)
    let corners = [
      b, (x: b.x - ux - uy * 0.45, y: b.y - uy + ux * 0.45),
      (x: b.x - ux + uy * 0.45, y: b.y - uy - ux * 0.45),
    ]
    area(SVGDocument.data(corners, closed: true), fill: color, opacity: 1)
  }
}
