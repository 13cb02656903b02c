import Plots
import Testing

@Suite struct GeometryTests {
  private func point(_ x: Double, _ y: Double) -> Series.Point { Series.Point(x: x, y: y) }

  @Test func linesAreCutAtTheBorder() {
    let through = Clipping.line([point(-1, 0.5), point(3, 0.5)])
    #expect(through.count == 1)
    #expect(abs(through[0][0].x) < 1e-5 && abs(through[0][1].x - 1) < 1e-5)
    // Out and in again are two parts.
    let out = [point(0.5, 0.5), point(0.5, 2), point(0.8, 2), point(0.8, 0.5)]
    #expect(Clipping.line(out).count == 2)
    #expect(Clipping.line([point(2, 0), point(2, 1)]).isEmpty)
    #expect(Clipping.line([point(-0.5, 0.6), point(0.6, -0.5)]).count == 1)
    #expect(Clipping.line([point(-0.5, 0.4), point(0.4, -0.5)]).isEmpty)
    let inside = [point(0, 0), point(1, 1), point(0.2, 0.3)]
    #expect(Clipping.line(inside) == [inside])
  }

  @Test func areasAreCutAtTheBorder() {
    let large = [point(-5, -5), point(5, -5), point(5, 5), point(-5, 5)]
    let cut = Clipping.area(large)
    #expect(Set(cut) == [point(0, 0), point(1, 0), point(1, 1), point(0, 1)])
    #expect(Clipping.area([point(2, 2), point(3, 2), point(3, 3)]).isEmpty)
  }

  @Test func countsOfAHistogram() {
    let histogram = Histogram([0, 0.5, 1, 1, 2.5, 4, 4.1, -1, .nan], bins: 4, range: 0...4)
    #expect(histogram.edges == [0, 1, 2, 3, 4])
    #expect(histogram.counts == [2, 2, 1, 1])
    #expect(histogram.outside == 3)
    let widths = zip(histogram.edges, histogram.edges.dropFirst()).map { $1 - $0 }
    let area = zip(histogram.densities, widths).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(area - 1) < 1e-12)
  }

  @Test func everyNumberIsCountedOnceWhereItsBoundsSay() {
    var numbers = Numbers(seed: 3)
    let values = (0..<1000).map { _ in (numbers.next() * 70).rounded() / 10 }
    for bins in [1, 7, 70, 99] {
      let histogram = Histogram(values, bins: bins)
      #expect(histogram.counts.reduce(0, +) == 1000 && histogram.outside == 0)
      for (index, count) in histogram.counts.enumerated() {
        let (low, high) = (histogram.edges[index], histogram.edges[index + 1])
        let last = index == bins - 1
        #expect(count == values.count { $0 >= low && ($0 < high || last && $0 == high) })
      }
    }
    #expect((5...100).contains(Histogram(values).counts.count))
    #expect(Histogram([3, 3, 3]).counts.reduce(0, +) == 3)
    #expect(Histogram([]).counts.reduce(0, +) == 0)
  }

  @Test func gridsHaveTheirFunctionsValues() {
    let grid = Grid(x: 0...1, y: 0...2, columns: 3, rows: 5) { $0 + 10 * $1 }
    #expect(grid.x == [0, 0.5, 1] && grid.y == [0, 0.5, 1, 1.5, 2])
    #expect(grid.values[3] == [15, 15.5, 16])
    #expect(Grid.edges([0, 1, 3]) == [-0.5, 0.5, 2, 4] && Grid.edges([7]) == [6.5, 7.5])
  }

  @Test func placesOfAGraph() {
    // Two triangles joined by an edge.
    let edges = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)]
      .map { (from: $0.0, to: $0.1) }
    let places = ForceLayout.places(count: 6, edges: edges, seed: 4)
    #expect(places == ForceLayout.places(count: 6, edges: edges, seed: 4))
    #expect(places != ForceLayout.places(count: 6, edges: edges, seed: 5))
    #expect(
      places.allSatisfy { (-1e-9...1 + 1e-9).contains($0.x) && (-1e-9...1 + 1e-9).contains($0.y) })
    func distance(_ a: Int, _ b: Int) -> Double {
      let (dx, dy) = (places[a].x - places[b].x, places[a].y - places[b].y)
      return (dx * dx + dy * dy).squareRoot()
    }
    let joined = edges.map { distance($0.from, $0.to) }
    let apart = (0..<3).flatMap { a in (3..<6).map { distance(a, $0) } }.sorted().dropFirst()
    // Those that are joined are nearer than all of different triangles but the bridge.
    #expect(joined.dropLast().max()! < apart.min()!)
    #expect(ForceLayout.places(count: 1, edges: [(0, 0)], seed: 1).count == 1)
    #expect(ForceLayout.places(count: 0, edges: [], seed: 1).isEmpty)
  }
}
