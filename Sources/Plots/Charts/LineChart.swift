/// A line chart of one or several series over a common pair of axes: a ``Chart`` that can be drawn
/// whatever its data are, for programs that draw while they train. No series, no points, one
/// point, a constant and points that are not finite (these break the line) all give a picture.
///
/// ```swift
/// let chart = LineChart(
///   title: "LeNet-5 on digits", xLabel: "epoch", yLabel: "loss",
///   series: [
///     Series("training", values: [1.9, 0.7, 0.3]), Series("validation", values: [1.5, 0.6, 0.4]),
///   ])
/// print(chart.terminal(width: 60, height: 16, color: false))
/// ```
public struct LineChart: Figure, Hashable {
  /// Stands above the chart and names it for screen readers; may be empty.
  public var title: String
  /// The quantity along the horizontal axis with its unit; may be empty.
  public var xLabel: String
  /// The quantity along the vertical axis with its unit; may be empty.
  public var yLabel: String
  /// Drawn in this order, the last on top. Colours repeat after eight, with other dashes.
  public var series: [Series]

  /// A chart of `series`; see the properties of the same names.
  public init(title: String, xLabel: String = "", yLabel: String = "", series: [Series]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  /// The chart of the same lines, to which other marks can be added.
  public var chart: Chart {
    Chart(
      title, x: Axis(xLabel), y: Axis(yLabel),
      // Series of one name are different series all the same.
      marks: series.enumerated().map { Mark.line($0.element).styled($0.offset) })
  }

  public var summary: String { "Line chart" + chart.summary.dropFirst("Chart".count) }

  public var tables: [FigureTable] { chart.tables }

  public func check() throws(FigureError) {}

  public func drawing() -> SVGDocument { chart.drawing() }

  public func characters(width: Int, color: Bool) -> String {
    chart.characters(width: width, color: color)
  }

  /// The chart as an SVG image that needs nothing beside it.
  ///
  /// - Parameters:
  ///   - width: in pixels, at least 240.
  ///   - height: in pixels, at least 180; a long legend adds to it.
  public func svg(width: Int = 720, height: Int = 440) -> String {
    var chart = chart
    (chart.width, chart.height) = (Double(width), Double(height))
    return chart.drawing().text(title: name, description: summary)
  }

  /// The chart in characters, without a line break at its end; see
  /// ``Chart/terminal(width:height:color:)``.
  ///
  /// - Parameters:
  ///   - width: the most columns that a line may take, at least 24.
  ///   - height: the most lines that the chart may take, at least 8; a long legend adds to it.
  ///   - color: whether to use the terminal's 256 colours.
  public func terminal(width: Int = 80, height: Int = 20, color: Bool) -> String {
    chart.characters(width: width, height: height, color: color)
  }
}
