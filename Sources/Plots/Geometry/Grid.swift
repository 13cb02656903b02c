/// Numbers at the crossings of columns and rows in the plane, such as a loss over two weights.
public struct Grid: Sendable, Hashable {
  /// The columns' places, ascending.
  public let x: [Double]
  /// The rows' places, ascending.
  public let y: [Double]
  /// The number at row `r` and column `c` is `values[r][c]`.
  public let values: [[Double]]

  /// A grid of numbers; whether they fit together is checked when a figure is drawn.
  public init(x: [Double], y: [Double], values: [[Double]]) {
    self.x = x
    self.y = y
    self.values = values
  }

  /// The numbers of a matrix, at columns 0, 1, 2, … and rows 0, 1, 2, ….
  public init(_ values: [[Double]]) {
    self.init(
      x: (0..<(values.first?.count ?? 0)).map(Double.init), y: values.indices.map(Double.init),
      values: values)
  }

  /// A function's values at evenly spaced places, the ends of both ranges among them.
  ///
  /// - Parameters:
  ///   - x: from where to where the columns stand.
  ///   - y: from where to where the rows stand.
  ///   - columns: at least 2.
  ///   - rows: at least 2.
  ///   - function: its value at a place.
  public init(
    x: ClosedRange<Double>, y: ClosedRange<Double>, columns: Int, rows: Int,
    _ function: (_ x: Double, _ y: Double) throws -> Double
  ) rethrows {
    let places = { (range: ClosedRange<Double>, count: Int) in
      (0..<max(2, count)).map { index in
        let share = Double(index) / Double(max(2, count) - 1)
        return range.lowerBound * (1 - share) + range.upperBound * share
      }
    }
    let (x, y) = (places(x, columns), places(y, rows))
    self.init(
      x: x, y: y, values: try y.map { row in try x.map { column in try function(column, row) } })
  }

  /// The bounds between cells around the places, halfway between neighbours.
  package static func edges(_ places: [Double]) -> [Double] {
    guard let first = places.first, let last = places.last else { return [] }
    let halves = zip(places, places.dropFirst()).map { $0 / 2 + $1 / 2 }
    guard let start = halves.first, let end = halves.last else { return [first - 0.5, last + 0.5] }
    return [2 * first - start] + halves + [2 * last - end]
  }

  /// The least and greatest finite number.
  package var range: ClosedRange<Double>? {
    let finite = values.joined().filter(Series.isDrawable)
    guard let low = finite.min(), let high = finite.max() else { return nil }
    return low...high
  }

  /// Throws what keeps the grid from being drawn.
  package func check(at place: String, allowsGaps: Bool, least: Int = 1) throws(FigureError) {
    guard x.count >= least, y.count >= least else {
      throw FigureError(
        x.isEmpty || y.isEmpty ? .empty : .mismatched, at: place,
        found: "\(x.count) columns and \(y.count) rows", expected: "at least \(least) of each")
    }
    if values.count != y.count {
      throw FigureError(
        .mismatched, at: place, found: "\(values.count) rows of numbers",
        expected: "\(y.count), one for each y")
    }
    for (row, numbers) in values.enumerated() {
      if numbers.count != x.count {
        throw FigureError(
          .mismatched, at: "\(place), row \(row)", found: "\(numbers.count) numbers",
          expected: "\(x.count), one for each x")
      }
      if !allowsGaps,
        let error = FigureError.firstUndrawable(numbers, at: "\(place), row \(row), column ")
      {
        throw error
      }
    }
    for (name, places) in [("x", x), ("y", y)] {
      if let error = FigureError.firstUndrawable(places, at: "\(place), \(name)") { throw error }
      if let index = places.indices.dropFirst().first(where: { places[$0] <= places[$0 - 1] }) {
        throw FigureError(
          .mismatched, at: "\(place), \(name)[\(index)]", found: "\(places[index])",
          expected: "more than \(places[index - 1]), the one before")
      }
    }
    if range == nil {
      throw FigureError(.empty, at: place, found: "no finite number", expected: "some")
    }
  }

  /// Two opposite places.
  package var corners: [Series.Point] {
    guard let left = x.first, let right = x.last, let low = y.first, let high = y.last else {
      return []
    }
    return [Series.Point(x: left, y: low), Series.Point(x: right, y: high)]
  }

  /// Two opposite corners of the cells around the places.
  package var cellCorners: [Series.Point] {
    Grid(x: Grid.edges(x), y: Grid.edges(y), values: []).corners
  }

  /// The outline of all places.
  package var frame: [Series.Point] {
    guard corners.count == 2 else { return [] }
    let (a, b) = (corners[0], corners[1])
    return [a, Series.Point(x: b.x, y: a.y), b, Series.Point(x: a.x, y: b.y)]
  }

  /// The numbers with their places.
  package func table(name: String, x xName: String, y yName: String) -> FigureTable {
    let rows = y.indices.flatMap { row in
      x.indices.map { column -> [FigureTable.Cell] in
        [.number(x[column]), .number(y[row]), .number(values[row][column])]
      }
    }
    return FigureTable(name: name, columns: [xName, yName, "value"], rows: rows)
  }
}
