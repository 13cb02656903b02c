/// Norms of a vector x.
public enum VectorNorm: String, Sendable, CaseIterable, Codable {
  /// Σ |xᵢ|
  case l1
  /// √(Σ xᵢ²)
  case l2
  /// max |xᵢ|
  case maximum
}

extension LinearAlgebra {
  /// The norms of the vectors along the last axis, in double precision inside; no square overflows
  /// or vanishes. Empty vectors have norm 0; a NaN passes through.
  ///
  /// - Shapes: x `[.., n]` → `[..]`
  /// - Throws: `LinearAlgebraError` for a wrong type or a scalar.
  /// - Source: Golub and Van Loan, *Matrix Computations* (4th ed., 2013), section 2.2; the scaling
  ///   after Blue, "A portable Fortran program to find the Euclidean norm of a vector", ACM Trans.
  ///   Math. Softw. 4 (1978).
  public static func vectorNorm(
    _ x: NDArray, _ norm: VectorNorm = .l2
  ) throws(LinearAlgebraError) -> NDArray {
    func failure(_ reason: LinearAlgebraError.Reason) -> LinearAlgebraError {
      LinearAlgebraError(operation: "vectorNorm", shapes: [x.shape], reason: reason)
    }
    guard x.dtype.isFloatingPoint else { throw failure(.unsupportedTypes([x.dtype])) }
    guard x.rank >= 1 else { throw failure(.tooFewAxes(expected: "a vector [.., n]")) }
    let leading = Shape(x.shape.dropLast())
    let count = x.shape[x.rank - 1]
    let values =
      x.dtype == .float32
      ? x.withElements(as: Float.self) { norms($0, norm, leading.elementCount, count) }
      : x.withElements(as: Double.self) { norms($0, norm, leading.elementCount, count) }
    return array(values, shape: leading, dtype: x.dtype)
  }

  private static func norms<Element: LAPACKElement>(
    _ elements: UnsafeBufferPointer<Element>, _ norm: VectorNorm, _ vectors: Int, _ count: Int
  ) -> [Double] {
    (0..<vectors).map { vector in
      let x = UnsafeBufferPointer(rebasing: elements[(vector * count)..<((vector + 1) * count)])
      return switch norm {
      case .l1: x.reduce(0) { $0 + Double(abs($1)) }
      case .l2: euclideanNorm(x)
      case .maximum: largestMagnitude(x)
      }
    }
  }

  /// max |xᵢ|, NaN where one is.
  static func largestMagnitude<Element: LAPACKElement>(_ x: UnsafeBufferPointer<Element>) -> Double
  {
    var largest: Element = 0
    for value in x {
      if value.isNaN { return .nan }
      largest = max(largest, abs(value))
    }
    return Double(largest)
  }

  /// √(Σ xᵢ²), scaled by a power of two where squares would overflow or vanish.
  static func euclideanNorm<Element: LAPACKElement>(_ x: UnsafeBufferPointer<Element>) -> Double {
    let largest = largestMagnitude(x)
    if largest == 0 || !largest.isFinite { return largest }
    let exponent = largest > 0x1p400 ? -600 : largest < 0x1p-400 ? 600 : 0
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    var sum = 0.0
    for value in x {
      let scaled = Double(value) * scale
      sum += scaled * scaled
    }
    return sum.squareRoot() / scale
  }
}
