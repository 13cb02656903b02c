import Foundation

/// Numbers as reports print them.
package enum LabNumber {
  /// Three significant digits; whole numbers up to a million whole.
  package static func text(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "−∞" : "∞" }
    if number == number.rounded(), abs(number) < 1e6 { return signed(String(Int(number))) }
    // As rounded, so that 0.9999 has no more digits than 1.
    let size = Double(String(format: "%.2e", abs(number))) ?? abs(number)
    if size >= 1e4 || size < 1e-3 {
      let parts = String(format: "%.2e", number).split(separator: "e")
      return signed("\(parts[0]) · 10") + superscript(Int(parts[1]) ?? 0)
    }
    let decimals = max(0, 2 - Int(log10(size).rounded(.down)))
    return signed(String(format: "%.\(decimals)f", number))
  }

  /// A number that was chosen and not measured, such as a learning rate: without zeros at the end.
  package static func chosen(_ number: Double) -> String {
    let parts = text(number).split(separator: " · ")
    guard var digits = parts.first.map(String.init), digits.contains(".") else {
      return text(number)
    }
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    guard parts.count > 1 else { return digits }
    return digits == "1" ? String(parts[1]) : "\(digits) · \(parts[1])"
  }

  /// A criterion, such as `≥ 0.9`.
  package static func text(_ criterion: Criterion) -> String {
    switch criterion {
    case .atLeast(let bound): "≥ " + chosen(bound)
    case .atMost(let bound): "≤ " + chosen(bound)
    case .within(let range) where range.lowerBound == range.upperBound:
      "= " + chosen(range.lowerBound)
    case .within(let range): "\(chosen(range.lowerBound)) … \(chosen(range.upperBound))"
    }
  }

  private static func signed(_ digits: String) -> String { digits.replacing("-", with: "−") }

  private static func superscript(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (exponent < 0 ? "⁻" : "")
      + String(String(abs(exponent)).compactMap(\.wholeNumberValue).map { digits[$0] })
  }
}
