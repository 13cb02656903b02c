/// Norms of a matrix A.
public enum MatrixNorm: String, Sendable, CaseIterable, Codable {
  /// The largest sum of a column, maxⱼ Σᵢ |aᵢⱼ|: the norm that the vectors' l1 induces.
  case l1
  /// The largest singular value: the norm that the vectors' l2 induces.
  case l2
  /// The largest sum of a row, maxᵢ Σⱼ |aᵢⱼ|: the norm that the vectors' maximum induces.
  case infinity
  /// √(Σᵢⱼ aᵢⱼ²)
  case frobenius
  /// maxᵢⱼ |aᵢⱼ|, which is no bound of products: ‖A·B‖ may exceed ‖A‖·‖B‖.
  case maximum
}

extension LinearAlgebra {
  /// The norms of the matrices over the last two axes, in double precision inside (l2 in the
  /// array's own). Empty matrices have norm 0.
  ///
  /// - Shapes: a `[.., m, n]` → `[..]`
  /// - Throws: `LinearAlgebraError` for a wrong type or shape; l2 also as `singularValues`, while
  ///   the others let a NaN pass through.
  /// - Source: Golub and Van Loan, *Matrix Computations* (4th ed., 2013), section 2.3; l2 by LAPACK
  ///   `gesdd`.
  public static func matrixNorm(
    _ a: NDArray, _ norm: MatrixNorm = .frobenius
  ) throws(LinearAlgebraError) -> NDArray {
    let batch = try MatrixBatch(a, operation: "matrixNorm", square: false)
    if norm == .l2 { return try spectralNorm(batch) }
    let values =
      a.dtype == .float32
      ? a.withElements(as: Float.self) { norms($0, norm, batch) }
      : a.withElements(as: Double.self) { norms($0, norm, batch) }
    return array(values, shape: batch.leading, dtype: a.dtype)
  }

  private static func spectralNorm(_ batch: MatrixBatch) throws(LinearAlgebraError) -> NDArray {
    let s = try singularValues(batch, vectors: .none).s
    func largest<Element: LAPACKElement>(_ s: UnsafeBufferPointer<Element>) -> [Double] {
      let k = batch.smallerSize
      return (0..<batch.count).map { k == 0 ? 0 : Double(s[$0 * k]) }
    }
    let values =
      s.dtype == .float32
      ? s.withElements(as: Float.self) { largest($0) }
      : s.withElements(as: Double.self) { largest($0) }
    return array(values, shape: batch.leading, dtype: s.dtype)
  }

  private static func norms<Element: LAPACKElement>(
    _ elements: UnsafeBufferPointer<Element>, _ norm: MatrixNorm, _ batch: MatrixBatch
  ) -> [Double] {
    (0..<batch.count).map { matrix in
      let a = UnsafeBufferPointer(
        rebasing: elements[(matrix * batch.area)..<((matrix + 1) * batch.area)])
      return switch norm {
      case .l1: largestSum(a, lines: batch.columns, step: 1, count: batch.rows, batch.columns)
      case .infinity: largestSum(a, lines: batch.rows, step: batch.columns, count: batch.columns, 1)
      case .frobenius: euclideanNorm(a)
      case .maximum: largestMagnitude(a)
      case .l2: fatalError("matrixNorm: l2 is spectralNorm's")
      }
    }
  }

  /// The largest sum of magnitudes of `count` elements, `stride` apart, over lines that start `step`
  /// apart; NaN where a sum is.
  private static func largestSum<Element: LAPACKElement>(
    _ a: UnsafeBufferPointer<Element>, lines: Int, step: Int, count: Int, _ stride: Int
  ) -> Double {
    var largest = 0.0
    for line in 0..<lines {
      var sum = 0.0
      for index in 0..<count { sum += Double(abs(a[line * step + index * stride])) }
      if sum.isNaN { return sum }
      largest = max(largest, sum)
    }
    return largest
  }
}
