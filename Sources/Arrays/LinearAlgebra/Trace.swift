extension LinearAlgebra {
  /// The trace tr A = Σ aᵢᵢ, summed in double precision; 0 for an empty matrix.
  ///
  /// - Shapes: a `[.., n, n]` → `[..]`
  /// - Throws: `LinearAlgebraError` for a wrong type or shape. A NaN or infinity passes through.
  public static func trace(_ a: NDArray) throws(LinearAlgebraError) -> NDArray {
    let batch = try MatrixBatch(a, operation: "trace", square: true)
    let values =
      a.dtype == .float32
      ? a.withElements(as: Float.self) { traces($0, batch) }
      : a.withElements(as: Double.self) { traces($0, batch) }
    return array(values, shape: batch.leading, dtype: a.dtype)
  }

  private static func traces<Element: LAPACKElement>(
    _ elements: UnsafeBufferPointer<Element>, _ batch: MatrixBatch
  ) -> [Double] {
    (0..<batch.count).map { matrix in
      var sum = 0.0
      for row in 0..<batch.rows {
        sum += Double(elements[matrix * batch.area + row * (batch.columns + 1)])
      }
      return sum
    }
  }
}
