import Explain

/// How the key writes numbers.
enum KeyText {
  /// A number with the digits that are asked for; a whole number as such.
  static func number(_ value: Double, decimals: Int) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return "\(Int(value))" }
    let text = Rounding.decimals(decimals).text(value)
    return text
  }

  /// Numbers of a shape: a number, `[1, 2]` or `[[1, 2], [3, 4]]`.
  static func value(_ elements: [Double], shape: [Int], decimals: Int) -> String {
    let texts = elements.map { number($0, decimals: decimals) }
    guard let width = shape.last, shape.count > 1 || shape.count == 1 && width > 1 else {
      return texts.joined(separator: ", ")
    }
    func row(_ part: some Sequence<String>) -> String { "[" + part.joined(separator: ", ") + "]" }
    if shape.count == 1 || width == 0 { return row(texts) }
    return row(
      stride(from: 0, to: texts.count, by: width).map { row(texts[$0..<($0 + width)]) })
  }
}
