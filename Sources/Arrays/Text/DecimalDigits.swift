/// A finite number in decimal digits: ±d₀.d₁d₂… × 10^exponent.
///
/// Rounding is that of the number itself, not of digits that were rounded before, so that text
/// agrees with programs that print from the exact value.
struct DecimalDigits: Equatable {
  var isNegative: Bool
  /// From the first that is not 0, without zeros at the end; empty for 0.
  var digits: [UInt8]
  var exponent: Int
  /// The number that the digits stand for, without its sign.
  private let magnitude: Double

  /// The fewest digits that read back as the same `Double`.
  init(_ value: Double) { self.init(text: value.description, magnitude: value) }

  /// The fewest digits that read back as the same `Float`.
  init(_ value: Float) { self.init(text: value.description, magnitude: Double(value)) }

  /// The fewest digits that read back as the same half-precision number.
  init(half value: Float) {
    self.init(Double(value))
    let bits = HalfPrecision.bits(of: value)
    for count in 1..<5 where count < digits.count {
      var shorter = self
      shorter.round(toSignificant: count)
      if let read = Float(shorter.scientific(fraction: 0, exponentDigits: 1)),
        HalfPrecision.bits(of: read) == bits
      {
        self = shorter
        return
      }
    }
  }

  /// Reads what the standard library writes: `-12.5`, `1e-05`, `1.5e+300`.
  private init(text: String, magnitude: Double) {
    isNegative = text.hasPrefix("-")
    self.magnitude = magnitude.magnitude
    let parts = text.drop { $0 == "-" }.split(separator: "e")
    let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = number[0].utf8.map { $0 - 48 }
    let fraction = number.count > 1 ? number[1].utf8.map { $0 - 48 } : []
    let all = whole + fraction
    let zeros = all.prefix { $0 == 0 }.count
    digits = Array(all.dropFirst(zeros))
    exponent = whole.count - 1 - zeros + (parts.count > 1 ? Int(parts[1])! : 0)
    trim()
  }

  private mutating func trim() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  /// Rounds to so many digits after the point, ties to even.
  mutating func round(toFraction count: Int) { round(toSignificant: exponent + 1 + count) }

  /// Rounds to so many digits, ties to even, where there are more; below 0 digits nothing is left.
  mutating func round(toSignificant count: Int) {
    if count < digits.count { setDigits(max(count, -1)) }
  }

  /// Takes so many of the exact number's digits, also beyond those that tell it from others.
  mutating func extend(toSignificant count: Int) {
    if count > digits.count && !digits.isEmpty { setDigits(count) }
  }

  private mutating func setDigits(_ count: Int) {
    var exact = Self.exact(magnitude)
    exponent = exact.exponent
    guard count >= 0 else {
      (digits, exponent) = ([], 0)
      return
    }
    let rest = exact.digits.dropFirst(count)
    let isUp: Bool
    if rest.first == 5, rest.dropFirst().allSatisfy({ $0 == 0 }) {
      isUp = count > 0 && exact.digits[count - 1] % 2 == 1
    } else {
      isUp = rest.first ?? 0 >= 5
    }
    exact.digits.removeLast(rest.count)
    digits = exact.digits
    if isUp {
      var place = digits.count - 1
      while place >= 0, digits[place] == 9 {
        digits[place] = 0
        place -= 1
      }
      if place >= 0 {
        digits[place] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
      }
    }
    trim()
  }

  /// All digits of a positive number, from the first that is not 0.
  ///
  /// m·2^e is a whole number for e ≥ 0; otherwise it is m·5^−e with the point −e places to the left.
  private static func exact(_ magnitude: Double) -> (digits: [UInt8], exponent: Int) {
    let power = Int(magnitude.exponent) - 52
    var number = BigNatural(UInt64(magnitude.significand * 0x1p52))
    for _ in 0..<power.magnitude { number.multiply(by: power > 0 ? 2 : 5) }
    let digits = number.digits
    return (digits, digits.count - 1 + min(power, 0))
  }

  // MARK: Text

  private func text(_ digits: some Sequence<UInt8>) -> String {
    String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
  }

  /// The digits before and after the point, without the sign; at least one before.
  var positional: (whole: String, fraction: String) {
    if digits.isEmpty || exponent < 0 {
      let zeros = digits.isEmpty ? 0 : -exponent - 1
      return ("0", String(repeating: "0", count: zeros) + text(digits))
    }
    let count = exponent + 1
    let zeros = String(repeating: "0", count: max(0, count - digits.count))
    return (text(digits.prefix(count)) + zeros, text(digits.dropFirst(count)))
  }

  /// Such as `-1.50e-07`, with at least so many digits after the point and in the exponent.
  func scientific(fraction: Int, exponentDigits: Int) -> String {
    let head = (isNegative ? "-" : "") + (digits.isEmpty ? "0" : text(digits.prefix(1)))
    let tail = text(digits.dropFirst())
    let power = String(exponent.magnitude)
    return head + "." + tail + String(repeating: "0", count: max(0, fraction - tail.count)) + "e"
      + (exponent < 0 ? "-" : "+")
      + String(repeating: "0", count: max(0, exponentDigits - power.count)) + power
  }
}

/// A natural number of any size.
private struct BigNatural {
  /// In base 10⁹, the least significant first.
  private var limbs: [UInt32] = []

  init(_ value: UInt64) {
    var rest = value
    while rest > 0 {
      limbs.append(UInt32(rest % 1_000_000_000))
      rest /= 1_000_000_000
    }
  }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      carry += UInt64(limbs[index]) * factor
      limbs[index] = UInt32(carry % 1_000_000_000)
      carry /= 1_000_000_000
    }
    if carry > 0 { limbs.append(UInt32(carry)) }
  }

  /// From the first that is not 0.
  var digits: [UInt8] {
    var result: [UInt8] = []
    for limb in limbs {
      var rest = limb
      for _ in 0..<9 {
        result.append(UInt8(rest % 10))
        rest /= 10
      }
    }
    while result.last == 0 { result.removeLast() }
    return result.reversed()
  }
}
