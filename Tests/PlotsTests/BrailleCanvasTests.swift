import Plots
import Testing

@Suite struct BrailleCanvasTests {
  @Test(arguments: [
    (0, 0, "⠁"), (0, 1, "⠂"), (0, 2, "⠄"), (0, 3, "⡀"), (1, 0, "⠈"), (1, 1, "⠐"), (1, 2, "⠠"),
    (1, 3, "⢀"),
  ])
  func eachDotHasItsPlace(x: Int, y: Int, character: Character) throws {
    var canvas = BrailleCanvas(width: 2, height: 2)
    canvas.set(x: 2 + x, y: 4 + y, owner: 3)
    let cell = try #require(canvas.cell(column: 1, row: 1))
    #expect(cell.character == character)
    #expect(cell.owner == 3)
    #expect(canvas.cell(column: 0, row: 0) == nil)
  }

  @Test func whatIsOutsideIsLeftOut() {
    var canvas = BrailleCanvas(width: 1, height: 1)
    for (x, y) in [(-1, 0), (0, -1), (2, 0), (0, 4)] { canvas.set(x: x, y: y, owner: 0) }
    #expect(canvas.cell(column: 0, row: 0) == nil)
  }

  @Test func linesJoinTheirEndsInAnyDirection() {
    for (a, b) in [((0, 0), (3, 3)), ((3, 3), (0, 0)), ((3, 0), (0, 3)), ((0, 3), (3, 0))] {
      var canvas = BrailleCanvas(width: 2, height: 1)
      canvas.line(from: a, to: b, owner: 0)
      let text = (0..<2).map { canvas.cell(column: $0, row: 0)?.character ?? " " }
      #expect(String(text) == (a.0 == a.1 ? "⠑⢄" : "⡠⠊"))
    }
  }

  @Test func ownersOfACellTakeTurns() {
    var canvas = BrailleCanvas(width: 4, height: 1)
    for owner in [2, 5] { canvas.line(from: (0, owner % 4), to: (7, owner % 4), owner: owner) }
    #expect((0..<4).map { canvas.cell(column: $0, row: 0)?.owner } == [2, 5, 2, 5])
  }
}
