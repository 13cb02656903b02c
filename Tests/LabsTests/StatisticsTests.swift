import Labs
import Testing

@Suite struct StatisticsTests {
  @Test func quantiles() {
    #expect(Statistics.median([3, 1, 2]) == 2)
    #expect(Statistics.median([4, 1, 2, 3]) == 2.5)
    #expect(Statistics.quantile(0, of: [5, 7]) == 5 && Statistics.quantile(1, of: [5, 7]) == 7)
    #expect(Statistics.quantile(0.25, of: [0, 1, 2, 3, 4]) == 1)
    #expect(Statistics.median([8]) == 8)
    #expect(Statistics.median([.infinity, .infinity]) == .infinity)
    #expect(Statistics.median([1, 2, .infinity]) == 2)
    #expect(Statistics.median([1, .infinity]) == .infinity)
  }

  @Test func means() {
    #expect(Statistics.mean([1, 2, 6]) == 3)
    #expect(Statistics.rootMeanSquare([3, -4, 0, 0]) == 2.5)
  }

  @Test func factors() {
    #expect(abs(Statistics.perStep(8, steps: 3) - 2) < 1e-14)
    #expect(abs(Statistics.perStep(1e-6, steps: 6) - 0.1) < 1e-14)
  }

  @Test func meanWithStandardError() {
    let (mean, error) = Statistics.estimate([1, 2, 3, 4])
    // The variance with divisor 3 is 5/3, a quarter of it that of the mean.
    #expect(mean == 2.5 && abs(error - (5.0 / 12).squareRoot()) < 1e-15)
  }

  @Test(arguments: [1.0, 3, -0.5]) func exponents(_ power: Double) {
    let x = [2.0, 3, 7, 20]
    let y = x.map { 5 * Self.power($0, power) }
    #expect(abs(Statistics.exponent(x: x, y: y) - power) < 1e-12)
  }

  /// Noise that cancels in the logarithms leaves the exponent alone.
  @Test func exponentOfNoisyPoints() {
    let x = [1.0, 1, 10, 10]
    #expect(abs(Statistics.exponent(x: x, y: [2, 0.5, 200, 50]) - 2) < 1e-12)
  }

  private static func power(_ base: Double, _ exponent: Double) -> Double {
    exponent == -0.5
      ? 1 / base.squareRoot() : (0..<Int(exponent)).reduce(1) { product, _ in product * base }
  }
}
