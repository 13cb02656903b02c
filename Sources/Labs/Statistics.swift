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
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// The mean, and the standard error that a mean of so many independent numbers has.
  /// - Precondition: at least two numbers.
  package static func mean(_ values: [Double]) -> (value: Double, standardError: Double) {
    guard values.count > 1 else { fatalError("Statistics.mean: \(values.count) numbers") }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count - 1) / count).squareRoot())
  }

  /// The exponent p of the law y = c·xᵖ that is nearest to points, by least squares of logarithms.
  /// - Precondition: at least two different x; all numbers above 0.
  package static func exponent(_ x: [Double], _ y: [Double]) -> Double {
    let points = zip(x, y).map { (log($0), log($1)) }
    let count = Double(points.count)
    let middle = points.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
    let (products, squares) = points.reduce((0.0, 0.0)) { sums, point in
      let distance = point.0 - middle.0
      return (sums.0 + distance * (point.1 - middle.1), sums.1 + distance * distance)
    }
    guard squares > 0 else { fatalError("Statistics.exponent: one size, expected several") }
    return products / squares
  }
}
