/// A line chart of one or several series over a common pair of axes.
///
/// It is drawn as SVG (`svg(width:height:)`) or in a terminal
/// (`terminal(width:height:color:)`). Any data can be drawn: no series, no points, one point, a
/// constant, points that are not finite (these break the line).
///
/// ```swift
/// let chart = LineChart(
///   title: "LeNet-5 on digits", xLabel: "epoch", yLabel: "loss",
///   series: [
///     Series("training", values: [1.9, 0.7, 0.3]), Series("validation", values: [1.5, 0.6, 0.4]),
///   ])
/// print(chart.terminal(width: 60, height: 16, color: false))
/// ```
public struct LineChart: Sendable, Hashable {
  /// Stands above the chart and names it for screen readers; may be empty.
  public var title: String
  /// The quantity along the horizontal axis with its unit; may be empty.
  public var xLabel: String
  /// The quantity along the vertical axis with its unit; may be empty.
  public var yLabel: String
  /// Drawn in this order, the last on top. Colours repeat after eight, with dashes.
  public var series: [Series]

  /// A chart of `series`; see the properties of the same names.
  public init(title: String, xLabel: String = "", yLabel: String = "", series: [Series]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  /// What the chart shows, in words, for those who do not see it.
  package var summary: String {
    let axes = "\(yLabel.isEmpty ? "y" : yLabel) over \(xLabel.isEmpty ? "x" : xLabel)"
    let lines = series.map { one in
      let drawn = one.points.filter(\.isDrawable)
      guard let first = drawn.first, let last = drawn.last else { return "\(one.name): no points" }
      let text = { (value: Double) in NumberText.significant(value, digits: 4) }
      return "\(one.name): \(drawn.count) points, from \(text(first.y)) at \(text(first.x))"
        + " to \(text(last.y)) at \(text(last.x))"
    }
    return (["Line chart, \(axes)"] + lines).joined(separator: ". ") + "."
  }

  package func scales(xTicks: Int, yTicks: Int) -> (x: Scale, y: Scale) {
    let drawn = series.flatMap { $0.points.filter(\.isDrawable) }
    return (
      Scale(showing: drawn.map(\.x), about: xTicks, extent: .inside),
      Scale(showing: drawn.map(\.y), about: yTicks, extent: .around)
    )
  }
}
