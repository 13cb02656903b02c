import Foundation

/// What is said of several measurements.
package enum LabStatistics {
  /// The middle number, or the mean of the two in the middle.
  /// - Precondition: at least one.
  package static func median(_ numbers: [Double]) -> Double {
    guard !numbers.isEmpty else { fatalError("LabStatistics.median: no numbers") }
    let sorted = numbers.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// The mean.
  package static func mean(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +) / Double(numbers.count)
  }

  /// The root of the mean of the squares.
  package static func rootMeanSquare(_ numbers: [Double]) -> Double {
    mean(numbers.map { $0 * $0 }).squareRoot()
  }

  /// The exponent p of the power law y = c·xᵖ nearest to the numbers: the slope of the regression
  /// of ln y on ln x.
  /// - Precondition: as many of both, at least two different x, all above 0.
  package static func exponent(x: [Double], y: [Double]) -> Double {
    guard x.count == y.count, Set(x).count > 1, (x + y).allSatisfy({ $0 > 0 }) else {
      fatalError("LabStatistics.exponent: x \(x), y \(y)")
    }
    let (u, v) = (x.map { log($0) }, y.map { log($0) })
    let (meanU, meanV) = (mean(u), mean(v))
    let products = zip(u, v).reduce(0) { $0 + ($1.0 - meanU) * ($1.1 - meanV) }
    return products / u.reduce(0) { $0 + ($1 - meanU) * ($1 - meanU) }
  }

  /// The factor that, applied so many times, gives a ratio.
  /// - Precondition: both above 0.
  package static func perStep(_ ratio: Double, steps: Int) -> Double {
    guard ratio > 0, steps > 0 else {
      fatalError("LabStatistics.perStep: ratio \(ratio), steps \(steps)")
    }
    return pow(ratio, 1 / Double(steps))
  }
}
