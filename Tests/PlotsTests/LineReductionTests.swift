import Plots
import Testing

@Suite struct LineReductionTests {
  @Test func eachColumnKeepsFirstLowestHighestAndLast() {
    let points = [5.0, 1, 9, 3, 4, 7].enumerated().map { (x: Double($0) / 10, y: $1) }
    let kept = LineReduction.reduced(points, columnWidth: 1)
    #expect(kept.map(\.y) == [5, 1, 9, 7])
    #expect(LineReduction.reduced(points, columnWidth: 0.3).map(\.y) == [5, 1, 9, 3, 7])
  }

  @Test func whatIsShortOrRunsBackStaysAsItIs() {
    let circle = (0..<100).map { (x: Double(($0 * 37) % 100), y: Double($0)) }
    #expect(LineReduction.reduced(circle, columnWidth: 50).count == 100)
    #expect(LineReduction.reduced([(x: 0, y: 1)], columnWidth: 50).count == 1)
    #expect(LineReduction.reduced([], columnWidth: 50).isEmpty)
  }
}
