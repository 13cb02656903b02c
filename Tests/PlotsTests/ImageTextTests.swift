import Plots
import Testing

@Suite struct ImageTextTests {
  @Test func withoutColourAPixelIsTwoCharactersInFiveShades() {
    let image = ImageText(rows: [[0, 0.25, 0.5, 0.75, 1], [1, 0, 0, 0, 0], [.nan, -1, 7, 0, 0]])
    #expect(lines(image.terminal(color: false)) == ["  ░░▒▒▓▓██", "██", "    ██"])
  }

  @Test func withColourAHalfBlockIsTwoPixels() {
    let image = ImageText(rows: [[0, 1], [1, 0], [0.5, 0.5]])
    let text = image.terminal(color: true)
    #expect(
      text == "\u{1B}[38;5;16;48;5;231m▀\u{1B}[38;5;231;48;5;16m▀\u{1B}[0m\n"
        + "\u{1B}[38;5;244m▀▀\u{1B}[0m")
  }

  @Test func greysAscendWithBrightness() {
    let ramp = (0...255).map { Double($0) / 255 }
    let text = ImageText(rows: [ramp]).terminal(width: 256, color: true)
    let greys = text.matches(of: /38;5;(\d+)m/).compactMap { Int($0.1) }
    #expect(greys.first == 16 && greys.last == 231)
    #expect(Array(greys.dropFirst().dropLast()) == Array(232...255))
  }

  @Test(arguments: [2, 3, 10, 28, 80], [1, 7, 28, 300]) func itKeepsToTheWidth(
    limit: Int, size: Int
  ) {
    let image = ImageText(rows: Array(repeating: Array(repeating: 1, count: size), count: size))
    for color in [false, true] {
      let text = image.terminal(width: limit, color: color)
      let columns = width(text)
      #expect(columns <= limit && columns > 0)
      // White stays white, however it is averaged, and the picture stays about square.
      let rows = lines(text).count
      #expect(abs((color ? 2 * rows : rows) - (color ? columns : columns / 2)) <= 1)
      #expect(
        !color ? lines(text).allSatisfy { $0.allSatisfy { $0 == "█" } } : !text.contains("38;5;16"))
    }
  }

  @Test func shrinkingAverages() {
    let image = ImageText(rows: [[0, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 1]])
    #expect(lines(image.terminal(width: 4, color: false)) == ["▒▒", "██░░"])
  }

  @Test func nothingIsDrawnAsNothing() {
    #expect(ImageText(rows: []).terminal(color: true) == "")
    #expect(ImageText(rows: [[], []]).terminal(color: false) == "")
  }

  @Test func raggedRowsStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = ImageText(rows: [[1], [1, 2]]) }
  }
}
