extension Mark {
  /// Points that are not joined. Above 5,000 they are drawn as a density, so that the picture stays
  /// small however many they are.
  public static func points(_ name: String = "", x: [Double], y: [Double]) -> Mark {
    Mark(name, PointsMark(x: x, y: y))
  }

  /// The points of a series, not joined.
  public static func points(_ series: Series) -> Mark {
    points(series.name, x: series.points.map(\.x), y: series.points.map(\.y))
  }

  /// Intervals at points, such as a mean's standard error, as upright lines with ends.
  public static func intervals(
    _ name: String = "", x: [Double], lower: [Double], upper: [Double]
  ) -> Mark {
    Mark(name, IntervalsMark(x: x, lower: lower, upper: upper))
  }

  /// Arrows from places by a change, such as gradients or tangents.
  ///
  /// - Parameters:
  ///   - name: what the legend says; may be empty.
  ///   - x: the arrows' starts.
  ///   - y: the arrows' starts.
  ///   - dx: how far each goes along the horizontal axis.
  ///   - dy: how far each goes along the vertical axis.
  public static func arrows(
    _ name: String = "", x: [Double], y: [Double], dx: [Double], dy: [Double]
  ) -> Mark {
    Mark(name, ArrowsMark(x: x, y: y, dx: dx, dy: dy))
  }
}

struct PointsMark: MarkShape {
  let x: [Double]
  let y: [Double]

  var kind: String { "points" }
  var points: [Series.Point] { Columns.points(x, y) }
  var fit: MarkFit { .beyond }
  var sample: LegendSample { .marker }
  var summary: String { "\(x.count) points" }

  func check(at place: String) throws(FigureError) {
    try Columns.check(("x", x), ("y", y), at: place)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [FigureTable(name: name, (xName, x), (yName, y))]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    plane.markers(points, series: style.number, size: x.count > 400 ? 2.8 : 3.8)
  }
}

struct IntervalsMark: MarkShape {
  let x: [Double]
  let lower: [Double]
  let upper: [Double]

  var kind: String { "intervals" }
  var points: [Series.Point] { Columns.points(x, lower) + Columns.points(x, upper) }
  var fit: MarkFit { .beyond }
  var sample: LegendSample { .line }

  func check(at place: String) throws(FigureError) {
    try Columns.check(("x", x), ("lower", lower), ("upper", upper), at: place)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [FigureTable(name: name, (xName, x), ("lower", lower), ("upper", upper))]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    let pen = Pen(style.ink, width: 1.6)
    for index in x.indices {
      let ends = [lower[index], upper[index]].map { Series.Point(x: x[index], y: $0) }
      plane.line(ends, pen)
      for end in ends {
        // The ends are as wide as a hundredth of the axis.
        let middle = plane.x.fraction(end.x)
        let sides = [-0.005, 0.005].map {
          Series.Point(x: plane.x.value(at: middle + $0), y: end.y)
        }
        plane.line(sides, pen)
      }
    }
  }
}

struct ArrowsMark: MarkShape {
  let x: [Double]
  let y: [Double]
  let dx: [Double]
  let dy: [Double]

  var kind: String { "arrows" }
  private var ends: [Series.Point] {
    zip(Columns.points(x, y), Columns.points(dx, dy)).map {
      Series.Point(x: $0.x + $1.x, y: $0.y + $1.y)
    }
  }
  var points: [Series.Point] { Columns.points(x, y) + ends }
  var fit: MarkFit { .beyond }
  var sample: LegendSample { .line }
  var summary: String { "\(x.count) arrows" }

  func check(at place: String) throws(FigureError) {
    try Columns.check(("x", x), ("y", y), ("dx", dx), ("dy", dy), at: place)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [FigureTable(name: name, (xName, x), (yName, y), ("d" + xName, dx), ("d" + yName, dy))]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    for (start, end) in zip(Columns.points(x, y), ends) {
      plane.line([start, end], Pen(style.ink, width: 1.5))
      plane.head(from: start, to: end, style.ink)
    }
  }
}
