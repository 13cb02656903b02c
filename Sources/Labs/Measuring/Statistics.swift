import Foundation

/// What is said of lists of numbers.
package enum Statistics {
  /// The middle number, of an even count the mean of the two in the middle.
  /// - Precondition: at least one number.
  package static func median(_ values: [Double]) -> Double { quantile(0.5, of: values) }

  /// The number below which a share of the others lies, with straight lines between neighbours.
  /// - Parameter share: From 0 to 1.
  /// - Precondition: at least one number.
  package static func quantile(_ share: Double, of values: [Double]) -> Double {
    guard !values.isEmpty else { fatalError("Statistics.quantile: no numbers") }
    let sorted = values.sorted()
    let place = share * Double(sorted.count - 1)
    let below = Int(place.rounded(.down))
    let (low, high) = (sorted[below], sorted[min(below + 1, sorted.count - 1)])
    let part = place - Double(below)
    // Else infinities, such as the steps of those that never arrive, would make it NaN.
    return part == 0 || low == high ? low : low + part * (high - low)
  }

  /// The mean.
  /// - Precondition: at least one number.
  package static func mean(_ values: [Double]) -> Double {
    guard !values.isEmpty else { fatalError("Statistics.mean: no numbers") }
    return values.reduce(0, +) / Double(values.count)
  }

  /// The root of the mean of the squares.
  /// - Precondition: at least one number.
  package static func rootMeanSquare(_ values: [Double]) -> Double {
    mean(values.map { $0 * $0 }).squareRoot()
  }

  /// The mean, and the standard error that a mean of so many independent numbers has.
  /// - Precondition: at least two numbers.
  package static func estimate(_ values: [Double]) -> (value: Double, standardError: Double) {
    guard values.count > 1 else { fatalError("Statistics.estimate: \(values.count) numbers") }
    let count = Double(values.count)
    let mean = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count - 1) / count).squareRoot())
  }

  /// The exponent p of the power law y = c·xᵖ nearest to the numbers: the slope of the regression
  /// of ln y on ln x.
  /// - Precondition: as many of both, at least two different x, all above 0.
  package static func exponent(x: [Double], y: [Double]) -> Double {
    guard x.count == y.count, Set(x).count > 1, (x + y).allSatisfy({ $0 > 0 }) else {
      fatalError("Statistics.exponent: x \(x), y \(y)")
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
      fatalError("Statistics.perStep: ratio \(ratio), steps \(steps)")
    }
    return pow(ratio, 1 / Double(steps))
  }
}
