import Foundation
import Labs
import Testing

@Suite struct LabStatisticsTests {
  @Test func medians() {
    #expect(LabStatistics.median([3]) == 3)
    #expect(LabStatistics.median([9, 1, 5]) == 5)
    #expect(LabStatistics.median([9, 1, 5, 2]) == 3.5)
  }

  @Test func means() {
    #expect(LabStatistics.mean([1, 2, 6]) == 3)
    #expect(LabStatistics.rootMeanSquare([3, -4, 0, 0]) == 2.5)
  }

  /// The exponent of an exact power law is found to rounding, whatever its factor.
  @Test(arguments: [-2, -0.5, 0, 1, 3]) func exponents(_ exponent: Double) {
    let x = [1.0, 2, 5, 30, 100]
    for factor in [0.01, 1, 70] {
      let y = x.map { factor * pow($0, exponent) }
      #expect(abs(LabStatistics.exponent(x: x, y: y) - exponent) < 1e-12)
    }
  }

  @Test func factors() {
    #expect(abs(LabStatistics.perStep(8, steps: 3) - 2) < 1e-14)
    #expect(abs(LabStatistics.perStep(1e-6, steps: 6) - 0.1) < 1e-14)
  }
}
