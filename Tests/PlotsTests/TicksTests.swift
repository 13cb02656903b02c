import Plots
import Testing

@Suite struct TicksTests {
  private static let labels: [(low: Double, high: Double, labels: String)] = [
    (0, 1, "0.0 0.2 0.4 0.6 0.8 1.0"),
    (0, 100, "0 20 40 60 80 100"),
    (0.13, 0.87, "0.2 0.4 0.6 0.8"),
    (-3, 4, "-2 0 2 4"),
    (1, 30, "10 20 30"),
    (0.981, 0.989, "0.982 0.984 0.986 0.988"),
    (0, 1e7, "0 2e6 4e6 6e6 8e6 10e6"),
    (0, 2.5e6, "0 0.5e6 1.0e6 1.5e6 2.0e6 2.5e6"),
    (-1e-5, 1e-5, "-10e-6 -5e-6 0 5e-6 10e-6"),
    (1e9, 1e9 + 2, "1.0000000000e9 1.0000000005e9 1.0000000010e9 1.0000000015e9 1.0000000020e9"),
  ]

  @Test(arguments: labels)
  func labelsInsideARange(low: Double, high: Double, labels: String) {
    #expect(Ticks(covering: low...high, about: 5).labels.joined(separator: " ") == labels)
  }

  @Test func aroundARangeItIsEnclosed() {
    #expect(
      Ticks(covering: 0.13...0.87, extent: .around).values == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(Ticks(covering: 0...1, extent: .around).values == [0, 0.2, 0.4, 0.6, 0.8, 1])
  }

  @Test func valuesAreTheNearestNumbersToTheirLabels() {
    // 3 × 0.1 would be 0.30000000000000004.
    #expect(
      Ticks(covering: 0...1, about: 10).values.map(String.init(describing:)).prefix(5) == [
        "0.0", "0.1", "0.2", "0.3", "0.4",
      ])
  }

  @Test(arguments: [1, 2, 3, 5, 10, 40], [1e-200, 3.7e-9, 0.42, 7, 12345, 9.9e99])
  func countAndStepKeepTheirPromise(count: Int, span: Double) {
    for start in [0, -span / 3, span * 5] {
      let range = start...(start + span)
      let inside = Ticks(covering: range, about: count)
      let around = Ticks(covering: range, about: count, extent: .around)
      #expect(inside.values.count <= count + 1)
      #expect(around.values.count <= count + 2)
      #expect(inside.labels.count == inside.values.count)
      #expect(Set(around.labels).count == around.labels.count)
      #expect(around.values[0] <= range.lowerBound + 1e-6 * inside.step)
      #expect(around.values.last! >= range.upperBound - 1e-6 * inside.step)
      // The next smaller nice step would give more intervals than asked for.
      #expect(span / (inside.step / 2.5) > Double(count) * (1 - 1e-6))
      let lead =
        inside.step / NumberText.powerOfTen(NumberText.decimalExponent(inside.step * 1.001))
      #expect([1, 2, 5].contains { abs($0 - lead) < 1e-9 })
    }
  }

  @Test func wholeNumbersHaveWholeSteps() {
    #expect(Ticks(covering: 1...3, about: 9, wholeNumbers: true).labels == ["1", "2", "3"])
    #expect(Ticks(covering: 1...3, about: 9).labels.count == 5)
  }

  @Test(arguments: [0, 1, -7, 0.98, 1e15, 1e300, -1e-300])
  func aSingleNumberIsWidened(value: Double) {
    let ticks = Ticks(covering: value...value, extent: .around)
    #expect(ticks.values.count >= 2)
    #expect(ticks.values[0] < value && value < ticks.values.last!)
    #expect(ticks.values.allSatisfy { $0.isFinite })
  }

  @Test func theLargestRangeDoesNotOverflow() {
    let ticks = Ticks(covering: -1e300...1e300, extent: .around)
    #expect(ticks.labels.first == "-1.0e300" && ticks.labels.last == "1.0e300")
  }
}
