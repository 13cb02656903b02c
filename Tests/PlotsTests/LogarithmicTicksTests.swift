import Plots
import Testing

@Suite struct LogarithmicTicksTests {
  private static let labels: [(low: Double, high: Double, labels: String)] = [
    (1, 1000, "1 10 100 1000"),
    (0.01, 1, "0.01 0.1 1"),
    (1, 10, "1 2 5 10"),
    (3, 40, "5 10 20"),
    (1e-8, 1, "10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻² 10⁰"),
    (1e-12, 1e12, "10⁻¹⁰ 10⁻⁵ 10⁰ 10⁵ 10¹⁰"),
    (2e-7, 4e-6, "2×10⁻⁷ 5×10⁻⁷ 10⁻⁶ 2×10⁻⁶"),
    (2, 3, "2.0 2.2 2.4 2.6 2.8 3.0"),
    (1e-300, 1e300, "10⁻²⁰⁰ 10⁰ 10²⁰⁰"),
  ]

  @Test(arguments: labels)
  func labelsInsideARange(low: Double, high: Double, labels: String) {
    #expect(Ticks(logarithmic: low...high).labels.joined(separator: " ") == labels)
  }

  @Test func aroundARangeItIsEnclosed() {
    #expect(Ticks(logarithmic: 3...400, extent: .around).values == [1, 10, 100, 1000])
    #expect(Ticks(logarithmic: 1...1000, extent: .around).values == [1, 10, 100, 1000])
  }

  @Test(
    arguments: [1e-290, 3e-7, 0.7, 1, 12345, 1e200], [1.0001, 1.3, 2.9, 4, 30, 999, 1e7, 1e90])
  func countAndOrderKeepTheirPromise(low: Double, ratio: Double) {
    for count in [1, 3, 5, 9] {
      let inside = Ticks(logarithmic: low...low * ratio, about: count)
      let around = Ticks(logarithmic: low...low * ratio, about: count, extent: .around)
      #expect(inside.values.allSatisfy { low * 0.999_999 <= $0 && $0 <= low * ratio * 1.000_001 })
      #expect(inside.values.count <= max(count + 1, 6))
      #expect(around.values == around.values.sorted() && around.values.count >= 2)
      #expect(around.values[0] <= low * 1.000_001)
      #expect(around.values.last! >= low * ratio * 0.999_999)
      #expect(Set(around.labels).count == around.labels.count)
    }
  }

  @Test func fractionsAreEvenInTheLogarithm() {
    let scale = Scale(
      Axis(scale: .logarithmic), showing: [1, 100, 10_000], about: 5, extent: .around, padding: 0)
    #expect(abs(scale.fraction(1)) < 1e-12 && abs(scale.fraction(10_000) - 1) < 1e-12)
    #expect(abs(scale.fraction(100) - 0.5) < 1e-12)
    // A power of ten is worked out to about 1e-15 of itself.
    #expect(abs(scale.value(at: 0.25) - 10) < 1e-12)
    #expect(scale.hasPlace(for: 1e-9) && !scale.hasPlace(for: 0) && !scale.hasPlace(for: -1))
  }

  @Test func reversedAndNamedAxes() {
    let reversed = Scale(
      Axis(isReversed: true), showing: [0, 10], about: 5, extent: .inside, padding: 0)
    #expect(reversed.fraction(0) == 1 && reversed.fraction(10) == 0 && reversed.value(at: 1) == 0)
    let named = Scale(
      Axis(scale: .categories(["a", "b", "c", "d"])), showing: [], about: 1, extent: .inside,
      padding: 0)
    #expect(named.ticks.labels == ["a", "b", "c", "d"])
    #expect((0...3).map { named.fraction(Double($0)) } == [0.125, 0.375, 0.625, 0.875])
  }
}
