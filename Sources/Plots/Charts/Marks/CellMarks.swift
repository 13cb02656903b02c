extension Mark {
  /// The numbers of a grid as coloured cells around their places, which reach halfway to their
  /// neighbours; as far beyond the first and last, for which a logarithmic axis may have no place.
  ///
  /// - Parameters:
  ///   - grid: finite numbers.
  ///   - label: the quantity, beside the bar of colours.
  ///   - colors: the map of colours.
  ///   - range: the numbers at the map's ends; nil for the least and greatest.
  ///   - decimals: of the numbers that are written into the cells where there is room; nil for
  ///     none.
  public static func heatMap(
    _ grid: Grid, label: String = "", colors: ColorMap = .sequential,
    range: ClosedRange<Double>? = nil, decimals: Int? = nil
  ) -> Mark {
    Mark(
      label,
      HeatMapMark(grid: grid, label: label, map: colors, askedRange: range, decimals: decimals))
  }

  /// The regions in which a classifier decides for each class, drawn thinly with lines between
  /// them. Points of the same names have the same colours.
  ///
  /// - Parameters:
  ///   - grid: the number of the class, from 0, at each place.
  ///   - names: the classes' names.
  public static func regions(_ grid: Grid, names: [String]) -> Mark {
    Mark("", RegionsMark(grid: grid, classes: names))
  }

  /// The regions in which a classifier decides for each class, from its decisions at evenly spaced
  /// places.
  ///
  /// - Parameters:
  ///   - names: the classes' names.
  ///   - x: from where to where along the horizontal axis.
  ///   - y: from where to where along the vertical axis.
  ///   - resolution: how many places in each direction.
  ///   - decide: the number of the class at a place, from 0.
  public static func regions(
    names: [String], x: ClosedRange<Double>, y: ClosedRange<Double>, resolution: Int = 150,
    _ decide: (_ x: Double, _ y: Double) throws -> Int
  ) rethrows -> Mark {
    let grid = try Grid(x: x, y: y, columns: resolution, rows: resolution) {
      Double(try decide($0, $1))
    }
    return regions(grid, names: names)
  }
}

struct HeatMapMark: MarkShape {
  let grid: Grid
  let label: String
  let map: ColorMap
  let askedRange: ClosedRange<Double>?
  let decimals: Int?

  var kind: String { "heat map" }
  var fit: MarkFit { .filled }
  var names: [String]? { [] }
  var sample: LegendSample { [] }
  var points: [Series.Point] { grid.cellCorners }
  var summary: String {
    let range = grid.range ?? 0...0
    return "heat map of \(grid.x.count) × \(grid.y.count) numbers from "
      + "\(NumberText.significant(range.lowerBound, digits: 4)) to "
      + NumberText.significant(range.upperBound, digits: 4)
  }

  var colors: ColorScale? {
    ColorScale(map, range: askedRange ?? map.range(showing: grid.range ?? 0...1), label: label)
  }

  func check(at place: String) throws(FigureError) {
    try grid.check(at: place, allowsGaps: false)
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [grid.table(name: name, x: xName, y: yName)]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    guard let colors else { return }
    let shades = 256
    let cells = grid.values.map { row in
      row.map { Int((colors.fraction($0) * Double(shades - 1)).rounded()) }
    }
    let fillings = (0..<shades).map { index in
      let share = Double(index) / Double(shades - 1)
      return Filling.map(map.color(share), shade: share)
    }
    let field = CellField(
      xEdges: Grid.edges(grid.x), yEdges: Grid.edges(grid.y), cells: cells, fillings: fillings)
    plane.field(field)
    guard let decimals else { return }
    for (row, values) in grid.values.enumerated() {
      for (column, value) in values.enumerated() {
        plane.text(
          NumberText.fixed(value, decimals: decimals),
          at: Series.Point(x: grid.x[column], y: grid.y[row]), .over, ground: colors.color(value),
          room: (field.xEdges[column + 1] - field.xEdges[column]) * 0.92)
      }
    }
  }
}

struct RegionsMark: MarkShape {
  let grid: Grid
  let classes: [String]

  var kind: String { "regions" }
  var fit: MarkFit { .filled }
  var names: [String]? { classes }
  var sample: LegendSample { .tint }
  var points: [Series.Point] { grid.corners }
  var summary: String { "regions of \(classes.count) classes" }

  func check(at place: String) throws(FigureError) {
    try grid.check(at: place, allowsGaps: false)
    if classes.isEmpty {
      throw FigureError(.empty, at: place, found: "no classes", expected: "at least one")
    }
    let numbers = classes.indices.map(Double.init)
    if let other = grid.values.joined().first(where: { !numbers.contains($0) }) {
      throw FigureError(
        .mismatched, at: place, found: "class \(FigureText.number(other))",
        expected: "0 to \(classes.count - 1), the classes that have names")
    }
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    let table = grid.table(name: name, x: xName, y: yName)
    let rows = table.rows.map { row -> [FigureTable.Cell] in
      guard case .number(let value) = row[2], classes.indices.contains(Int(value)) else {
        return row
      }
      return [row[0], row[1], .text(classes[Int(value)])]
    }
    return [FigureTable(name: name, columns: [xName, yName, "class"], rows: rows)]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    let (xEdges, yEdges) = (Grid.edges(grid.x), Grid.edges(grid.y))
    let cells = grid.values.map { row in row.map { Int($0) } }
    plane.field(
      CellField(
        xEdges: xEdges, yEdges: yEdges, cells: cells,
        fillings: style.numbers.map { .tint(.series($0)) }))
    for line in CellBorders.lines(cells, x: xEdges, y: yEdges) {
      plane.line(line, Pen(.neutral, width: 1))
    }
  }
}
