import Plots
import Testing

@Suite struct LineChartSVGTests {
  private func lines(_ svg: SVGReader) -> [SVGReader.Element] {
    svg["path"].filter { ["2"].contains($0.attributes["stroke-width"]) }
  }

  /// The coordinates of a path of straight lines.
  private func points(_ path: SVGReader.Element) -> [(x: Double, y: Double)] {
    (path.attributes["d"] ?? "").split(whereSeparator: "ML".contains).map { pair in
      let numbers = pair.split(separator: " ").compactMap { Double($0) }
      return (numbers[0], numbers[1])
    }
  }

  @Test func itSaysTitleLabelsLegendAndTicks() throws {
    let chart = LineChart(
      title: "A & B", xLabel: "epoch", yLabel: "loss <nats>",
      series: [Series("training", values: [1, 0.5, 0.25]), Series("test", values: [1, 0.6])])
    let svg = try SVGReader(chart.svg())
    #expect(
      svg.texts == [
        "A & B", "training", "test", "0.2", "0.4", "0.6", "0.8", "1.0", "1", "2", "3", "epoch",
        "loss <nats>",
      ])
    #expect(svg["title"].map(\.text) == ["A & B"])
    #expect(
      svg["desc"].map(\.text) == [
        "Line chart, loss <nats> over epoch. training: 3 points, from 1.000 at 1.000 to 0.2500 at"
          + " 3.000. test: 2 points, from 1.000 at 1.000 to 0.6000 at 2.000."
      ])
    #expect(lines(svg).map { $0.attributes["stroke"] } == ["#0072B2", "#D55E00"])
  }

  @Test func pointsStandWhereTheAxesSay() throws {
    let chart = LineChart(title: "t", series: [Series("", values: [0, 10, 5], from: 0)])
    let svg = try SVGReader(chart.svg())
    let line = points(try #require(lines(svg).first))
    let texts = svg["text"]
    let zero = try #require(texts.first { $0.text == "0" && $0.attributes["text-anchor"] == "end" })
    let ten = try #require(texts.first { $0.text == "10" })
    let two = try #require(
      texts.first { $0.text == "2" && $0.attributes["text-anchor"] == "middle" })
    // Labels of the vertical axis are set 4.5 lower than their place.
    #expect(abs(line[0].y - (zero.number("y") - 4.5)) < 0.01)
    #expect(abs(line[1].y - (ten.number("y") - 4.5)) < 0.01)
    #expect(abs(line[2].y - (line[0].y + line[1].y) / 2) < 0.011)
    #expect(abs(line[2].x - two.number("x")) < 0.01)
  }

  @Test func whatIsNoNumberBreaksTheLine() throws {
    let values = [1, 2, .nan, 3, .infinity, 4, 5, 6, 1e301, -.infinity]
    let svg = try SVGReader(LineChart(title: "t", series: [Series("", values: values)]).svg())
    #expect(lines(svg).map { points($0).count } == [2, 3])
    #expect(svg["circle"].count == 1)
    #expect(!svg.elements.contains { $0.attributes.values.contains { $0.contains("nan") } })
  }

  @Test(arguments: [
    LineChart(title: "", series: []),
    LineChart(title: "no points", series: [Series("a", points: [])]),
    LineChart(title: "no numbers", series: [Series("a", values: [.nan, .infinity])]),
    LineChart(title: "one point", series: [Series("a", values: [3])]),
    LineChart(title: "constant", series: [Series("a", values: [0.98, 0.98, 0.98])]),
    LineChart(title: "zeros", series: [Series("a", values: [0, 0])]),
    LineChart(title: "huge", series: [Series("a", values: [-1e300, 1e300])]),
    LineChart(title: "tiny", series: [Series("a", values: [1, 1 + 1e-15])]),
    LineChart(
      title: "vertical", series: [Series("a", points: [.init(x: 2, y: 1), .init(x: 2, y: 5)])]),
  ])
  func anyDataGiveAPictureWithinItsFrame(chart: LineChart) throws {
    for size in [(720, 440), (1, 1), (300, 2000)] {
      let svg = try SVGReader(chart.svg(width: size.0, height: size.1))
      let (width, height) = (svg.elements[0].number("width"), svg.elements[0].number("height"))
      for path in svg["path"] {
        #expect(points(path).allSatisfy { 0...width ~= $0.x && 0...height ~= $0.y })
      }
      for text in svg["text"] {
        #expect(0...width ~= text.number("x") && 0...height ~= text.number("y"))
        #expect(text.number("font-size") >= 9)
      }
    }
  }

  @Test func manySeriesHaveTheirOwnColourOrDashAndALegendThatFits() throws {
    let series = (0..<20).map { Series("series number \($0)", values: [Double($0), 1]) }
    let svg = try SVGReader(LineChart(title: "t", series: series).svg(width: 300, height: 200))
    let styles = lines(svg).map {
      "\($0.attributes["stroke"]!) \($0.attributes["stroke-dasharray"] ?? "")"
    }
    #expect(Set(styles).count == 20)
    let names = svg["text"].filter { $0.text.hasPrefix("series number") }
    #expect(names.count == 20)
    for name in names {
      #expect(name.number("x") + SVGDocument.textWidth(name.text) <= 300)
    }
    // The picture grew to leave room for the lines.
    #expect(svg.elements[0].number("height") > 200)
  }

  @Test func aLongSeriesIsDrawnWithAFewPointsAPixel() throws {
    let values = (0..<200_000).map { Double(($0 &* 7919) % 1000) }
    let text = LineChart(title: "t", series: [Series("", values: values)]).svg()
    let line = points(try #require(lines(try SVGReader(text)).first))
    #expect(line.count < 4 * 2 * 720)
    #expect(text.utf8.count < 150_000)
  }
}
