extension LinearAlgebra {
  /// The solution X of A·X = B by elimination with row interchanges.
  ///
  /// A b with one axis fewer than a holds one vector for each matrix, one with as many axes holds
  /// matrices whose columns are solved for; leading axes are those of a.
  ///
  /// - Shapes: a `[.., n, n]`, b `[.., n]` → `[.., n]`; a `[.., n, n]`, b `[.., n, k]` → `[.., n, k]`
  /// - Throws: `LinearAlgebraError` for wrong types or shapes, elements that are not finite, and
  ///   `singular` with the first pivot that is exactly zero.
  /// - Complexity: 2n³/3 + 2n²k operations a matrix.
  /// - Source: LAPACK `gesv`; Golub and Van Loan, *Matrix Computations* (4th ed., 2013),
  ///   section 3.4.
  public static func solve(_ a: NDArray, _ b: NDArray) throws(LinearAlgebraError) -> NDArray {
    func failure(_ reason: LinearAlgebraError.Reason, matrix: [Int] = []) -> LinearAlgebraError {
      LinearAlgebraError(
        operation: "solve", shapes: [a.shape, b.shape], matrix: matrix, reason: reason)
    }
    guard a.dtype == b.dtype, a.dtype.isFloatingPoint else {
      throw failure(.unsupportedTypes([a.dtype, b.dtype]))
    }
    do throws(LinearAlgebraError) {
      let batch = try MatrixBatch(a, operation: "solve", square: true)
      if let text = mismatch(batch, b.shape) { throw failure(.shapesDiffer(text)) }
      let columns = b.rank == a.rank ? b.shape[b.rank - 1] : 1
      try batch.require(
        counted: Double(columns), results: 2 * Double(b.elementCount) + Double(batch.count))
      let source = try batch.finite()
      let (right, index) = MatrixBatch.firstNotFinite(b)
      if let index { throw failure(.notFinite(operand: 1, index: index)) }
      if a.elementCount == 0 { return right }
      return a.dtype == .float32
        ? try solve(source, right, columns, batch, Float.self)
        : try solve(source, right, columns, batch, Double.self)
    } catch {
      throw failure(error.reason, matrix: error.matrix)  // with both shapes
    }
  }

  /// What does not fit about b's shape.
  private static func mismatch(_ batch: MatrixBatch, _ b: Shape) -> String? {
    let rank = batch.array.rank
    guard b.rank == rank || b.rank == rank - 1 else {
      return "expected b [.., n] or [.., n, k] with the leading axes of a [.., n, n]"
    }
    let leading = Shape(b.prefix(rank - 2))
    if leading != batch.leading {
      return "leading axes \(batch.leading) of a and \(leading) of b differ"
    }
    if b[rank - 2] != batch.rows { return "\(batch.rows) rows of a and \(b[rank - 2]) of b differ" }
    return nil
  }

  private static func solve<Element: LAPACKElement>(
    _ source: NDArray, _ right: NDArray, _ columns: Int, _ batch: MatrixBatch, _: Element.Type
  ) throws(LinearAlgebraError) -> NDArray {
    let n = batch.rows
    var result = right
    var pivots = [LAPACKInteger](repeating: 0, count: n)
    var factors = [Element](repeating: 0, count: batch.area)
    try result.withMutableElements(as: Element.self) { solutions throws(LinearAlgebraError) in
      let first = solutions.baseAddress!
      try source.withElements(as: Element.self) { elements throws(LinearAlgebraError) in
        for matrix in 0..<batch.count {
          for index in 0..<batch.area { factors[index] = elements[matrix * batch.area + index] }
          let info = Element.gesv(n, columns, &factors, &pivots, first + matrix * n * columns)
          let pivot = try LAPACK.check(info, "gesv", batch)
          if pivot > 0 { throw batch.failure(.singular(pivot: pivot), matrix: matrix) }
        }
      }
    }
    return result
  }
}
