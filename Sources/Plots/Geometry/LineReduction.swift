/// Leaves out points of a line that would not change its picture.
package enum LineReduction {
  /// The line's first, lowest, highest and last point in each column of pixels.
  ///
  /// A line that runs to the left somewhere is returned as it is.
  ///
  /// - Parameter columnWidth: in the unit of x, above 0.
  /// - Source: U. Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB
  ///   2014.
  package static func reduced(
    _ points: [(x: Double, y: Double)], columnWidth: Double
  ) -> [(x: Double, y: Double)] {
    guard points.count > 4, zip(points, points.dropFirst()).allSatisfy({ $0.x <= $1.x }) else {
      return points
    }
    var kept: [(x: Double, y: Double)] = []
    var start = 0
    while start < points.count {
      let column = (points[start].x / columnWidth).rounded(.down)
      var (end, low, high) = (start, start, start)
      while end + 1 < points.count
        && (points[end + 1].x / columnWidth).rounded(.down) == column
      {
        end += 1
        if points[end].y < points[low].y { low = end }
        if points[end].y > points[high].y { high = end }
      }
      var last = -1
      for index in [start, min(low, high), max(low, high), end] where index > last {
        kept.append(points[index])
        last = index
      }
      start = end + 1
    }
    return kept
  }

  /// The line without points that are nearer than `distance` to the one kept before, except the
  /// last: a picture that differs by less than that.
  package static func thinned(
    _ points: [(x: Double, y: Double)], distance: Double
  ) -> [(x: Double, y: Double)] {
    guard points.count > 4, let last = points.last else { return points }
    var kept = [points[0]]
    for point in points.dropFirst().dropLast() {
      let (dx, dy) = (point.x - kept[kept.count - 1].x, point.y - kept[kept.count - 1].y)
      if dx * dx + dy * dy >= distance * distance { kept.append(point) }
    }
    return kept + [last]
  }
}
