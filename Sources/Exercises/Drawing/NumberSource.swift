import Autodiff
import Explain

/// Draws numbers that are good to calculate with by hand.
struct NumberSource {
  private var random: RandomGenerator

  /// - Parameter key: What names the stream of random numbers.
  init(key: RandomKey) { random = RandomGenerator(key: key) }

  /// One of some choices.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[random.integer(below: choices.count)]
  }

  /// A whole number in a range.
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + random.integer(below: range.count)
  }

  /// A multiple of `step` in a range, as a decimal number with few digits.
  mutating func decimal(_ range: ClosedRange<Double>, step: Double = 0.1) -> Double {
    let low = Int((range.lowerBound / step).rounded(.up))
    let high = Int((range.upperBound / step).rounded(.down))
    let value = Double(low + random.integer(below: high - low + 1)) * step
    return (value * 1e6).rounded() / 1e6
  }

  /// A number from −`bound` to `bound` in steps of 0.1 that is not 0.
  mutating func weight(_ bound: Double = 0.9) -> Double {
    let size = decimal(0.1...bound)
    return random.integer(below: 2) == 0 ? size : -size
  }

  /// A matrix of such numbers.
  mutating func weights(_ rows: Int, _ columns: Int, _ bound: Double = 0.9) -> [[Double]] {
    (0..<rows).map { _ in (0..<columns).map { _ in weight(bound) } }
  }

  /// True or false.
  mutating func flip() -> Bool { random.integer(below: 2) == 0 }

  /// The members of a list in random order.
  mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
    random.permutation(list.count).map { list[$0] }
  }
}
