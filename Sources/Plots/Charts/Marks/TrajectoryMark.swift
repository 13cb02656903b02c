extension Mark {
  /// A path through the plane, such as the steps of an optimizer over its loss's contours: a line
  /// with a seam, a ring at its start, a disc at its end, and a mark at each of a few steps.
  public static func trajectory(_ name: String = "", x: [Double], y: [Double]) -> Mark {
    Mark(name, TrajectoryMark(x: x, y: y))
  }

  /// A line across the whole chart at a place of the horizontal axis.
  public static func rule(_ name: String = "", x: Double) -> Mark {
    Mark(name, RuleMark(value: x, isUpright: true))
  }

  /// A line across the whole chart at a place of the vertical axis, such as the accuracy of
  /// guessing.
  public static func rule(_ name: String = "", y: Double) -> Mark {
    Mark(name, RuleMark(value: y, isUpright: false))
  }

  /// A text beside a point.
  public static func text(_ text: String, x: Double, y: Double) -> Mark {
    Mark("", TextMark(text: text, x: x, y: y))
  }

  /// A picture between two numbers of each axis, such as a sample at its place in a latent space.
  public static func image(
    _ raster: Raster, x: ClosedRange<Double>, y: ClosedRange<Double>
  ) -> Mark {
    Mark("", ImageMark(raster: raster, x: x, y: y))
  }
}

struct TrajectoryMark: MarkShape {
  let x: [Double]
  let y: [Double]

  var kind: String { "trajectory" }
  var points: [Series.Point] { Columns.points(x, y) }
  var fit: MarkFit { .beyond }
  /// An optimizer that diverges does so here too.
  var allowsGaps: Bool { true }
  var sample: LegendSample { [.line, .marker] }

  func check(at place: String) throws(FigureError) {
    try Columns.check(("x", x), ("y", y), at: place)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    let steps = x.indices.map(Double.init)
    return [FigureTable(name: name, ("step", steps), (xName, x), (yName, y))]
  }

  var summary: String {
    let drawn = points.filter(\.isDrawable)
    guard let first = drawn.first, let last = drawn.last else { return "no points" }
    let text = { (point: Series.Point) in
      "(\(NumberText.significant(point.x, digits: 4)), "
        + "\(NumberText.significant(point.y, digits: 4)))"
    }
    return "\(x.count) places from \(text(first)) to \(text(last))"
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    var pen = style.pen
    pen.hasSeam = true
    plane.line(points, pen)
    if points.count <= 40 {
      plane.markers(Array(points.dropFirst().dropLast()), series: style.number, size: 2.5)
    }
    let drawn = points.filter { plane.unit($0) != nil }
    if let first = drawn.first { plane.ring(at: first, style.ink, isFilled: false) }
    if let last = drawn.last { plane.ring(at: last, style.ink, isFilled: true) }
  }
}

struct RuleMark: MarkShape {
  let value: Double
  let isUpright: Bool

  var kind: String { "line" }
  var points: [Series.Point] { [] }
  var reach: (x: [Double], y: [Double]) { isUpright ? ([value], []) : ([], [value]) }
  var sample: LegendSample { .line }
  var summary: String {
    "line at \(isUpright ? "x" : "y") = \(NumberText.significant(value, digits: 4))"
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [FigureTable(name: name, (isUpright ? xName : yName, [value]))]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    let points = [0.0, 1].map { end in
      isUpright
        ? Series.Point(x: value, y: plane.y.value(at: end))
        : Series.Point(x: plane.x.value(at: end), y: value)
    }
    plane.line(points, Pen(style.ink, width: 1.5, dash: Palette.dash(style.number)))
  }
}

struct TextMark: MarkShape {
  let text: String
  let x: Double
  let y: Double

  var kind: String { "text" }
  var points: [Series.Point] { [Series.Point(x: x, y: y)] }
  var names: [String]? { [] }
  var sample: LegendSample { [] }
  var summary: String { text }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [
      FigureTable(
        name: name, columns: [xName, yName, "text"], rows: [[.number(x), .number(y), .text(text)]])
    ]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    plane.text(
      text, at: Series.Point(x: x, y: y), .beside, ground: nil, room: nil)
  }
}

struct ImageMark: MarkShape {
  let raster: Raster
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  var kind: String { "picture" }
  var points: [Series.Point] {
    [
      Series.Point(x: x.lowerBound, y: y.lowerBound),
      Series.Point(x: x.upperBound, y: y.upperBound),
    ]
  }
  var names: [String]? { [] }
  var sample: LegendSample { [] }
  var summary: String { "picture of \(raster.width) × \(raster.height) pixels" }

  func check(at place: String) throws(FigureError) { try raster.check(at: place) }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [raster.table(name: name)]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    plane.picture(raster, x: x, y: y)
  }
}
