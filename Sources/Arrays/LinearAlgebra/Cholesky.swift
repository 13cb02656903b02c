extension LinearAlgebra {
  /// The Cholesky factor of a symmetric positive definite matrix: L lower triangular with a positive
  /// diagonal and L·Lᵀ = A; the elements above L's diagonal are 0.
  ///
  /// A is symmetric up to rounding, |aᵢⱼ − aⱼᵢ| ≤ √ε · max|a|; its lower triangle is used.
  ///
  /// - Shapes: a `[.., n, n]` → `[.., n, n]`
  /// - Throws: `LinearAlgebraError` for a wrong type or shape, elements that are not finite,
  ///   `notSymmetric`, and `notPositiveDefinite` with the order of the first leading minor that is
  ///   not positive.
  /// - Complexity: n³/3 operations a matrix.
  /// - Source: LAPACK `potrf`; Golub and Van Loan, *Matrix Computations* (4th ed., 2013),
  ///   section 4.2.
  public static func cholesky(_ a: NDArray) throws(LinearAlgebraError) -> NDArray {
    let batch = try MatrixBatch(a, operation: "cholesky", square: true)
    try batch.require(results: Double(a.elementCount))
    let source = try batch.finite()
    try batch.requireSymmetry(of: source)
    if a.elementCount == 0 { return source }
    return a.dtype == .float32
      ? try cholesky(source, batch, Float.self) : try cholesky(source, batch, Double.self)
  }

  private static func cholesky<Element: LAPACKElement>(
    _ source: NDArray, _ batch: MatrixBatch, _: Element.Type
  ) throws(LinearAlgebraError) -> NDArray {
    let n = batch.rows
    var result = source
    try result.withMutableElements(as: Element.self) { elements throws(LinearAlgebraError) in
      let first = elements.baseAddress!
      for matrix in 0..<batch.count {
        let a = first + matrix * batch.area
        let order = try LAPACK.check(Element.potrf(n, a), "potrf", batch)
        if order > 0 { throw batch.failure(.notPositiveDefinite(order: order), matrix: matrix) }
        for row in 0..<n { (a + row * n + row + 1).update(repeating: 0, count: n - 1 - row) }
      }
    }
    return result
  }
}
