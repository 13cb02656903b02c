import Foundation

/// Numbers as reports print them.
package enum LabNumber {
  /// Three significant digits; whole numbers up to a million whole.
  package static func text(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "−∞" : "∞" }
    if number == number.rounded(), abs(number) < 1e6 { return signed(String(Int(number))) }
    let size = abs(number)
    if size >= 1e6 || size < 1e-3 {
      let parts = String(format: "%.2e", number).split(separator: "e")
      return signed("\(parts[0]) · 10") + superscript(Int(parts[1]) ?? 0)
    }
    let decimals = max(0, 2 - Int(log10(size).rounded(.down)))
    return signed(String(format: "%.\(decimals)f", number))
  }

  /// A criterion, such as `≥ 0.9`.
  package static func text(_ criterion: Criterion) -> String {
    switch criterion {
    case .atLeast(let bound): "≥ " + text(bound)
    case .atMost(let bound): "≤ " + text(bound)
    case .within(let range): "\(text(range.lowerBound)) … \(text(range.upperBound))"
    }
  }

  private static func signed(_ digits: String) -> String { digits.replacing("-", with: "−") }

  private static func superscript(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (exponent < 0 ? "⁻" : "")
      + String(String(abs(exponent)).compactMap(\.wholeNumberValue).map { digits[$0] })
  }
}
