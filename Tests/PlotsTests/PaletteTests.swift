import Plots
import Testing

@Suite struct PaletteTests {
  @Test func theColoursAreOkabeAndIto() {
    #expect(
      Set(Palette.series) == [
        "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
      ])
    #expect(Set(Palette.terminal).count == Palette.series.count)
    #expect(Set(Palette.marks).count == Palette.series.count)
    #expect(Palette.marks.allSatisfy { TerminalText.width(String($0)) == 1 })
  }

  @Test func tintsRunFromWhiteToTheColour() {
    #expect(Palette.tint("#0072B2", 0) == "#FFFFFF")
    #expect(Palette.tint("#0072B2", 1) == "#0072B2")
    #expect(Palette.tint("#0072B2", 0.5) == "#80B9D9")
    #expect(Palette.tint("#000000", 7) == "#000000")
  }
}
