import Plots
import Testing

@Suite struct LineChartTerminalTests {
  private let chart = LineChart(
    title: "Loss", xLabel: "epoch", yLabel: "nats",
    series: [Series("training", values: [3, 2, 1, 0]), Series("test", values: [0, 1, 2, 3])])

  @Test func aSmallChartIsDrawnLikeThis() {
    let line = LineChart(title: "Line", xLabel: "x", series: [Series("y", values: [0, 1, 2, 3])])
    #expect(
      lines(line.terminal(width: 24, height: 10, color: false)) == [
        "Line",
        "4 ┤",
        "  │                 ⣀⡠⠤⠒",
        "2 ┤           ⢀⣀⠤⠔⠒⠉",
        "  │     ⣀⡠⠤⠒⠊⠉⠁",
        "0 ┤⣀⠤⠔⠊⠉",
        "  └───────┬────────────┬",
        "          2            4",
        "             x",
        "━━ y",
      ])
  }

  @Test func theExampleInTheDocumentation() {
    let chart = LineChart(
      title: "LeNet-5 on digits", xLabel: "epoch", yLabel: "loss",
      series: [
        Series("training", values: [1.9, 0.7, 0.3]), Series("validation", values: [1.5, 0.6, 0.4]),
      ])
    let text = lines(chart.terminal(width: 60, height: 16, color: false))
    #expect(text.count == 16)
    #expect(text.last == "•• training   ×× validation")
  }

  @Test(arguments: [24, 25, 40, 80, 133], [8, 10, 20, 50])
  func itKeepsToItsSize(width limit: Int, height: Int) {
    for color in [false, true] {
      let text = chart.terminal(width: limit, height: height, color: color)
      #expect(width(text) <= limit)
      #expect(lines(text).count <= max(height, 11))
      #expect(lines(text).count >= min(height, 11))
    }
  }

  @Test func withoutColourThereIsNoEscapeAndEachSeriesHasAMark() {
    let text = chart.terminal(color: false)
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("•• training   ×× test"))
    let drawing = lines(text).filter { $0.contains("│") || $0.contains("┤") }.joined()
    #expect(drawing.contains("•") && drawing.contains("×"))
    #expect(!drawing.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) })
  }

  @Test func withColourEachSeriesHasItsOwnAndEachSequenceIsClosed() {
    let text = chart.terminal(color: true)
    #expect(text.contains("\u{1B}[38;5;32m━━\u{1B}[0m training"))
    #expect(text.contains("\u{1B}[38;5;166m━━\u{1B}[0m test"))
    for line in text.split(separator: "\n") {
      let opened = line.matches(of: /\u{1B}\[38;5;\d+m/).count
      #expect(line.matches(of: /\u{1B}\[0m/).count == opened)
    }
  }

  @Test func axesCarryTheirTicks() {
    let text = lines(chart.terminal(width: 60, height: 20, color: false))
    #expect(text[0] == "Loss" && text[1] == "nats")
    let ticks = text.compactMap { $0.firstMatch(of: /^ *([0-9.]+) ┤/).map { String($0.1) } }
    #expect(ticks == ["3", "2", "1", "0"])
    let axis = text.firstIndex { $0.contains("└") }!
    #expect(text[axis].filter { $0 == "┬" }.count == 4)
    #expect(text[axis + 1].split(separator: " ") == ["1", "2", "3", "4"])
    // Each label stands below its tick.
    let places = Array(text[axis]).indices.filter { Array(text[axis])[$0] == "┬" }
    #expect(places.map { String(Array(text[axis + 1])[$0]) } == ["1", "2", "3", "4"])
  }

  @Test func whatIsNoNumberLeavesAGap() {
    var values = Array(repeating: 1.0, count: 21)
    values[10] = .nan
    let text = LineChart(title: "", series: [Series("", values: values)])
      .terminal(width: 63, height: 10, color: false)
    let row = lines(text).first {
      $0.contains("⠤") || $0.contains("⠒") || $0.contains("⣀") || $0.contains("⠉")
    }!
    #expect(row.contains(/[⠤⠒⣀⠉⠂⠄⠁⡀⢀⠈⠐⠠] {3,8}[⠤⠒⣀⠉⠂⠄⠁⡀⢀⠈⠐⠠]/))
  }

  @Test(arguments: [
    LineChart(title: "", series: []),
    LineChart(title: "no points", series: [Series("a", points: [])]),
    LineChart(title: "one point", series: [Series("a", values: [3])]),
    LineChart(title: "constant", series: [Series("a", values: [0.98, 0.98])]),
    LineChart(title: "huge", series: [Series("a", values: [-1e300, 1e300])]),
    LineChart(title: "long labels", series: [Series("a", values: [1e15, 1e15 + 1])]),
    LineChart(
      title: "手写数字上的 LeNet-5 手写数字上的 LeNet-5", xLabel: "时代",
      series: (0..<70).map { Series("系列 \($0)\u{1B}[2J", values: [Double($0), 1]) }),
  ])
  func anyDataGiveAPicture(chart: LineChart) {
    for limit in [0, 24, 80] {
      for color in [false, true] {
        let text = chart.terminal(width: limit, height: 12, color: color)
        #expect(width(text) <= max(24, limit))
        #expect(text.contains("└"))
        #expect(!text.contains("[2J") || !text.contains("\u{1B}[2J"))
      }
    }
  }
}
