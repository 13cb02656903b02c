import Plots
import Testing

@Suite struct ProgressBarTests {
  private let bar = ProgressBar(title: "epoch 3/30", unit: "images")
  private let fields: [ProgressBar.Field] = [
    .init("loss", 0.034212), .init("accuracy", 0.98333, style: .percent),
  ]

  @Test func aLineHasBarPercentageRateTimeAndFields() {
    #expect(
      bar.line(done: 500, total: 1000, seconds: 0.5, fields: fields, width: 100)
        == "epoch 3/30 █████████████                50 %  1000 images/s  ETA 0:01  loss 0.03421"
        + "  accuracy 98.3 %")
    for width in [90, 100, 110] {
      let line = bar.line(done: 500, total: 1000, seconds: 0.5, fields: fields, width: width)
      #expect(TerminalText.width(line) == min(width, 104))
    }
  }

  @Test func theExampleInTheDocumentation() {
    #expect(
      bar.line(done: 150_000, total: 300_000, seconds: 12.1, fields: fields, width: 81)
        == "epoch 3/30 ███      50 %  12.4k images/s  ETA 0:12  loss 0.03421  accuracy 98.3 %")
  }

  @Test func theEndSaysWhatItTook() {
    let line = bar.line(done: 1000, total: 1000, seconds: 75.4, width: 60)
    #expect(line == "epoch 3/30 ██████████████████  100 %  13.3 images/s  in 1:15")
  }

  @Test(arguments: [120, 100, 80, 60, 45, 30, 20, 10, 1, 0])
  func whatDoesNotFitIsLeftOut(limit: Int) {
    for done in [0, 1, 999, 1000, 5000] {
      for seconds in [0, 1e-9, 12.5, 1e7, .nan] {
        let line = bar.line(
          done: done, total: 1000, seconds: seconds, fields: fields, width: limit)
        #expect(TerminalText.width(line) <= limit)
        #expect(limit < 20 || line.contains("%"))
        #expect(limit < 60 || line.contains("loss 0.03421  accuracy 98.3 %"))
      }
    }
  }

  @Test func aLineIsOneLineOfConstantWidth() {
    let widths = (0...1000).map {
      TerminalText.width(bar.line(done: $0, total: 1000, seconds: 2, fields: fields, width: 80))
    }
    // From the first rate on, nothing moves.
    #expect(widths.allSatisfy { $0 <= 80 } && Set(widths).count <= 2)
    let nasty = ProgressBar(title: "a\nb\u{1B}[2J", unit: "x\ny")
      .line(done: 1, total: 2, seconds: 1, fields: [.init("l\ro", .nan)])
    #expect(!nasty.contains { $0.isNewline || $0 == "\u{1B}" })
    #expect(nasty.hasSuffix("l o nan"))
  }

  @Test func thePercentageIsNeverTooHigh() {
    let bare = ProgressBar(title: "lab", unit: "").line(
      done: 250, total: 1000, seconds: 2, width: 40)
    #expect(bare.contains(" 25 %  ETA 0:06") && !bare.contains("/s"), "\(bare)")
    #expect(ProgressBar().line(done: 999, total: 1000, seconds: 1).contains(" 99 %"))
    #expect(ProgressBar().line(done: -5, total: 10, seconds: 1).contains("  0 %"))
    #expect(ProgressBar().line(done: 0, total: 10, seconds: 0).contains("– items/s  ETA –"))
  }

  @Test func withoutATotalItCounts() {
    #expect(
      ProgressBar(unit: "tokens").line(done: 123_450, total: 0, seconds: 5)
        == "123450 tokens  24.7k tokens/s  in 0:05")
  }

  @Test(arguments: [
    (0.2, "0:00"), (59.6, "1:00"), (754, "12:34"), (3723, "1:02:03"), (359_999, "99:59:59"),
    (.infinity, "–"), (.nan, "–"), (-1, "–"),
  ])
  func durations(seconds: Double, text: String) {
    #expect(ProgressBar.duration(seconds) == text)
  }
}
