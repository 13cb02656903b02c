/// Random numbers one after another from a key's stream.
public struct RandomGenerator: RandomNumberGenerator, Sendable {
  /// The stream that the numbers come from.
  public let key: RandomKey
  /// How many 64-bit numbers have been drawn; saved with a run to go on where it stopped.
  public private(set) var position: UInt64

  /// The numbers of `key` from `position` on.
  public init(key: RandomKey, position: UInt64 = 0) {
    self.key = key
    self.position = position
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    let words = key.words(block: position / 2)
    let bits = RandomBits.wide(words, half: Int(position & 1))
    position &+= 1
    return bits
  }

  /// A number from 0 up to, not including, 1, with 53 bits.
  public mutating func uniform() -> Double { RandomBits.unit(next()) }

  /// A number of the standard normal distribution; takes two of the stream's.
  public mutating func normal() -> Double { RandomBits.normals(next(), next()).0 }

  /// A whole number from 0 up to, not including, `bound`, each equally likely (Lemire, "Fast random
  /// integer generation in an interval", 2019).
  /// - Precondition: `bound` is at least 1.
  public mutating func integer(below bound: Int) -> Int {
    guard bound >= 1 else { fatalError("RandomGenerator: no integer in 0..<\(bound)") }
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let unfair = (0 &- range) % range
      while product.low < unfair { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// The whole numbers below `count` in random order (Fisher–Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1))
    }
    return order
  }
}
