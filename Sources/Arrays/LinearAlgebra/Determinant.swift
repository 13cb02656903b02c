#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension LinearAlgebra {
  /// The determinant det A = ± Π uᵢᵢ of the factors A = P·L·U; 0 for a singular matrix and 1 for an
  /// empty one.
  ///
  /// The product is kept as significand and exponent, so that only a determinant that is itself
  /// beyond the type's range becomes infinite or 0; `logarithmicDeterminant` gives that one too.
  ///
  /// - Shapes: a `[.., n, n]` → `[..]`
  /// - Throws: `LinearAlgebraError` for a wrong type or shape and elements that are not finite.
  /// - Complexity: 2n³/3 operations a matrix.
  /// - Source: LAPACK `getrf`; Higham, *Accuracy and Stability of Numerical Algorithms* (2nd ed.,
  ///   SIAM 2002), section 14.6.
  public static func determinant(_ a: NDArray) throws(LinearAlgebraError) -> NDArray {
    let batch = try MatrixBatch(a, operation: "determinant", square: true)
    let products = try determinants(batch)
    return array(products.map(\.value), shape: batch.leading, dtype: a.dtype)
  }

  /// The sign of the determinant (−1, 0 or 1) and the natural logarithm of its absolute value, for
  /// determinants too large or too small for the type: det A = sign · exp(logarithm). A singular
  /// matrix gives 0 and −∞, an empty one 1 and 0.
  ///
  /// - Shapes: a `[.., n, n]` → sign `[..]`, logarithm `[..]`
  /// - Throws: as `determinant`.
  /// - Source: as `determinant`.
  public static func logarithmicDeterminant(
    _ a: NDArray
  ) throws(LinearAlgebraError) -> (sign: NDArray, logarithm: NDArray) {
    let batch = try MatrixBatch(a, operation: "logarithmicDeterminant", square: true)
    let products = try determinants(batch)
    return (
      array(products.map(\.sign), shape: batch.leading, dtype: a.dtype),
      array(products.map(\.logarithm), shape: batch.leading, dtype: a.dtype)
    )
  }

  private static func determinants(
    _ batch: MatrixBatch
  ) throws(LinearAlgebraError) -> [ScaledProduct] {
    try batch.require(results: Double(batch.count))
    let source = try batch.finite()
    return batch.array.dtype == .float32
      ? try determinants(source, batch, Float.self) : try determinants(source, batch, Double.self)
  }

  private static func determinants<Element: LAPACKElement>(
    _ source: NDArray, _ batch: MatrixBatch, _: Element.Type
  ) throws(LinearAlgebraError) -> [ScaledProduct] {
    let n = batch.rows
    var products = [ScaledProduct](repeating: ScaledProduct(), count: batch.count)
    if batch.area == 0 { return products }
    var factors = [Element](repeating: 0, count: batch.area)
    var pivots = [LAPACKInteger](repeating: 0, count: n)
    for matrix in products.indices {
      source.withElements(as: Element.self) { elements in
        for index in 0..<batch.area { factors[index] = elements[matrix * batch.area + index] }
      }
      if try LAPACK.check(Element.getrf(n, &factors, &pivots), "getrf", batch) > 0 {
        products[matrix].multiply(by: 0)
        continue
      }
      for row in 0..<n {
        products[matrix].multiply(by: Double(factors[row * n + row]))
        if Int(pivots[row]) != row + 1 { products[matrix].multiply(by: -1) }
      }
    }
    return products
  }
}

/// A product of numbers whose exponent has no bounds: significand · 2^exponent.
private struct ScaledProduct {
  /// 0, not finite, or of magnitude in [1, 2).
  private var significand = 1.0
  private var exponent = 0

  mutating func multiply(by factor: Double) {
    significand *= factor.isFinite && factor != 0 ? factor.normalizedSignificand : factor
    guard significand.isFinite, significand != 0 else { return }
    exponent += Int(factor.exponent) + Int(significand.exponent)
    significand = significand.normalizedSignificand
  }

  var value: Double {
    Double(sign: .plus, exponent: max(-5000, min(5000, exponent)), significand: significand)
  }
  var sign: Double { significand == 0 ? 0 : significand < 0 ? -1 : 1 }
  var logarithm: Double { log(abs(significand)) + Double(exponent) * 0.693_147_180_559_945_3 }
}

extension Double {
  /// The number divided by the largest power of two that is not above its magnitude.
  fileprivate var normalizedSignificand: Double { self < 0 ? -significand : significand }
}
