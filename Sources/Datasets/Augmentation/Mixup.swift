import Arrays
import Foundation

/// Mixes the samples of batches; see `Augmentation.mixup`.
struct Mixup: Sendable {
  let alpha: Double
  /// The stream that the numbers of an epoch come from.
  let key: RandomKey

  /// Mixes each input with that of its partner.
  /// - Shapes: inputs `[n, …]`; `number` is the batch's.
  func apply(
    to inputs: inout NDArray, batch number: Int, by workers: BatchWorkers
  ) -> Mixing {
    var generator = RandomGenerator(key: key, position: UInt64(number) << 32)
    let drawn = generator.beta(alpha, alpha)
    let share = max(drawn, 1 - drawn)
    let partners = generator.permutation(inputs.shape[0])
    let width = inputs.elementCount / partners.count
    var scratch = NDArray(uninitialized: [width], dtype: .float32)
    let (own, other) = (Float(share), Float(1 - share))
    inputs.withMutableElements(as: Float.self) { x in
      scratch.withMutableElements(as: Float.self) { first in
        let (x, first) = (x.baseAddress!, first.baseAddress!)
        workers.forEachRange(of: width, grain: 1 + 16_384 / partners.count) { places in
          Self.mix(x, first, width, places, partners, own, other)
        }
      }
    }
    return Mixing(share: share, partners: partners)
  }

  /// x ↦ own · x + other · x[partner] in place at some places of every sample, round by round of the
  /// permutation: only the first sample of each has to be kept.
  private static func mix(
    _ x: UnsafeMutablePointer<Float>, _ first: UnsafeMutablePointer<Float>, _ width: Int,
    _ places: Range<Int>, _ partners: [Int], _ own: Float, _ other: Float
  ) {
    var isDone = [Bool](repeating: false, count: partners.count)
    for start in partners.indices where !isDone[start] {
      (first + places.lowerBound).update(
        from: x + start * width + places.lowerBound, count: places.count)
      var sample = start
      while !isDone[sample] {
        isDone[sample] = true
        let partner = partners[sample]
        let to = x + sample * width
        let from = partner == start ? first : x + partner * width
        for place in places { to[place] = own * to[place] + other * from[place] }
        sample = partner
      }
    }
  }
}

extension RandomGenerator {
  /// A number of the distribution Beta(a, b), by two of the gamma distribution.
  mutating func beta(_ a: Double, _ b: Double) -> Double {
    let (first, second) = (logGamma(a), logGamma(b))
    return 1 / (1 + exp(second - first))
  }

  /// The logarithm of a number of the gamma distribution of scale 1, which for small shapes is
  /// itself too small to be told from 0 (Marsaglia and Tsang, "A simple method for generating gamma
  /// variables", 2000).
  private mutating func logGamma(_ shape: Double) -> Double {
    if shape < 1 {
      let more = logGamma(shape + 1)
      return more + log(1 - uniform()) / shape
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return log(d * v) }
    }
  }
}
