extension LinearAlgebra {
  /// Eigenvalues and eigenvectors of a symmetric matrix: A·V = V·diag(λ), VᵀV = I.
  ///
  /// The values ascend; column j of V, `vectors[.., j]`, belongs to value j. Each vector's component
  /// of largest magnitude is positive (the first such component where several are equal within √ε).
  /// Where eigenvalues coincide, only the space that their vectors span is determined.
  ///
  /// A is symmetric up to rounding, |aᵢⱼ − aⱼᵢ| ≤ √ε · max|a|; its lower triangle is used.
  ///
  /// - Shapes: a `[.., n, n]` → values `[.., n]`, vectors `[.., n, n]`
  /// - Throws: `LinearAlgebraError` for a wrong type or shape, elements that are not finite,
  ///   `notSymmetric`, `notConverged`, and `tooLarge` above n = 32766, where LAPACK's work array of
  ///   2n² + 6n + 1 numbers outgrows its integers.
  /// - Complexity: about 9n³ operations a matrix at most.
  /// - Source: LAPACK `syevd`, Cuppen's divide and conquer; Golub and Van Loan, *Matrix
  ///   Computations* (4th ed., 2013), sections 8.3 and 8.4.
  public static func symmetricEigen(
    _ a: NDArray
  ) throws(LinearAlgebraError) -> (values: NDArray, vectors: NDArray) {
    let batch = try MatrixBatch(a, operation: "symmetricEigen", square: true)
    let n = Double(batch.rows)
    try batch.require(
      counted: 2 * n * n + 6 * n + 1, results: Double(batch.count) * n * (n + 1))
    let source = try batch.finite()
    try batch.requireSymmetry(of: source)
    let values = NDArray(uninitialized: batch.shape(batch.rows), dtype: a.dtype)
    if a.elementCount == 0 { return (values, source) }
    return a.dtype == .float32
      ? try eigen(source, values, batch, Float.self)
      : try eigen(source, values, batch, Double.self)
  }

  private static func eigen<Element: LAPACKElement>(
    _ source: NDArray, _ places: NDArray, _ batch: MatrixBatch, _: Element.Type
  ) throws(LinearAlgebraError) -> (values: NDArray, vectors: NDArray) {
    let n = batch.rows
    var vectors = source
    var values = places
    try vectors.withMutableElements(as: Element.self) { elements throws(LinearAlgebraError) in
      let firstMatrix = elements.baseAddress!
      try values.withMutableElements(as: Element.self) { places throws(LinearAlgebraError) in
        let firstValue = places.baseAddress!
        var integers = [LAPACKInteger](repeating: 0, count: 3 + 5 * n)
        var answer: Element = 0
        _ = try LAPACK.check(
          Element.syevd(n, firstMatrix, firstValue, &answer, -1, &integers, -1), "syevd", batch)
        let workCount = LAPACK.workCount(answer)
        var work = [Element](repeating: 0, count: workCount)
        for matrix in 0..<batch.count {
          let a = firstMatrix + matrix * batch.area
          let info = Element.syevd(
            n, a, firstValue + matrix * n, &work, workCount, &integers, integers.count)
          if try LAPACK.check(info, "syevd", batch) > 0 {
            throw batch.failure(.notConverged, matrix: matrix)
          }
          for column in 0..<n where SignConvention.isNegative(a + column, count: n, stride: n) {
            SignConvention.negate(a + column, count: n, stride: n)
          }
        }
      }
    }
    return (values, vectors)
  }
}
