/// The levels of a contour map.
public enum ContourLevels: Sendable, Hashable {
  /// About so many, at round numbers; at most 100.
  case about(Int)
  /// So many at equal ratios, at most 100, for positive numbers of very different size.
  case logarithmic(Int)
  /// These, ascending.
  case values([Double])
}

extension Mark {
  /// The lines along which a function of the plane has the same value, and the areas between them.
  ///
  /// - Parameters:
  ///   - grid: the function's values, at least 2 × 2. Between them it is taken as linear. Lines
  ///     have gaps where one is not finite; areas cannot.
  ///   - levels: which values.
  ///   - label: the quantity, beside the bar of colours.
  ///   - isFilled: whether the areas between the lines are coloured, and not the lines.
  ///   - colors: the map of colours.
  public static func contours(
    _ grid: Grid, levels: ContourLevels = .about(10), label: String = "", isFilled: Bool = true,
    colors: ColorMap = .sequential
  ) -> Mark {
    Mark(
      label, ContoursMark(grid: grid, asked: levels, label: label, isFilled: isFilled, map: colors))
  }
}

struct ContoursMark: MarkShape {
  let grid: Grid
  let asked: ContourLevels
  let label: String
  let isFilled: Bool
  let map: ColorMap

  var kind: String { "contours" }
  var fit: MarkFit { .filled }
  var names: [String]? { [] }
  var sample: LegendSample { [] }
  var points: [Series.Point] { grid.corners }
  var summary: String {
    "contours of \(grid.x.count) × \(grid.y.count) values at \(levels.count) levels"
  }

  /// The range of the numbers that the levels can be in.
  private var range: ClosedRange<Double> {
    guard let range = grid.range else { return 0...1 }
    guard case .logarithmic = asked else { return range }
    let least = grid.values.joined().filter { $0 > 0 && Series.isDrawable($0) }.min() ?? 1
    // A minimum of nearly 0 would take all levels for itself.
    let floor = max(least, range.upperBound * 1e-6)
    return floor...max(floor, range.upperBound)
  }

  var levels: [Double] {
    switch asked {
    case .about(let count):
      return Ticks(covering: range, about: ContoursMark.level(count)).values
        .filter { $0 > range.lowerBound && $0 < range.upperBound }
    case .logarithmic(let count):
      let ends = [range.lowerBound, range.upperBound].map(decimalLogarithm)
      let steps = Double(ContoursMark.level(count) + 1)
      return (1...ContoursMark.level(count)).map {
        power(10, ends[0] + (ends[1] - ends[0]) * Double($0) / steps)
      }
    case .values(let values): return values
    }
  }

  /// More levels could not be told apart.
  private static func level(_ count: Int) -> Int { min(100, max(1, count)) }

  var colors: ColorScale? {
    let isLogarithmic = if case .logarithmic = asked { true } else { false }
    return ColorScale(
      map, range: range, label: label, levels: levels, isLogarithmic: isLogarithmic)
  }

  func check(at place: String) throws(FigureError) {
    try grid.check(at: place, allowsGaps: !isFilled, least: 2)
    let levels = levels
    if let error = FigureError.firstUndrawable(levels, at: "\(place), levels") { throw error }
    if levels != levels.sorted() {
      throw FigureError(
        .mismatched, at: "\(place), levels", found: "\(levels)", expected: "them ascending")
    }
    if case .logarithmic = asked, !grid.values.joined().contains(where: { $0 > 0 }) {
      throw FigureError(
        .notDrawable, at: place, found: "no number above 0",
        expected: "some for logarithmic levels")
    }
  }

  func tables(name: String, x xName: String, y yName: String) -> [FigureTable] {
    [grid.table(name: name, x: xName, y: yName)]
  }

  func draw(on plane: inout some Plane, _ style: MarkStyle) {
    guard let colors else { return }
    let levels = colors.levels
    if isFilled {
      // From the lowest: each area lies on the ones before.
      for (index, level) in ([-Double.infinity] + levels).enumerated() {
        let share = Double(index) / Double(max(1, levels.count))
        let outlines =
          index == 0 ? [grid.frame] : MarchingSquares.areas(grid, level: level)
        plane.area(outlines, .map(map.color(share), shade: share))
      }
    }
    for (index, level) in levels.enumerated() {
      let share = (Double(index) + 0.5) / Double(levels.count)
      let pen =
        isFilled
        ? Pen(.color(RGB.white), width: 0.5) : Pen(.color(lineColor(share)), width: 1.4)
      for line in MarchingSquares.lines(grid, level: level) where !isFilled || !plane.isCoarse {
        plane.line(line, pen)
      }
    }
  }

  /// A map's light end can hardly be seen on white.
  private func lineColor(_ share: Double) -> RGB {
    map.color(share).mixed(with: .black, 0.15)
  }
}
