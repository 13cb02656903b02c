/// What of lines and areas lies within the unit square, where a chart shows it.
package enum Clipping {
  package typealias Point = Series.Point

  /// Numbers are rounded: what has to be shown may come to lie this far outside.
  private static let slack = 1e-6

  package static func contains(_ point: Point) -> Bool {
    let range = -slack...1 + slack
    return range.contains(point.x) && range.contains(point.y)
  }

  /// The parts of a line within the square.
  package static func line(_ points: [Point]) -> [[Point]] {
    if points.allSatisfy(contains) { return points.isEmpty ? [] : [points] }
    var parts: [[Point]] = []
    for (a, b) in zip(points, points.dropFirst()) {
      guard let (start, end) = segment(a, b) else { continue }
      if parts.last?.last == start {
        parts[parts.count - 1].append(end)
      } else {
        parts.append([start, end])
      }
    }
    return parts
  }

  /// - Source: Y. Liang and B. Barsky, "A New Concept and Method for Line Clipping", 1984.
  private static func segment(_ a: Point, _ b: Point) -> (Point, Point)? {
    var (enter, leave) = (0.0, 1.0)
    for (start, change) in [(a.x, b.x - a.x), (a.y, b.y - a.y)] {
      for (step, room) in [(-change, start + slack), (change, 1 + slack - start)] {
        if step == 0 {
          if room < 0 { return nil }
        } else if step < 0 {
          enter = max(enter, room / step)
        } else {
          leave = min(leave, room / step)
        }
      }
    }
    guard enter < leave else { return nil }
    let at = { (t: Double) in
      t == 0 ? a : t == 1 ? b : Point(x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y))
    }
    return (at(enter), at(leave))
  }

  /// The part of an area within the square, given by its outline.
  ///
  /// - Source: I. Sutherland and G. Hodgman, "Reentrant Polygon Clipping", 1974.
  package static func area(_ outline: [Point]) -> [Point] {
    if outline.allSatisfy(contains) { return outline }
    var points = outline
    // The distance inside of each border: left, right, lower, upper.
    let borders: [(Point) -> Double] = [{ $0.x }, { 1 - $0.x }, { $0.y }, { 1 - $0.y }]
    for inside in borders {
      var kept: [Point] = []
      for (index, point) in points.enumerated() {
        let before = points[(index + points.count - 1) % points.count]
        let (a, b) = (inside(before), inside(point))
        if (a < 0) != (b < 0) {
          let t = a / (a - b)
          kept.append(
            Point(x: before.x + t * (point.x - before.x), y: before.y + t * (point.y - before.y)))
        }
        if b >= 0 { kept.append(point) }
      }
      points = kept
    }
    return points
  }
}
