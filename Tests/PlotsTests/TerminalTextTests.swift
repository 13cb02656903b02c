import Plots
import Testing

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("", 0), ("loss", 4), ("损失", 4), ("e\u{301}", 1), ("┤█▌⣿", 4), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("❤️", 2),
    ("한글", 4), ("ｆｕｌｌ", 8), ("−±→", 3),
  ])
  func columns(text: String, width: Int) {
    #expect(TerminalText.width(text) == width)
  }

  @Test func longTextIsCutAtAColumn() {
    #expect(TerminalText.cut("automobile", to: 10) == "automobile")
    #expect(TerminalText.cut("automobile", to: 5) == "auto…")
    #expect(TerminalText.cut("损失函数", to: 6) == "损失…")
    #expect(TerminalText.cut("损失函数", to: 7) == "损失函…")
    #expect(TerminalText.cut("abc", to: 0) == "")
  }

  @Test func paddingFillsExactly() {
    #expect(TerminalText.left("损", 4) == "损  ")
    #expect(TerminalText.right("损", 4) == "  损")
    #expect(TerminalText.right("automobile", 4) == "aut…")
  }

  @Test func controlCharactersCannotReachTheTerminal() {
    #expect(
      TerminalText.clean("a\u{1B}[31mb\nc\u{7}d\u{9B}e\u{202E}f\u{2028}") == "a [31mb c d ef ")
    #expect(TerminalText.clean("👨‍👩‍👧") == "👨‍👩‍👧")
  }

  @Test func colourIsClosedAfterTheText() {
    #expect(TerminalText.colored("x", 32) == "\u{1B}[38;5;32mx\u{1B}[0m")
    #expect(TerminalText.colored("x", nil) == "x")
    #expect(TerminalText.colored("", 32) == "")
  }
}
