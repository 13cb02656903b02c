import Labs
import Testing
import Training

@Suite struct FisherDirectionsTests {
  /// Three classes that differ in the second and third feature alone, where there is little spread;
  /// the first and the last have much spread and no class.
  @Test func ignoresSpreadWithinClasses() throws {
    var random = RandomGenerator(key: RandomKey(seed: 5, path: "fisher"))
    let middles = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
    let classes = (0..<300).map { $0 % 3 }
    let rows = classes.map { label in
      [
        50 * random.normal(), middles[label].0 + 0.1 * random.normal(),
        middles[label].1 + 0.1 * random.normal(), 3 * random.normal(),
      ]
    }
    let places = try FisherDirections.places(of: NDArray(rows: rows), classes: classes)
    #expect(places.count == 600)
    func mean(_ label: Int, _ axis: Int) -> Double {
      let own = classes.indices.filter { classes[$0] == label }
      return own.reduce(0) { $0 + places[2 * $1 + axis] } / Double(own.count)
    }
    // Each pair of means is as far apart as in the two features, in their standard deviations.
    for (one, other, distance) in [(0, 1, 10.0), (0, 2, 10.0), (1, 2, 200.0.squareRoot())] {
      let (x, y) = (mean(one, 0) - mean(other, 0), mean(one, 1) - mean(other, 1))
      #expect(abs((x * x + y * y).squareRoot() / distance - 1) < 0.1)
    }
    // Within a class the deviation is 1 along both.
    for axis in 0..<2 {
      let squares = classes.indices.reduce(0.0) { sum, index in
        let distance = places[2 * index + axis] - mean(classes[index], axis)
        return sum + distance * distance
      }
      #expect(abs(squares / 300 - 1) < 1e-6)
    }
  }
}
