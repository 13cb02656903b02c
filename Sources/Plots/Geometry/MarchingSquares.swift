/// The lines along which a grid's numbers, taken as linear along the sides of its cells, have a
/// level.
///
/// - Source: W. Lorensen and H. Cline, "Marching Cubes", SIGGRAPH 1987, in two dimensions; a cell
///   whose corners alternate is decided by the mean of its corners.
package enum MarchingSquares {
  package typealias Point = Series.Point

  /// The lines of a level; closed ones end where they began. Cells with a corner that is not finite
  /// are left out.
  package static func lines(_ grid: Grid, level: Double) -> [[Point]] {
    join(segments(x: grid.x, y: grid.y, values: grid.values, level: level))
  }

  /// The outlines of the areas whose numbers are at least `level`, all closed, to be filled by the
  /// even-odd rule.
  ///
  /// Around the grid stands a ring of cells without extent that lie below the level: thus lines
  /// that would end at the border run along it.
  package static func areas(_ grid: Grid, level: Double) -> [[Point]] {
    guard let left = grid.x.first, let right = grid.x.last, let bottom = grid.y.first,
      let top = grid.y.last
    else { return [] }
    let below = -Double.infinity
    let blank = Array(repeating: below, count: grid.x.count + 2)
    let rows = grid.values.map { [below] + $0 + [below] }
    return join(
      segments(
        x: [left] + grid.x + [right], y: [bottom] + grid.y + [top],
        values: [blank] + rows + [blank], level: level))
  }

  /// A side of a cell: the one to the right of, or above, the place at its column and row.
  private struct Side: Hashable {
    var column: Int
    var row: Int
    var isHorizontal: Bool
  }

  private typealias Segment = (from: Side, to: Side)

  private static func segments(
    x: [Double], y: [Double], values: [[Double]], level: Double
  ) -> (segments: [Segment], places: [Side: Point]) {
    var segments: [Segment] = []
    var places: [Side: Point] = [:]

    /// Where the level lies between two numbers, one of which is below it.
    func share(_ a: Double, _ b: Double) -> Double {
      if a == -.infinity { return 1 }
      if b == -.infinity { return 0 }
      return (level - a) / (b - a)
    }
    func cross(_ side: Side) -> Side {
      guard places[side] == nil else { return side }
      let (column, row) = (side.column, side.row)
      let a = values[row][column]
      if side.isHorizontal {
        let t = share(a, values[row][column + 1])
        places[side] = Point(x: x[column] + t * (x[column + 1] - x[column]), y: y[row])
      } else {
        let t = share(a, values[row + 1][column])
        places[side] = Point(x: x[column], y: y[row] + t * (y[row + 1] - y[row]))
      }
      return side
    }

    for row in 0..<max(0, y.count - 1) {
      for column in 0..<max(0, x.count - 1) {
        let corners = [
          values[row][column], values[row][column + 1], values[row + 1][column + 1],
          values[row + 1][column],
        ]
        if corners.contains(where: { $0.isNaN || $0 == .infinity }) { continue }
        let bottom = Side(column: column, row: row, isHorizontal: true)
        let top = Side(column: column, row: row + 1, isHorizontal: true)
        let left = Side(column: column, row: row, isHorizontal: false)
        let right = Side(column: column + 1, row: row, isHorizontal: false)
        let above = corners.map { $0 >= level }
        let found: [(Side, Side)]
        switch (above[0], above[1], above[2], above[3]) {
        case (true, true, true, true), (false, false, false, false): continue
        case (true, false, false, false), (false, true, true, true): found = [(left, bottom)]
        case (false, true, false, false), (true, false, true, true): found = [(bottom, right)]
        case (false, false, true, false), (true, true, false, true): found = [(right, top)]
        case (false, false, false, true), (true, true, true, false): found = [(top, left)]
        case (true, true, false, false), (false, false, true, true): found = [(left, right)]
        case (true, false, false, true), (false, true, true, false): found = [(bottom, top)]
        case (true, false, true, false):
          let joined = corners.reduce(0) { $0 + $1 / 4 } >= level
          found = joined ? [(left, top), (bottom, right)] : [(left, bottom), (right, top)]
        case (false, true, false, true):
          let joined = corners.reduce(0) { $0 + $1 / 4 } >= level
          found = joined ? [(left, bottom), (right, top)] : [(left, top), (bottom, right)]
        }
        for (from, to) in found { segments.append((cross(from), cross(to))) }
      }
    }
    return (segments, places)
  }

  /// The segments as lines, each as long as it can be; lines that end somewhere begin at an end.
  private static func join(
    _ crossed: (segments: [Segment], places: [Side: Point])
  ) -> [[Point]] {
    // A side belongs to two cells, so that at most two segments meet on it.
    var meeting: [Side: [Int]] = [:]
    for (index, segment) in crossed.segments.enumerated() {
      meeting[segment.from, default: []].append(index)
      meeting[segment.to, default: []].append(index)
    }
    var isUsed = Array(repeating: false, count: crossed.segments.count)

    func line(from start: Side, by first: Int) -> [Point] {
      var (side, next) = (start, Optional(first))
      var sides = [start]
      while let index = next {
        isUsed[index] = true
        let segment = crossed.segments[index]
        side = segment.from == side ? segment.to : segment.from
        sides.append(side)
        next = meeting[side]?.first { !isUsed[$0] }
      }
      var points: [Point] = []
      for point in sides.compactMap({ crossed.places[$0] }) where point != points.last {
        points.append(point)
      }
      return points
    }

    var lines: [[Point]] = []
    for (index, segment) in crossed.segments.enumerated() where !isUsed[index] {
      for end in [segment.from, segment.to] where meeting[end]?.count == 1 && !isUsed[index] {
        lines.append(line(from: end, by: index))
      }
    }
    for (index, segment) in crossed.segments.enumerated() where !isUsed[index] {
      lines.append(line(from: segment.from, by: index))
    }
    return lines.filter { $0.count > 1 }
  }
}
