/// Damages bytes at random, the same way for the same seed: bits, bytes, numbers at their limits,
/// pieces cut, doubled, moved and taken from other inputs, and words of the format put in.
public struct Mutator: RandomNumberGenerator {
  private var state: UInt64
  private let words: [[UInt8]]

  public init(seed: UInt64, words: [[UInt8]] = []) {
    state = seed
    self.words = words
  }

  /// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  /// One of the inputs with one to six changes.
  public mutating func mutant(of inputs: [[UInt8]]) -> [UInt8] {
    var bytes = pick(inputs)
    for _ in 0..<Int.random(in: 1...6, using: &self) { change(&bytes, inputs) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ inputs: [[UInt8]]) {
    let place = Int.random(in: 0...bytes.count, using: &self)
    let length = min(bytes.count - place, Int.random(in: 0...24, using: &self))
    switch Int.random(in: 0..<10, using: &self) {
    case 0 where place < bytes.count:
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 1 where place < bytes.count:
      bytes[place] = UInt8.random(in: .min ... .max, using: &self)
    case 2 where place < bytes.count:
      bytes[place] = pick([0, 1, 0x7F, 0x80, 0xFF, 0x20, 0x0A, 0x22, 0x30, 0x39])
    case 3: put(number(bytes: 4), at: place, in: &bytes)
    case 4: put(number(bytes: 8), at: place, in: &bytes)
    case 5: bytes.removeSubrange(place..<(place + length))
    case 6: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
    case 7:
      let other = pick(inputs)
      let start = Int.random(in: 0...other.count, using: &self)
      let end = min(other.count, start + Int.random(in: 0...64, using: &self))
      bytes.insert(contentsOf: other[start..<end], at: place)
    case 8 where !words.isEmpty: bytes.insert(contentsOf: pick(words), at: place)
    case 9 where Int.random(in: 0..<3, using: &self) == 0: bytes.removeSubrange(place...)
    default: break
    }
  }

  /// A number at or near a limit, in either byte order.
  private mutating func number(bytes count: Int) -> [UInt8] {
    let shift = UInt64.random(in: 0..<64, using: &self)
    let value: UInt64 = pick([0, 1, .max, 1 << 31, 1 << 32, 1 << 63, (1 << 63) - 1, 1 << shift])
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    return Bool.random(using: &self) ? bytes : bytes.reversed()
  }

  private func put(_ piece: [UInt8], at place: Int, in bytes: inout [UInt8]) {
    for (offset, byte) in piece.enumerated() where place + offset < bytes.count {
      bytes[place + offset] = byte
    }
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }
}
