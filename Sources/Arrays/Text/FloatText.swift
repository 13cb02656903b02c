/// One form for all floating-point numbers of an array: with or without exponent, aligned at the
/// point.
///
/// The rules are those of NumPy 2's `FloatingFormat` in its default mode: exponents where the
/// largest number is at least 10⁸ (10⁶ for float32, 10³ for float16), the smallest below 10⁻⁴, or
/// their quotient above 1000; as many digits as the number that needs most of them.
struct FloatText {
  private let dtype: DType
  private let precision: Int
  private var hasExponent = false
  private var exponentDigits = 0
  private var left = 0
  private var right = 0

  init(_ values: [Double], dtype: DType, precision: Int) {
    self.dtype = dtype
    self.precision = precision
    let finite = values.filter(\.isFinite)
    let sizes = finite.filter { $0 != 0 }.map(\.magnitude)
    if let largest = sizes.max(), let smallest = sizes.min() {
      let limit = dtype == .float64 ? 1e8 : dtype == .float32 ? 1e6 : 1e3
      hasExponent =
        largest >= limit || smallest < narrowed(0.0001) || narrowed(largest / smallest) > 1000
    }
    for value in finite {
      let number = digits(value)
      if hasExponent {
        left = max(left, number.isNegative ? 2 : 1)
        right = max(right, number.digits.count - 1)
        exponentDigits = max(exponentDigits, max(2, String(number.exponent.magnitude).count))
      } else {
        let (whole, fraction) = number.positional
        left = max(left, whole.count + (number.isNegative ? 1 : 0))
        right = max(right, fraction.count)
      }
    }
    if finite.count < values.count {
      let offset = right + (hasExponent ? exponentDigits + 2 : 0) + 1
      left = max(left, (values.contains(-.infinity) ? 4 : 3) - offset)
    }
  }

  /// The result of an operation of the array's own type.
  private func narrowed(_ x: Double) -> Double {
    switch dtype {
    case .float32: Double(Float(x))
    case .float16: Double(HalfPrecision.value(ofBits: HalfPrecision.bits(of: Float(x))))
    default: x
    }
  }

  private func digits(_ value: Double) -> DecimalDigits {
    var number = Self.shortest(value, dtype: dtype)
    if hasExponent {
      number.round(toSignificant: precision + 1)
    } else {
      number.round(toFraction: precision)
    }
    return number
  }

  private static func shortest(_ value: Double, dtype: DType) -> DecimalDigits {
    switch dtype {
    case .float32: DecimalDigits(Float(value))
    case .float16: DecimalDigits(half: Float(value))
    default: DecimalDigits(value)
    }
  }

  private static func name(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }

  /// A number of the array in this form.
  func callAsFunction(_ value: Double) -> String {
    func padded(_ text: String, to width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    guard value.isFinite else {
      let width = left + 1 + right + (hasExponent ? exponentDigits + 2 : 0)
      return padded(Self.name(value), to: width)
    }
    var number = digits(value)
    if hasExponent {
      // Digits to fill up with are the number's own, as in NumPy.
      number.extend(toSignificant: right + 1)
      let text = number.scientific(fraction: right, exponentDigits: exponentDigits)
      return padded(text, to: left + right + exponentDigits + 3)
    }
    let (whole, fraction) = number.positional
    return padded((number.isNegative ? "-" : "") + whole, to: left) + "." + fraction
      + String(repeating: " ", count: right - fraction.count)
  }

  /// A number alone, with all its digits: `0.1`, `1e-05`, `1.5e+16`; without exponent from 10⁻⁴ to
  /// below 10¹⁶ (10⁶ for float32, 10³ for float16).
  static func scalar(_ value: Double, dtype: DType) -> String {
    guard value.isFinite else { return name(value) }
    let number = shortest(value, dtype: dtype)
    let size = value.magnitude
    let limit = dtype == .float64 ? 1e16 : dtype == .float32 ? 1e6 : 1e3
    if value == 0 || (size >= 1e-4 && size < limit) {
      let (whole, fraction) = number.positional
      return (number.isNegative ? "-" : "") + whole + "." + (fraction.isEmpty ? "0" : fraction)
    }
    let text = number.scientific(fraction: 0, exponentDigits: 2)
    // One digit stands without a point: 1e-05.
    return number.digits.count > 1 ? text : text.filter { $0 != "." }
  }
}
