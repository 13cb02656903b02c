extension Chart {
  /// Where everything stands in the picture.
  package struct Frame {
    package var width: Double
    package var height: Double
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double
    package var x: Scale
    package var y: Scale
    package var legend: [[Legend.PlacedEntry]]
    /// Whether the horizontal axis' names run upwards, as they would touch otherwise.
    package var hasTurnedLabels: Bool

    /// The most that a name on an axis may take.
    package static let longestName = 130.0

    package func across(_ value: Double) -> Double { left + x.fraction(value) * (right - left) }
    package func down(_ value: Double) -> Double { bottom - y.fraction(value) * (bottom - top) }
  }

  package func frame() -> Frame {
    let entries = styles.legend
    let height = SVGDocument.side(height, least: 180)
    var width = SVGDocument.side(width, least: 240)
    var size = (width: 0.0, height: 0.0)
    var frame = place(entries, width: width, height: height)
    if hasEqualUnits {
      let units = (
        x: abs(frame.x.upper - frame.x.lower), y: abs(frame.y.upper - frame.y.lower)
      )
      size = (frame.right - frame.left, frame.bottom - frame.top)
      let unit = min(size.width / units.x, size.height / units.y)
      let (planeWidth, planeHeight) = (max(60, units.x * unit), max(60, units.y * unit))
      // The legend may take more rows in the narrower picture.
      width = max(300, width - size.width + planeWidth)
      frame = place(
        entries, width: width, height: height, plane: (planeWidth, planeHeight))
    }
    return frame
  }

  private func place(
    _ entries: [LegendEntry], width: Double, height: Double,
    plane: (width: Double, height: Double)? = nil
  ) -> Frame {
    let legend = Legend.rows(entries, width: width - 40)
    let top = (title.isEmpty ? 16.0 : 44.0) + (legend.isEmpty ? 0 : Double(legend.count) * 22 + 8)
    let barWidth = colors.map { colors in
      let labels = colors.scale.ticks.labels.map { SVGDocument.textWidth($0) }.max() ?? 0
      return 18 + 22 + labels + (colors.label.isEmpty ? 4 : 28)
    }
    let right = width - (barWidth ?? 24)
    var height = height
    let title = x.title.isEmpty ? 0.0 : 22
    var below = 32 + title
    var bottom = max(height - below, top + 80)
    let yTicks = max(2, Int(((plane?.height ?? (bottom - top))) / 50))
    let (_, yScale) = scales(xTicks: 1, yTicks: yTicks)
    let labels = min(
      Frame.longestName, yScale.ticks.labels.map { SVGDocument.textWidth($0) }.max() ?? 0)
    let left = 16 + labels + (y.title.isEmpty ? 0 : 26)
    let planeWidth = min(plane?.width ?? .infinity, max(60, right - left))

    // As many ticks as have room for their labels.
    var count = max(3, Int(planeWidth / 80))
    var (xScale, _) = scales(xTicks: count, yTicks: 1)
    while count > 1 && !xScale.isCategorical && Chart.labelsTouch(xScale, planeWidth) {
      count -= 1
      xScale = scales(xTicks: count, yTicks: 1).x
    }
    let isTurned = xScale.isCategorical && Chart.labelsTouch(xScale, planeWidth)
    if isTurned {
      let longest = xScale.ticks.labels.map { SVGDocument.textWidth($0) }.max() ?? 0
      below = title + 20 + min(Frame.longestName, longest)
    }
    if let plane {
      bottom = top + plane.height
    } else {
      bottom = max(top + 80, height - below)
    }
    height = bottom + below
    return Frame(
      width: width, height: height, left: left, top: top, right: left + planeWidth, bottom: bottom,
      x: xScale, y: yScale, legend: legend, hasTurnedLabels: isTurned)
  }

  /// Whether neighbours among the labels below a plane would come closer than half a letter.
  private static func labelsTouch(_ scale: Scale, _ width: Double) -> Bool {
    let ends = zip(scale.ticks.values, scale.ticks.labels).map { value, label in
      let (middle, half) = (
        scale.fraction(value) * width, SVGDocument.textWidth(label) / 2
      )
      return (middle - half, middle + half)
    }.sorted { $0.0 < $1.0 }
    return zip(ends, ends.dropFirst()).contains { $1.0 < $0.1 + 4 }
  }
}
