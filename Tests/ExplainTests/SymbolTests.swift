import Explain
import Testing

@Suite struct SymbolTests {
  @Test func symbolsAreValues() {
    #expect(Symbol("w", "1", layer: 2) == Symbol("w", "1", layer: 2))
    #expect(Symbol("w", "1", layer: 2) != Symbol("w", "1", layer: 1))
  }
}
