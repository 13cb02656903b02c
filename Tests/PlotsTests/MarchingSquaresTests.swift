import Plots
import Testing

@Suite struct MarchingSquaresTests {
  private let circle = Grid(x: -2...2, y: -2...2, columns: 81, rows: 61) { x, y in
    (x * x + y * y).squareRoot()
  }

  @Test(arguments: [0.3, 1, 1.7]) func aLevelOfTheDistanceIsACircle(level: Double) throws {
    let lines = MarchingSquares.lines(circle, level: level)
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(line.first == line.last && line.count > 20)
    for point in line {
      let distance = (point.x * point.x + point.y * point.y).squareRoot()
      // Linear interpolation over h errs by at most h²/8 · |f″|, and f″ ≤ 1 / r, r ≥ level − h.
      let h = 4.0 / 60
      #expect(abs(distance - level) <= h * h / 8 / (level - h))
    }
  }

  @Test func linesOfAPlaneAreExact() {
    let grid = Grid(x: 0...3, y: 0...2, columns: 7, rows: 5) { 2 * $0 - $1 }
    let lines = MarchingSquares.lines(grid, level: 1.3)
    #expect(lines.count == 1)
    for point in lines.joined() { #expect(abs(2 * point.x - point.y - 1.3) < 1e-12) }
    // It runs from border to border.
    let ends = [lines[0].first!, lines[0].last!].sorted { $0.y < $1.y }
    #expect(abs(ends[0].x - 0.65) < 1e-12 && ends[0].y == 0)
    #expect(abs(ends[1].x - 1.65) < 1e-12 && ends[1].y == 2)
  }

  @Test func aSaddleIsTwoLinesOnEitherSide() {
    let grid = Grid(x: -1...1, y: -1...1, columns: 2, rows: 2) { $0 * $1 }
    for level in [-0.5, 0.5] {
      let lines = MarchingSquares.lines(grid, level: level)
      #expect(lines.count == 2)
      // The corners of the other sign are joined through the middle.
      for line in lines { #expect(line.allSatisfy { abs($0.x) + abs($0.y) >= 1.5 - 1e-12 }) }
    }
  }

  @Test func gapsAreLeftOut() {
    var values = circle.values
    values[30] = values[30].map { _ in .nan }
    let lines = MarchingSquares.lines(Grid(x: circle.x, y: circle.y, values: values), level: 1)
    #expect(lines.count == 2)
    let hole = circle.y[29]...circle.y[31]
    #expect(lines.joined().allSatisfy { !($0.y > hole.lowerBound && $0.y < hole.upperBound) })
  }

  /// The signed area within a closed line (the shoelace formula).
  private func area(_ line: [Series.Point]) -> Double {
    zip(line, line.dropFirst()).reduce(0) { $0 + ($1.0.x * $1.1.y - $1.1.x * $1.0.y) / 2 }
  }

  @Test func areasAreClosedAndHaveTheirSize() {
    // Outside of a circle within the square: its outline and the square's.
    let outlines = MarchingSquares.areas(circle, level: 1)
    #expect(outlines.count == 2 && outlines.allSatisfy { $0.first == $0.last })
    let areas = outlines.map { abs(area($0)) }.sorted()
    #expect(abs(areas[0] - Double.pi) < 0.01 && abs(areas[1] - 16) < 1e-9)
    // Whole and nothing.
    let whole = MarchingSquares.areas(circle, level: -1).map { abs(area($0)) }
    #expect(whole.count == 1 && abs(whole[0] - 16) < 1e-9)
    #expect(MarchingSquares.areas(circle, level: 99).isEmpty)
    // Cut by the border.
    let half = Grid(x: -2...2, y: -2...2, columns: 9, rows: 5) { x, _ in x }
    let right = MarchingSquares.areas(half, level: 0.7).map { abs(area($0)) }
    #expect(right.count == 1 && abs(right[0] - 1.3 * 4) < 1e-12)
  }
}
