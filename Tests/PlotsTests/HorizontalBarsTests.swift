import Plots
import Testing

@Suite struct HorizontalBarsTests {
  private let bars = HorizontalBars([
    .init(label: "3", fraction: 0.9125, text: "91.3 %"),
    .init(label: "eight", fraction: 0.07, text: "7.0 %"),
    .init(label: "五", fraction: 0, text: "0.0 %"),
  ])

  @Test func columnsAreAligned() {
    #expect(
      lines(bars.terminal(width: 31, color: false)) == [
        "3      ██████████████▋   91.3 %",
        "eight  █▏                 7.0 %",
        "五                        0.0 %",
      ])
    #expect(
      lines(bars.terminal(width: 31, color: true)) == lines(bars.terminal(width: 31, color: false)))
  }

  @Test func theExampleInTheDocumentation() {
    let bars = HorizontalBars([
      .init(label: "three", fraction: 0.912, text: "91.2 %"),
      .init(label: "eight", fraction: 0.07, text: "7.0 %"),
    ])
    #expect(
      lines(bars.terminal(width: 31, color: false)) == [
        "three  ██████████████▋   91.2 %",
        "eight  █▏                 7.0 %",
      ])
  }

  @Test(arguments: [0.0, 1, 0.5, 1 / 16.0, 0.01, -3, 7, .nan, .infinity])
  func barsStayWithinTheirWidth(fraction: Double) {
    for width in 0...12 {
      let bar = HorizontalBars.bar(fraction, width: width)
      #expect(bar.count <= width)
      if fraction >= 1 { #expect(bar == String(repeating: "█", count: width)) }
      if !(fraction > 0) { #expect(bar.isEmpty) }
    }
  }

  @Test(arguments: [0, 16, 20, 40, 80, 200]) func linesKeepToTheWidth(limit: Int) {
    let long = HorizontalBars([
      .init(label: String(repeating: "label", count: 30), fraction: 1, text: "100.0 % and more"),
      .init(label: "new\nline\u{1B}[2J", fraction: 1, text: ""),
    ])
    for color in [false, true] {
      #expect(width(long.terminal(width: limit, color: color)) <= max(16, limit))
      #expect(lines(long.terminal(width: limit, color: color)).count == 2)
    }
    #expect(!long.terminal(width: limit, color: false).contains("\u{1B}"))
  }

  @Test func noRowsAreNoText() {
    #expect(HorizontalBars([]).terminal(color: true) == "")
  }
}
