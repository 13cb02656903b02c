/// Rosenblatt's learning rule for two classes, from weights of zero and at a rate of 1.
///
/// The offset is the weight of a further input that is always 1, and samples are signed: the inputs
/// times 1 for the one class and times −1 for the other, so that every right answer is a weighted
/// sum above 0.
package struct PerceptronRule {
  /// The weights, the offset last.
  package private(set) var weights: [Double]
  /// How often the weights have changed.
  package private(set) var updates = 0

  /// A perceptron that has seen nothing.
  package init(inputs: Int) { weights = [Double](repeating: 0, count: inputs + 1) }

  /// A sample of the positive or the negative class as the rule takes it.
  package static func signed(_ inputs: [Double], isPositive: Bool) -> [Double] {
    (inputs + [1]).map { isPositive ? $0 : -$0 }
  }

  /// Shows every sample once: w ← w + s where w·s ≤ 0.
  /// - Returns: How many were wrong when their turn came.
  package mutating func pass(_ samples: [[Double]]) -> Int {
    var errors = 0
    for sample in samples where Self.product(weights, sample) <= 0 {
      for index in weights.indices { weights[index] += sample[index] }
      errors += 1
    }
    updates += errors
    return errors
  }

  /// The share of samples with a right answer.
  package func accuracy(_ samples: [[Double]]) -> Double {
    let right = samples.count { Self.product(weights, $0) > 0 }
    return Double(right) / Double(samples.count)
  }

  /// R, the length of the longest sample, and a margin γ: the distance that all samples keep from
  /// the border, on their right side, for the best direction that was found.
  ///
  /// The largest margin is the distance of the samples' convex hull from the origin. Each round
  /// moves a point of the hull towards the sample that is furthest behind it (Gilbert 1966), and
  /// the margin of every round's direction is a true one: a margin below the largest makes the
  /// bound (R/γ)² larger, never wrong.
  /// - Precondition: the samples can be separated.
  package static func extent(
    of samples: [[Double]], rounds: Int = 2000
  ) -> (radius: Double, margin: Double) {
    var point = samples[0]
    var margin = 0.0
    for _ in 0..<rounds {
      let products = samples.map { product(point, $0) }
      guard let last = products.indices.min(by: { products[$0] < products[$1] }) else { break }
      let square = product(point, point)
      if square > 0 { margin = max(margin, products[last] / square.squareRoot()) }
      let toward = zip(samples[last], point).map { $0 - $1 }
      let length = product(toward, toward)
      if length < 1e-24 { break }
      let share = min(1, max(0, -product(point, toward) / length))
      for index in point.indices { point[index] += share * toward[index] }
    }
    let radius = samples.map { product($0, $0).squareRoot() }.max() ?? 0
    return (radius, margin)
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
