import Plots
import Testing

@Suite struct ChartTests {
  /// The first numbers of each part of a path.
  private func starts(_ path: SVGReader.Element) -> [(x: Double, y: Double)] {
    (path.attributes["d"] ?? "").matches(of: /M([-0-9.]+) ([-0-9.]+)/).map {
      (Double($0.1)!, Double($0.2)!)
    }
  }

  @Test func marksOfOneNameShareColourAndLegend() throws {
    let chart = Chart(
      "c",
      marks: [
        .band("a", x: [1, 2], lower: [0, 0], upper: [1, 1]), .line("a", values: [0.5, 0.5]),
        .line("b", values: [2, 3]), .points("a", x: [1], y: [3]),
      ])
    #expect(chart.styles.marks.map(\.number) == [0, 0, 1, 0])
    #expect(chart.styles.legend.map(\.name) == ["a", "b"])
    #expect(chart.styles.legend[0].sample == [.tint, .line, .marker])
    let svg = try SVGReader(chart.svg())
    #expect(svg.texts.count { $0 == "a" } == 1)
    // Without names each has its own, and there is no legend.
    let unnamed = Chart(marks: [.line(values: [1, 2]), .line(values: [2, 1])])
    #expect(unnamed.styles.marks.map(\.number) == [0, 1] && unnamed.styles.legend.isEmpty)
    // A style that is asked for is not counted.
    let styled = Chart(marks: [.line("x", values: [1]).styled(5), .line("y", values: [1])])
    #expect(styled.styles.marks.map(\.number) == [5, 0])
  }

  @Test func equalRatiosAreEquallyFarOnALogarithmicAxis() throws {
    let chart = Chart(
      "c", y: Axis(scale: .logarithmic), marks: [.line("a", x: [0, 1, 2], y: [0.01, 1, 100])])
    let svg = try SVGReader(chart.svg())
    let ticks = svg["text"].filter { $0.attributes["text-anchor"] == "end" }
    #expect(ticks.map(\.text) == ["0.01", "0.1", "1", "10", "100"])
    let heights = ticks.map { $0.number("y") }
    for (a, b) in zip(heights, heights.dropFirst()) {
      #expect(abs((a - b) - (heights[0] - heights[4]) / 4) < 0.02)
    }
  }

  @Test func whatIsBelowZeroIsAGapOnALogarithmicAxis() throws {
    let chart = Chart(
      y: Axis(scale: .logarithmic), marks: [.line(values: [1, 2, 0, 4, 5, -1, .nan, 8, 9])])
    let svg = try SVGReader(chart.svg())
    #expect(svg["path"].count { $0.attributes["stroke-width"] == "2" } == 3)
  }

  @Test func unitsAreEquallyLong() throws {
    let chart = Chart(
      marks: [.heatMap(Grid(x: 0...10, y: 0...5, columns: 11, rows: 6) { $0 + $1 })],
      hasEqualUnits: true)
    let frame = chart.frame()
    let across = frame.across(7) - frame.across(2)
    let down = frame.down(0) - frame.down(5)
    #expect(abs(across - down) < 1e-9 && across > 50)
  }

  @Test func aRangeCutsWhatIsOutside() throws {
    let chart = Chart(
      x: Axis(range: 0...1), y: Axis(range: 0...1),
      marks: [
        .line(x: [-5, 5], y: [0.5, 0.5]), .points("p", x: [0.5, 9], y: [0.5, 0.5]),
        .band(x: [-3, 3], lower: [-9, -9], upper: [0.2, 0.2]),
      ])
    let frame = chart.frame()
    let svg = try SVGReader(chart.svg())
    for path in svg["path"] {
      for point in starts(path) where point.y > frame.top {
        #expect((frame.left - 6...frame.right + 6).contains(point.x))
      }
    }
    // The one point that is left, as a cross (the second style), after its sample in the legend.
    let crosses = svg["path"].filter { ($0.attributes["d"] ?? "").contains("m0 ") }
    #expect(crosses.count == 2 && crosses.allSatisfy { starts($0).count == 1 })
  }

  @Test func aHundredThousandPointsAreASmallFile() throws {
    var numbers = Numbers(seed: 1)
    let uniform = Chart(
      marks: [
        .points(
          x: (0..<100_000).map { _ in numbers.next() },
          y: (0..<100_000).map { _ in numbers.next() })
      ])
    // Even where they are everywhere.
    #expect(try uniform.svg().utf8.count < 300_000)
    let svg = try SVGReader(uniform.svg())
    #expect(svg["path"].contains { $0.attributes["stroke-width"] == "3" })
    let path = Chart(
      marks: [
        .trajectory(
          x: (0..<100_000).map { cosine(Double($0) / 1000) },
          y: (0..<100_000).map { sine(Double($0) / 1000) })
      ])
    #expect(try path.svg().utf8.count < 4_000_000)
  }

  @Test func barsStandSideBySideFromZero() throws {
    let chart = Chart(
      x: Axis(scale: .categories(["u", "v"])),
      marks: [.bars("a", heights: [1, 2]), .bars("b", heights: [-1, 2])])
    let frame = chart.frame()
    let bars = try SVGReader(chart.svg())["path"].filter {
      $0.attributes["fill-rule"] == "evenodd" && starts($0)[0].y > frame.top
    }
    #expect(bars.map { starts($0).count } == [2, 2])
    let places = bars.flatMap(starts)
    // Each begins on 0; those of one category are next to each other.
    #expect(places.allSatisfy { abs($0.y - frame.down(0)) < 0.01 })
    #expect(places[0].x < places[2].x && places[2].x < places[1].x && places[1].x < places[3].x)
    #expect(abs(places[0].x - frame.across(-0.4)) < 0.01)
  }

  @Test func cellsOfAMatrixAreWhereTheirNamesAre() throws {
    let chart = Chart.matrix(
      "m", values: [[0, 1], [2, 3]], rows: ["top", "bottom"], columns: ["left", "right"],
      decimals: 0)
    let svg = try SVGReader(chart.svg())
    let place = { (text: String) in svg["text"].first { $0.text == text } }
    let (top, bottom) = (try #require(place("top")), try #require(place("bottom")))
    #expect(top.number("y") < bottom.number("y"))
    let (left, one) = (try #require(place("left")), try #require(place("1")))
    #expect(left.number("x") < one.number("x"))
    #expect(abs(one.number("y") - top.number("y")) < 3)
    // The colours run from the map's one end to the other.
    let fills = svg["path"].compactMap { $0.attributes["fill"] }
    #expect(fills.contains("#440154") && fills.contains("#FDE725"))
    #expect(
      lines(try chart.terminal(width: 40, color: false)).contains { $0.contains("top") })
  }

  @Test func aLargeHeatMapIsAPicture() throws {
    let grid = Grid(x: 0...1, y: 0...1, columns: 300, rows: 300) { $0 * $1 }
    let svg = try SVGReader(Chart(marks: [.heatMap(grid)]).svg())
    #expect(svg["image"].count == 1)
    let image = svg["image"][0]
    #expect(image.attributes["href"]?.hasPrefix("data:image/png;base64,iVBORw0KGgo") ?? false)
  }

  @Test func axesHaveTheTicksOfTheirRangeAndNotOfWholeNumbersByChance() throws {
    let chart = Chart(
      y: Axis(range: 0...1), marks: [.line(x: [0.5, 1.5], y: [0.25, 0.75])])
    #expect(chart.scales(xTicks: 5, yTicks: 5).y.ticks.labels.count == 6)
    let attention = Chart.matrix(values: [[0.1, 0.9]], range: 0...1)
    #expect(attention.colors?.scale.ticks.labels.count == 6)
    // Epochs are whole.
    let epochs = Chart(x: Axis(range: 1...3), marks: [.line(values: [3, 2, 1])])
    #expect(epochs.scales(xTicks: 9, yTicks: 5).x.ticks.labels == ["1", "2", "3"])
  }

  @Test func bordersOfRegionsAreTheSidesBetweenClasses() {
    let lines = CellBorders.lines([[0, 0, 1], [0, 1, 1]], x: [0, 1, 2, 3], y: [0, 1, 2])
    let sides = lines.map { $0.map { [$0.x, $0.y] } }
    #expect(sides == [[[1, 1], [2, 1]], [[1, 1], [1, 2]], [[2, 0], [2, 1]]])
  }
}
