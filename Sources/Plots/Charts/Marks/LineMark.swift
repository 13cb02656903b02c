extension Mark {
  /// A line through the points in their order; one that is not finite leaves a gap.
  public static func line(_ name: String = "", x: [Double], y: [Double]) -> Mark {
    Mark(name, LineMark(x: x, y: y))
  }

  /// A line over the numbers `first`, `first + 1`, …, such as a loss for each epoch.
  public static func line(_ name: String = "", values: [Double], from first: Int = 1) -> Mark {
    line(name, x: values.indices.map { Double(first + $0) }, y: values)
  }

  /// The line of a series.
  public static func line(_ series: Series) -> Mark {
    line(series.name, x: series.points.map(\.x), y: series.points.map(\.y))
  }

  /// A function's values between two numbers, at evenly spaced places.
  ///
  /// - Parameters:
  ///   - name: what the legend says; may be empty.
  ///   - range: from where to where.
  ///   - count: how many places, at least 2.
  ///   - function: its value at a place; one that is not finite leaves a gap.
  public static func function(
    _ name: String = "", over range: ClosedRange<Double>, count: Int = 200,
    _ function: (Double) throws -> Double
  ) rethrows -> Mark {
    let steps = max(2, count) - 1
    let x = (0...steps).map { step in
      let share = Double(step) / Double(steps)
      return range.lowerBound * (1 - share) + range.upperBound * share
    }
    return line(name, x: x, y: try x.map(function))
  }

  /// The area between a lower and an upper line, such as a mean's standard deviation; it is drawn
  /// thinly. A number that is not finite leaves a gap.
  public static func band(
    _ name: String = "", x: [Double], lower: [Double], upper: [Double]
  ) -> Mark {
    Mark(name, BandMark(x: x, lower: lower, upper: upper))
  }
}

struct LineMark: MarkShape {
  let x: [Double]
  let y: [Double]

  var kind: String { "line" }
  var points: [Series.Point] { Columns.points(x, y) }
  var allowsGaps: Bool { true }
  var sample: LegendSample { hasMarkers ? [.line, .marker] : .line }
  /// A few points are shown by their marks too.
  private var hasMarkers: Bool { (2...12).contains(x.count) }

  func check(at place: String) throws(FigureError) {
    try Columns.check(("x", x), ("y", y), at: place)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [FigureTable(name: name, (xName, x), (yName, y))]
  }

  var summary: String {
    let drawn = points.filter(\.isDrawable)
    guard let first = drawn.first, let last = drawn.last else { return "no points" }
    let text = { (value: Double) in NumberText.significant(value, digits: 4) }
    return "\(drawn.count) points, from \(text(first.y)) at \(text(first.x))"
      + " to \(text(last.y)) at \(text(last.x))"
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    plane.line(points, style.pen)
    if hasMarkers { plane.markers(points, series: style.number, size: 3.5) }
  }
}

struct BandMark: MarkShape {
  let x: [Double]
  let lower: [Double]
  let upper: [Double]

  var kind: String { "band" }
  var points: [Series.Point] { Columns.points(x, lower) + Columns.points(x, upper) }
  var allowsGaps: Bool { true }
  var sample: LegendSample { .tint }

  func check(at place: String) throws(FigureError) {
    try Columns.check(("x", x), ("lower", lower), ("upper", upper), at: place)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [FigureTable(name: name, (xName, x), ("lower", lower), ("upper", upper))]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    let edges = zip(Columns.points(x, lower), Columns.points(x, upper)).map { ($0, $1) }
    let stretches = edges.split { low, high in
      plane.unit(low) == nil || plane.unit(high) == nil
    }
    let outlines = stretches.map { $0.map(\.0) + $0.map(\.1).reversed() }
    // Stretches do not overlap, so that they can be one area.
    plane.area(outlines, .tint(style.ink))
  }
}
