import Foundation

/// A number as it was written down.
struct WrittenNumber: Sendable, Hashable {
  /// The number.
  let value: Double
  /// Digits after the point; nil where the number is exact: a fraction or arithmetic.
  let decimals: Int?
  /// Significant digits, those of an exact number without bound.
  let significant: Int

  /// An exact number.
  init(exactly value: Double) {
    self.value = value
    decimals = nil
    significant = .max
  }

  /// Reads a decimal number such as `-0.50` or `2.5e-3`; nil for other text.
  init?(_ text: Substring) {
    guard !text.isEmpty, text.utf8.count <= 40,
      text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }),
      let value = Double(text), value.isFinite
    else { return nil }
    self.value = value
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].drop { $0 == "-" || $0 == "+" }
    let fraction = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    decimals = (fraction.count > 1 ? fraction[1].count : 0) - exponent
    significant = mantissa.filter { $0 != "." }.drop { $0 == "0" }.count
  }

  /// How a number stands to what was expected.
  enum Nearness: Sendable {
    /// Within one unit of the last digit that counts.
    case right
    /// The same, with fewer digits than were asked for.
    case rightWithFewDigits
    /// Farther off.
    case off
  }

  /// Compares with an expected number.
  ///
  /// Digits beyond those asked for do not count. A number with fewer is right within one unit of
  /// its own last digit where it has at least two significant ones, within half a unit where it
  /// has one; a whole number that is expected has to be met.
  ///
  /// - Parameters:
  ///   - expected: The number.
  ///   - asked: Digits after the point that are asked for.
  func nearness(to expected: Double, asked: Int) -> Nearness {
    guard expected.isFinite, value.isFinite else { return .off }
    let difference = abs(value - expected)
    // What binary fractions leave of a unit is no difference.
    let slack = 1e-9 * max(1, abs(expected))
    if difference <= slack { return .right }
    let unit = pow(10, -Double(asked))
    // Zeros at the end may be left out.
    if difference <= unit / 2 + slack { return .right }
    let isWhole = abs(expected - expected.rounded()) <= slack
    guard let decimals, decimals < asked else {
      // Large numbers cannot be written to four places by a calculator of ten digits.
      return difference <= max(unit, abs(expected) * 1e-9) + slack ? .right : .off
    }
    if isWhole && decimals <= 0 { return .off }
    // A single digit says little: it has to be the right rounding.
    let ownUnit = pow(10, -Double(decimals))
    let most = significant >= 2 ? ownUnit : decimals > 0 && significant == 1 ? ownUnit / 2 : 0
    return difference <= most + slack ? .rightWithFewDigits : .off
  }
}
