extension SVGPlane {
  /// From this many points on a scatter is drawn as a density.
  package static let densityFrom = 5000

  /// Marks of one series are one path. Above 5,000 points they are counted in squares of 3 pixels
  /// instead, and drawn in five depths: that looks much like that many points, and is never larger
  /// than the plane.
  package mutating func markers(_ points: [Series.Point], series: Int, size: Double) {
    let pixels = visible(points).map(pixel)
    if pixels.count > SVGPlane.densityFrom {
      density(pixels, color: Palette.color(series).hex)
      return
    }
    let data = pixels.map { SVGPlane.markerData(series, x: $0.x, y: $0.y, radius: size) }
    drawMarkers(data.joined(), series: series)
  }

  package mutating func drawMarkers(_ data: String, series: Int) {
    if data.isEmpty { return }
    let color = Palette.color(series).hex
    if SVGPlane.isFilled(series) {
      image.area(data, fill: color, isUnion: true, seam: 0.5)
    } else {
      image.path(data, color: color, width: 1.6)
    }
  }

  /// Whether a series' mark is an area and not made of lines.
  private static func isFilled(_ series: Int) -> Bool {
    [0, 4, 5].contains(series % Palette.marks.count)
  }

  /// The marks of the terminal's characters `• × + ○ ◆ ▲ □ *`, in that order.
  package static func markerData(_ series: Int, x: Double, y: Double, radius r: Double) -> String {
    let place = { (dx: Double, dy: Double) in
      SVGDocument.number(x + dx, decimals: 1) + " " + SVGDocument.number(y + dy, decimals: 1)
    }
    let n = { (value: Double) in SVGDocument.number(value, decimals: 1) }
    let d = r * 0.8
    let cross = "M\(place(-d, -d))l\(n(2 * d)) \(n(2 * d))m0 \(n(-2 * d))l\(n(-2 * d)) \(n(2 * d))"
    let plus = "M\(place(-r, 0))h\(n(2 * r))m\(n(-r)) \(n(-r))v\(n(2 * r))"
    switch series % Palette.marks.count {
    case 0, 3: return circleData(x: x, y: y, radius: r)
    case 1: return cross
    case 2: return plus
    case 4:
      let s = r * 1.25
      return "M\(place(0, -s))l\(n(s)) \(n(s))l\(n(-s)) \(n(s))l\(n(-s)) \(n(-s))z"
    case 5:
      return "M\(place(0, -r * 1.2))l\(n(r * 1.15)) \(n(r * 2))h\(n(-r * 2.3))z"
    case 6: return "M\(place(-r * 0.9, -r * 0.9))h\(n(r * 1.8))v\(n(r * 1.8))h\(n(-r * 1.8))z"
    default: return cross + plus
    }
  }

  package static func circleData(x: Double, y: Double, radius r: Double) -> String {
    let n = { (value: Double) in SVGDocument.number(value, decimals: 1) }
    return "M\(n(x - r)) \(n(y))a\(n(r)) \(n(r)) 0 1 0 \(n(2 * r)) 0"
      + "a\(n(r)) \(n(r)) 0 1 0 \(n(-2 * r)) 0z"
  }

  private mutating func density(_ pixels: [(x: Double, y: Double)], color: String) {
    let side = 3.0
    let columns = Int(((right - left) / side).rounded(.up)) + 1
    let rows = Int(((bottom - top) / side).rounded(.up)) + 1
    var counts = Array(repeating: 0, count: columns * rows)
    for pixel in pixels {
      let column = min(columns - 1, max(0, Int((pixel.x - left) / side)))
      let row = min(rows - 1, max(0, Int((pixel.y - top) / side)))
      counts[row * columns + column] += 1
    }
    let most = Double(counts.max() ?? 1)
    // By the logarithm, to let lone points show beside thousands.
    let depth = { (count: Int) in
      count == 0
        ? -1 : min(4, Int(5 * decimalLogarithm(Double(count)) / max(0.3, decimalLogarithm(most))))
    }
    var data = Array(repeating: "", count: 5)
    for row in 0..<rows {
      var column = 0
      while column < columns {
        let level = depth(counts[row * columns + column])
        var end = column + 1
        while end < columns && depth(counts[row * columns + end]) == level { end += 1 }
        if level >= 0 {
          let x = SVGDocument.number(left + Double(column) * side, decimals: 1)
          let y = SVGDocument.number(top + (Double(row) + 0.5) * side, decimals: 1)
          data[level] += "M\(x) \(y)h\(SVGDocument.number(Double(end - column) * side))"
        }
        column = end
      }
    }
    for (level, data) in data.enumerated() where !data.isEmpty {
      image.path(
        data, color: color, width: side, opacity: 0.3 + 0.175 * Double(level), cap: "butt")
    }
  }
}
