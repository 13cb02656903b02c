/// Decimal numbers as text files write them: `[+-]digits[.digits][e[+-]digits]`, with a digit
/// before or after the point.
enum DecimalNumber {
  /// The nearest `Double`; infinite where the number is too large, nil where the text is no
  /// decimal number.
  ///
  /// Numbers of up to 15 digits with small exponents, nearly all of those in files, need one
  /// correctly rounded operation (Clinger, "How to read floating point numbers accurately", 1990);
  /// the rest go through the standard library.
  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    let end = text.count
    var place = 0
    var isNegative = false
    if place < end, text[place] == UInt8(ascii: "-") || text[place] == UInt8(ascii: "+") {
      isNegative = text[place] == UInt8(ascii: "-")
      place += 1
    }
    var mantissa: UInt64 = 0
    var digits = 0  // without leading zeros
    var exponent = 0
    var hasDigit = false
    var isFraction = false
    while place < end {
      let byte = text[place]
      if byte == UInt8(ascii: ".") && !isFraction {
        isFraction = true
      } else {
        let digit = byte &- UInt8(ascii: "0")
        guard digit <= 9 else { break }
        hasDigit = true
        if digits < 18 { mantissa = mantissa * 10 + UInt64(digit) }
        if digits > 0 || digit > 0 { digits += 1 }
        if isFraction { exponent -= 1 }
      }
      place += 1
    }
    guard hasDigit else { return nil }
    if place < end {
      guard text[place] | 0x20 == UInt8(ascii: "e") else { return nil }
      guard let written = parseExponent(text, from: place + 1) else { return nil }
      exponent += written
    }
    if mantissa == 0 && digits == 0 { return isNegative ? -0.0 : 0 }
    if digits <= 15 && abs(exponent) <= 22 {
      let power = powersOfTen[abs(exponent)]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return isNegative ? -value : value
    }
    return general(text)
  }

  /// The exponent after the `e`, held between ±100,000; nil where the rest is not one.
  private static func parseExponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var place = start
    var isNegative = false
    if place < text.count, text[place] == UInt8(ascii: "-") || text[place] == UInt8(ascii: "+") {
      isNegative = text[place] == UInt8(ascii: "-")
      place += 1
    }
    guard place < text.count else { return nil }
    var value = 0
    while place < text.count {
      let digit = text[place] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = min(value * 10 + Int(digit), 100_000)
      place += 1
    }
    return isNegative ? -value : value
  }

  /// By the standard library, whose grammar wants a digit on both sides of the point.
  private static func general(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    var normal: [UInt8] = []
    normal.reserveCapacity(text.count + 2)
    var hasDigit = false
    var pointIsLast = false
    for byte in text {
      let isDigit = byte &- UInt8(ascii: "0") <= 9
      if pointIsLast && !isDigit { normal.append(UInt8(ascii: "0")) }
      pointIsLast = byte == UInt8(ascii: ".")
      if pointIsLast && !hasDigit { normal.append(UInt8(ascii: "0")) }
      hasDigit = hasDigit || isDigit
      normal.append(byte)
    }
    if pointIsLast { normal.append(UInt8(ascii: "0")) }
    return Double(String(decoding: normal, as: UTF8.self))
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
