extension LinearAlgebra {
  /// The inverse A⁻¹, with A·A⁻¹ = I.
  ///
  /// Its relative error is about n·ε·κ(A), where κ is the ratio of the largest to the smallest
  /// singular value. A matrix that is singular only up to rounding thus gives no error but a huge
  /// and useless inverse. To solve A·x = b, `solve` takes a third of the work and is more accurate.
  ///
  /// - Shapes: a `[.., n, n]` → `[.., n, n]`
  /// - Throws: `LinearAlgebraError` for a wrong type or shape, elements that are not finite, and
  ///   `singular` with the first pivot that is exactly zero.
  /// - Complexity: 2n³ operations a matrix.
  /// - Source: LAPACK `getrf` and `getri`; Higham, *Accuracy and Stability of Numerical
  ///   Algorithms* (2nd ed., SIAM 2002), section 14.3, method B.
  public static func inverse(_ a: NDArray) throws(LinearAlgebraError) -> NDArray {
    let batch = try MatrixBatch(a, operation: "inverse", square: true)
    // The work array has a block of columns: 64 in LAPACK's tables.
    try batch.require(counted: 64 * Double(batch.rows), results: Double(a.elementCount))
    let source = try batch.finite()
    if a.elementCount == 0 { return source }
    return a.dtype == .float32
      ? try inverse(source, batch, Float.self) : try inverse(source, batch, Double.self)
  }

  private static func inverse<Element: LAPACKElement>(
    _ source: NDArray, _ batch: MatrixBatch, _: Element.Type
  ) throws(LinearAlgebraError) -> NDArray {
    let n = batch.rows
    var result = source
    try result.withMutableElements(as: Element.self) { elements throws(LinearAlgebraError) in
      let first = elements.baseAddress!
      var pivots = [LAPACKInteger](repeating: 0, count: n)
      var answer: Element = 0
      _ = try LAPACK.check(Element.getri(n, first, pivots, &answer, -1), "getri", batch)
      let workCount = max(n, LAPACK.workCount(answer))
      var work = [Element](repeating: 0, count: workCount)
      for matrix in 0..<batch.count {
        let a = first + matrix * batch.area
        let pivot = try LAPACK.check(Element.getrf(n, a, &pivots), "getrf", batch)
        if pivot > 0 { throw batch.failure(.singular(pivot: pivot), matrix: matrix) }
        _ = try LAPACK.check(Element.getri(n, a, pivots, &work, workCount), "getri", batch)
      }
    }
    return result
  }
}
