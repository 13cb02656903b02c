/// Numbers as text, the same in every locale.
package enum NumberText {
  /// 10ⁿ, correctly rounded; n in −323…308.
  package static func powerOfTen(_ n: Int) -> Double {
    if (0..<small.count).contains(n) { return small[n] }
    // A literal is rounded once; a loop of multiplications would be off by some units.
    return Double("1e\(n)") ?? .nan
  }

  /// The powers that every coordinate and label asks for.
  private static let small = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6]

  /// The n for which 10ⁿ ≤ |value| < 10ⁿ⁺¹; `value` is finite and not 0.
  package static func decimalExponent(_ value: Double) -> Int {
    let magnitude = abs(value)
    var n = Int((Double(magnitude.exponent) * 0.301_029_995_663_981_2).rounded(.down))
    while powerOfTen(n) > magnitude { n -= 1 }
    while n < 308 && powerOfTen(n + 1) <= magnitude { n += 1 }
    return n
  }

  /// `value` with that many decimals (0…15), without an exponent up to about 9e15; `nan`, `inf`
  /// and `-inf` where it is none.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    let scaled = (abs(value) * powerOfTen(decimals)).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// `value` with that many significant digits (1…15): `0.0342`, `2.303`, `1.20e-05`, `4.57e+08`.
  package static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, decimals: digits - 1) }
    var exponent = decimalExponent(value)
    // 9.996 with three digits is 10.0, one place further left.
    let rounded = fixed(abs(value) / powerOfTen(exponent), decimals: digits - 1)
    if rounded.hasPrefix("10") { exponent += 1 }
    if (-4..<6).contains(exponent) {
      return fixed(value, decimals: max(0, digits - 1 - exponent))
    }
    let mantissa = fixed(value / powerOfTen(exponent), decimals: digits - 1)
    let size = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return mantissa + (exponent < 0 ? "e-" : "e+") + size
  }

  /// A fraction as a percentage: 0.983 → `98.3 %`, and `–` where it is not a number.
  package static func percent(_ fraction: Double, decimals: Int = 1) -> String {
    fraction.isNaN ? "–" : fixed(100 * fraction, decimals: decimals) + " %"
  }
}
