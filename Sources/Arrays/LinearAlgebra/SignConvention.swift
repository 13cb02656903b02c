/// The sign of vectors that are determined up to their sign.
enum SignConvention {
  /// Whether the vector is to be negated so that its component of largest magnitude is positive.
  ///
  /// Among components within √ε of the largest the first decides: in (1, −1)/√2 rounding would
  /// choose otherwise.
  static func isNegative<Element: LAPACKElement>(
    _ vector: UnsafePointer<Element>, count: Int, stride: Int
  ) -> Bool {
    var largest: Element = 0
    for index in 0..<count { largest = max(largest, abs(vector[index * stride])) }
    let threshold = largest * (1 - Element.ulpOfOne.squareRoot())
    for index in 0..<count where abs(vector[index * stride]) >= threshold {
      return vector[index * stride] < 0
    }
    return false
  }

  /// Changes the vector's sign; a zero stays +0.
  static func negate<Element: LAPACKElement>(
    _ vector: UnsafeMutablePointer<Element>, count: Int, stride: Int
  ) {
    for index in 0..<count { vector[index * stride] = 0 - vector[index * stride] }
  }
}
