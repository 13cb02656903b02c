/// Marks over a common pair of axes: lines with bands, scatter, bars, histograms, contours with
/// trajectories, heat maps, regions of decision, arrows, pictures.
///
/// ```swift
/// let chart = Chart(
///   "LeNet-5 on digits", x: "epoch", y: Axis("loss", unit: "nats", scale: .logarithmic),
///   marks: [
///     .band("training", x: [1, 2, 3], lower: [1.7, 0.6, 0.2], upper: [2.1, 0.8, 0.4]),
///     .line("training", values: [1.9, 0.7, 0.3]), .line("validation", values: [1.5, 0.6, 0.4]),
///   ])
/// ```
public struct Chart: Figure {
  /// Stands above the chart and names it; may be empty.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// Drawn in this order, the last on top.
  public var marks: [Mark]
  /// Whether a unit is as long on both axes, as befits places in the plane and the cells of a
  /// matrix. The chart is then narrower or lower than `width` and `height` say.
  public var hasEqualUnits: Bool
  /// In pixels; below 240 it is taken for 240.
  public var width: Double
  /// In pixels; below 180 it is taken for 180, and a long legend adds to it.
  public var height: Double

  /// A chart; see the properties of the same names.
  public init(
    _ title: String = "", x: Axis = "", y: Axis = "", marks: [Mark], hasEqualUnits: Bool = false,
    width: Double = 720, height: Double = 440
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
    self.hasEqualUnits = hasEqualUnits
    self.width = width
    self.height = height
  }

  /// A matrix as a heat map, its rows from the top, such as attention weights.
  ///
  /// - Parameters:
  ///   - title: stands above the matrix; may be empty.
  ///   - values: row by row from the top.
  ///   - rows: the names of the rows; none for numbers.
  ///   - columns: the names of the columns; none for numbers.
  ///   - x: what the columns are.
  ///   - y: what the rows are.
  ///   - label: the quantity, beside the bar of colours.
  ///   - colors: the map of colours.
  ///   - range: the numbers at the map's ends; nil for the least and greatest.
  ///   - decimals: of the numbers in the cells; nil for none.
  public static func matrix(
    _ title: String = "", values: [[Double]], rows: [String] = [], columns: [String] = [],
    x: String = "", y: String = "", label: String = "", colors: ColorMap = .sequential,
    range: ClosedRange<Double>? = nil, decimals: Int? = nil
  ) -> Chart {
    Chart(
      title, x: Axis(x, scale: columns.isEmpty ? .linear : .categories(columns)),
      y: Axis(y, scale: rows.isEmpty ? .linear : .categories(rows), isReversed: true),
      marks: [
        .heatMap(Grid(values), label: label, colors: colors, range: range, decimals: decimals)
      ],
      hasEqualUnits: true)
  }

  public var summary: String {
    let axes = "\(y.label.isEmpty ? "y" : y.title) over \(x.label.isEmpty ? "x" : x.title)"
    let parts = marks.map { $0.name.isEmpty ? $0.shape.summary : "\($0.name): \($0.shape.summary)" }
    return (["Chart, \(axes)"] + parts).joined(separator: ". ") + "."
  }

  public var tables: [FigureTable] {
    let xName = x.title.isEmpty ? "x" : x.title
    let yName = y.title.isEmpty ? "y" : y.title
    return marks.flatMap {
      $0.shape.tables(name: $0.name, x: xName, y: yName == xName ? yName + " (y)" : yName)
    }
  }

  public func check() throws(FigureError) {
    let place = "chart '\(title)'"
    if marks.isEmpty {
      throw FigureError(.empty, at: place, found: "no marks", expected: "at least one")
    }
    for (name, axis) in [("x", x), ("y", y)] { try check(axis, at: "\(place), axis \(name)") }
    for (index, mark) in marks.enumerated() {
      try check(
        mark, at: place + ", mark " + (mark.name.isEmpty ? "\(index + 1)" : "'\(mark.name)'"))
    }
  }

  private func check(_ axis: Axis, at place: String) throws(FigureError) {
    if case .categories(let names) = axis.scale, names.isEmpty {
      throw FigureError(.empty, at: place, found: "no categories", expected: "at least one")
    }
    guard let range = axis.range else { return }
    let isLogarithmic = axis.scale == .logarithmic
    let isRange =
      Series.isDrawable(range.lowerBound) && Series.isDrawable(range.upperBound)
      && range.lowerBound < range.upperBound
      && (!isLogarithmic || range.lowerBound >= Scale.leastPositive)
    if !isRange {
      throw FigureError(
        .notDrawable, at: place, found: "the range \(range)",
        expected: isLogarithmic ? "two numbers above 0" : "two finite numbers that differ")
    }
  }

  private func check(_ mark: Mark, at place: String) throws(FigureError) {
    try mark.shape.check(at: place)
    let points = mark.shape.points
    let reach = mark.shape.reach
    if points.isEmpty && reach.x.isEmpty && reach.y.isEmpty
      || mark.shape is BarsMark && points.isEmpty
    {
      throw FigureError(.empty, at: place, found: "no points", expected: "at least one")
    }
    let fits = { (point: Series.Point) in
      Chart.fits(point.x, x) && Chart.fits(point.y, y)
    }
    if mark.shape.allowsGaps {
      if points.contains(where: fits) { return }
      throw FigureError(
        .empty, at: place, found: "no point of \(points.count) that the axes have a place for",
        expected: "at least one")
    }
    let values = points.map { ($0.x, x) } + points.map { ($0.y, y) }
    for (value, axis) in values + reach.x.map({ ($0, x) }) + reach.y.map({ ($0, y) })
    where !Chart.fits(value, axis) {
      throw FigureError(
        .notDrawable, at: place, found: "\(value)",
        expected: axis.scale == .logarithmic
          ? "numbers above 0 for a logarithmic axis" : "finite numbers up to 1e300")
    }
  }

  /// Whether an axis has a place for a value.
  package static func fits(_ value: Double, _ axis: Axis) -> Bool {
    Series.isDrawable(value) && (axis.scale != .logarithmic || value >= Scale.leastPositive)
  }
}
