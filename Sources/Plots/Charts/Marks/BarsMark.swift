extension Mark {
  /// Upright bars from 0. Several marks of bars stand side by side.
  ///
  /// - Parameters:
  ///   - name: what the legend says; may be empty.
  ///   - x: where; nil for 0, 1, 2, …, the places of categories.
  ///   - heights: downwards where they are negative.
  public static func bars(_ name: String = "", x: [Double]? = nil, heights: [Double]) -> Mark {
    Mark(name, BarsMark(x: x ?? heights.indices.map(Double.init), heights: heights))
  }

  /// How many of a list of numbers fall into each of a row of intervals of one width.
  ///
  /// - Parameters:
  ///   - name: what the legend says; may be empty.
  ///   - values: finite.
  ///   - bins: how many intervals, at least 1; nil for the rule of Freedman and Diaconis.
  ///   - range: what they cover; nil for all values. Those outside are not counted.
  ///   - isDensity: whether the areas add up to 1, to lie beside a density, and not counts.
  public static func histogram(
    _ name: String = "", values: [Double], bins: Int? = nil, range: ClosedRange<Double>? = nil,
    isDensity: Bool = false
  ) -> Mark {
    Mark(
      name,
      HistogramMark(
        histogram: Histogram(values, bins: bins, range: range), values: values,
        isDensity: isDensity))
  }
}

struct BarsMark: MarkShape {
  let x: [Double]
  let heights: [Double]

  var kind: String { "bars" }
  var points: [Series.Point] { Columns.points(x, heights) }
  var sample: LegendSample { .solid }
  var summary: String { "\(heights.count) bars" }

  /// The share of the distance between neighbours that the bars of a place take.
  private static let share = 0.8

  private var distance: Double {
    let places = x.sorted()
    return zip(places, places.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }.min() ?? 1
  }

  var reach: (x: [Double], y: [Double]) {
    let half = distance / 2
    let ends = [x.min(), x.max()].compactMap { $0 }
    // Bars that stand on 0 say nothing on a logarithmic axis, which refuses it.
    return (zip(ends, [-half, half]).map { $0 + $1 }, [0])
  }

  func check(at place: String) throws(FigureError) {
    try Columns.check(("x", x), ("heights", heights), at: place)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [FigureTable(name: name, (xName, x), (yName, heights))]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    let width = distance * BarsMark.share / Double(style.slots)
    let outlines = points.map { point in
      let left = point.x - distance * BarsMark.share / 2 + Double(style.slot) * width
      // Bars of one place touch, if not quite.
      let right = left + width * (style.slots > 1 ? 0.92 : 1)
      return HistogramMark.rectangle(left, right, point.y)
    }
    plane.area(outlines, .solid(style.ink))
  }
}

struct HistogramMark: MarkShape {
  let histogram: Histogram
  let values: [Double]
  let isDensity: Bool

  var kind: String { "histogram" }
  private var heights: [Double] {
    isDensity ? histogram.densities : histogram.counts.map(Double.init)
  }
  /// The corners of the bars; where there are none, what could not be counted.
  var points: [Series.Point] {
    Columns.points(Array(histogram.edges.dropLast()), heights)
      + Columns.points(Array(histogram.edges.dropFirst()), heights)
  }
  var reach: (x: [Double], y: [Double]) { ([], [0]) }
  var sample: LegendSample { [.tint, .line] }
  var summary: String {
    let outside = histogram.outside > 0 ? ", \(histogram.outside) more outside" : ""
    return "histogram of \(histogram.counts.reduce(0, +)) numbers in "
      + "\(histogram.counts.count) intervals\(outside)"
  }

  func check(at place: String) throws(FigureError) {
    if values.isEmpty {
      throw FigureError(.empty, at: place, found: "no numbers", expected: "at least one")
    }
    if let error = FigureError.firstUndrawable(values, at: "\(place), values") { throw error }
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [
      FigureTable(
        name: name, ("lower", Array(histogram.edges.dropLast())),
        ("upper", Array(histogram.edges.dropFirst())), (yName, heights))
    ]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    let bars = heights.indices.map { index in
      HistogramMark.rectangle(histogram.edges[index], histogram.edges[index + 1], heights[index])
    }
    plane.area(bars, .tint(style.ink))
    var outline = [Series.Point(x: histogram.edges[0], y: 0)]
    for (index, height) in heights.enumerated() {
      outline.append(Series.Point(x: histogram.edges[index], y: height))
      outline.append(Series.Point(x: histogram.edges[index + 1], y: height))
    }
    outline.append(Series.Point(x: histogram.edges[heights.count], y: 0))
    var pen = style.pen
    pen.width = 1.6
    plane.line(outline, pen)
  }

  static func rectangle(_ left: Double, _ right: Double, _ height: Double) -> [Series.Point] {
    [(left, 0), (right, 0), (right, height), (left, height)].map {
      Series.Point(x: $0.0, y: $0.1)
    }
  }
}
