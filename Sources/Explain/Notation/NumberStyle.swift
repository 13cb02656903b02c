import Foundation

/// How a student with a calculator rounds what is written down.
public enum Rounding: Sendable, Hashable {
  /// Places after the point.
  case decimals(Int)
  /// Significant digits.
  case significant(Int)

  /// The rounded number; halves go away from zero, as a calculator shows them.
  package func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let places: Int
    switch self {
    case .decimals(let count): places = count
    case .significant(let count):
      places = count - 1 - Int(Foundation.log10(Swift.abs(value)).rounded(.down))
    }
    let power = pow(10, Double(abs(places)))
    let scaled = places >= 0 ? value * power : value / power
    // A half that binary arithmetic left a few units below itself is still a half.
    let whole = (scaled + scaled.sign(of: scaled.ulp * 8)).rounded(.toNearestOrAwayFromZero)
    let result = places >= 0 ? whole / power : whole * power
    return result == 0 ? 0 : result
  }

  /// The digits of a rounded number.
  package func text(_ value: Double) -> String {
    guard value.isFinite else { return NumberText.shortest(value) }
    switch self {
    case .decimals(let count): return NumberText.fixed(rounded(value), places: count)
    case .significant(let count):
      let value = rounded(value)
      if value == 0 { return "0" }
      let exponent = Int(Foundation.log10(abs(value)).rounded(.down))
      if exponent < -5 || exponent > 9 { return NumberText.significant(value, digits: count) }
      return NumberText.fixed(value, places: max(0, count - 1 - exponent))
    }
  }
}

extension Double {
  fileprivate func sign(of magnitude: Double) -> Double { self < 0 ? -magnitude : magnitude }
}

/// Numbers as texts that `Double` reads back.
enum NumberText {
  /// As few digits as tell the number from its neighbours.
  static func shortest(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return String(value)
  }

  /// Four places after the point, or as many as four significant digits need, without zeros at the
  /// end.
  static func brief(_ value: Double) -> String {
    guard value.isFinite, value != value.rounded() || abs(value) >= 1e15 else {
      return shortest(value)
    }
    let exponent = Int(Foundation.log10(abs(value)).rounded(.down))
    if exponent < -5 || exponent > 9 { return significant(value, digits: 4) }
    let text = String(format: "%.\(max(4, 3 - exponent))f", value)
    return trimmed(text)
  }

  /// Up to `digits` significant digits, without zeros at the end.
  static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return shortest(value) }
    return value == 0 ? "0" : String(format: "%.\(digits)g", value)
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var result = text[...]
    while result.hasSuffix("0") { result = result.dropLast() }
    if result.hasSuffix(".") { result = result.dropLast() }
    return result == "-0" ? "0" : String(result)
  }

  /// Exactly `places` digits after the point.
  static func fixed(_ value: Double, places: Int) -> String {
    let text = String(format: "%.\(places)f", value)
    return text.hasPrefix("-") && !text.contains(where: { ("1"..."9").contains($0) })
      ? String(text.dropFirst()) : text
  }
}
