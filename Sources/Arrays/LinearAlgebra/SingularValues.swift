extension LinearAlgebra {
  /// The singular value decomposition A = U·diag(s)·Vᵀ, with UᵀU = VᵀV = I.
  ///
  /// The values descend and none is negative. With `full` U and V are square, their further columns
  /// completing a basis; without, they have k = min(m, n) columns. Each column of U has its
  /// component of largest magnitude positive (the first such component where several are equal
  /// within √ε), and the row of Vᵀ with it turns along; rows of Vᵀ without a column of U follow the
  /// same rule by themselves. Where values coincide, only the spaces that their vectors span are
  /// determined.
  ///
  /// - Shapes: a `[.., m, n]` → u `[.., m, k]`, s `[.., k]`, vt `[.., k, n]`, or with `full`
  ///   u `[.., m, m]`, s `[.., k]`, vt `[.., n, n]`
  /// - Throws: `LinearAlgebraError` for a wrong type or shape, elements that are not finite,
  ///   `notConverged`, `outOfMemory` (a full basis of a long matrix is large), and `tooLarge` where
  ///   4k² + 72(m + n), a bound of LAPACK's work array, outgrows its integers (k about 23000).
  /// - Complexity: about 6mnk + 16k³ operations a matrix without `full`.
  /// - Source: LAPACK `gesdd`; Gu and Eisenstat, "A divide-and-conquer algorithm for the bidiagonal
  ///   SVD", SIAM J. Matrix Anal. Appl. 16 (1995); Golub and Van Loan, *Matrix Computations*
  ///   (4th ed., 2013), section 8.6.
  public static func singularValues(
    _ a: NDArray, full: Bool = false
  ) throws(LinearAlgebraError) -> (u: NDArray, s: NDArray, vt: NDArray) {
    let batch = try MatrixBatch(a, operation: "singularValues", square: false)
    return try singularValues(batch, vectors: full ? .all : .thin)
  }

  /// Which singular vectors are computed.
  enum SingularVectors { case all, thin, none }

  /// The decomposition; `u` and `vt` are empty where no vectors are asked for.
  static func singularValues(
    _ batch: MatrixBatch, vectors: SingularVectors
  ) throws(LinearAlgebraError) -> (u: NDArray, s: NDArray, vt: NDArray) {
    let (m, n, k) = (batch.rows, batch.columns, batch.smallerSize)
    let columnsOfU = vectors == .all ? m : vectors == .thin ? k : 0
    let rowsOfV = vectors == .all ? n : vectors == .thin ? k : 0
    let vectorElements = Double(m) * Double(columnsOfU) + Double(n) * Double(rowsOfV)
    try batch.require(
      counted: 4 * Double(k) * Double(k) + 72 * (Double(m) + Double(n)),
      results: 2 * vectorElements + Double(batch.count) * (vectorElements + Double(k)))
    let source = try batch.finite()
    let dtype = batch.array.dtype
    let result = (
      u: NDArray(uninitialized: batch.shape(m, columnsOfU), dtype: dtype),
      s: NDArray(uninitialized: batch.shape(k), dtype: dtype),
      vt: NDArray(uninitialized: batch.shape(rowsOfV, n), dtype: dtype)
    )
    return dtype == .float32
      ? try decompose(source, batch, vectors, into: result, Float.self)
      : try decompose(source, batch, vectors, into: result, Double.self)
  }

  private static func decompose<Element: LAPACKElement>(
    _ source: NDArray, _ batch: MatrixBatch, _ vectors: SingularVectors,
    into result: consuming (u: NDArray, s: NDArray, vt: NDArray), _: Element.Type
  ) throws(LinearAlgebraError) -> (u: NDArray, s: NDArray, vt: NDArray) {
    var (u, s, vt) = result
    let columnsOfU = u.shape[u.rank - 1]
    let rowsOfV = vt.shape[vt.rank - 2]
    if batch.area == 0 {
      // The full bases of an empty matrix: any will do, LAPACK gives none.
      fillWithIdentity(&u, Element.self)
      fillWithIdentity(&vt, Element.self)
      return (u, s, vt)
    }
    try u.withMutableElements(as: Element.self) { u throws(LinearAlgebraError) in
      try s.withMutableElements(as: Element.self) { s throws(LinearAlgebraError) in
        try vt.withMutableElements(as: Element.self) { vt throws(LinearAlgebraError) in
          try source.withElements(as: Element.self) { a throws(LinearAlgebraError) in
            try decompose(
              a, batch, vectors, u.baseAddress!, columnsOfU, s.baseAddress!, vt.baseAddress!,
              rowsOfV)
          }
        }
      }
    }
    return (u, s, vt)
  }

  private static func decompose<Element: LAPACKElement>(
    _ source: UnsafeBufferPointer<Element>, _ batch: MatrixBatch, _ vectors: SingularVectors,
    _ allU: UnsafeMutablePointer<Element>, _ columnsOfU: Int,
    _ allS: UnsafeMutablePointer<Element>,
    _ allV: UnsafeMutablePointer<Element>, _ rowsOfV: Int
  ) throws(LinearAlgebraError) {
    let (m, n, k) = (batch.rows, batch.columns, batch.smallerSize)
    let job = LAPACK.character(vectors == .all ? "A" : vectors == .thin ? "S" : "N")
    var integers = [LAPACKInteger](repeating: 0, count: 8 * k)
    var copy = [Element](repeating: 0, count: batch.area)
    // LAPACK wants a leading dimension of at least 1 even of a matrix that it does not touch.
    let stepOfU = max(1, columnsOfU)
    var answer: Element = 0
    _ = try LAPACK.check(
      Element.gesdd(job, m, n, &copy, allS, allU, stepOfU, allV, &answer, -1, &integers), "gesdd",
      batch)
    let workCount = LAPACK.workCount(answer)
    var work = [Element](repeating: 0, count: workCount)
    for matrix in 0..<batch.count {
      let u = allU + matrix * m * columnsOfU
      let vt = allV + matrix * rowsOfV * n
      for index in 0..<batch.area { copy[index] = source[matrix * batch.area + index] }
      let info = Element.gesdd(
        job, m, n, &copy, allS + matrix * k, u, stepOfU, vt, &work, workCount, &integers)
      if try LAPACK.check(info, "gesdd", batch) > 0 {
        throw batch.failure(.notConverged, matrix: matrix)
      }
      for column in 0..<columnsOfU
      where SignConvention.isNegative(u + column, count: m, stride: columnsOfU) {
        SignConvention.negate(u + column, count: m, stride: columnsOfU)
        if column < k { SignConvention.negate(vt + column * n, count: n, stride: 1) }
      }
      for row in k..<max(k, rowsOfV)
      where SignConvention.isNegative(vt + row * n, count: n, stride: 1) {
        SignConvention.negate(vt + row * n, count: n, stride: 1)
      }
    }
  }

  private static func fillWithIdentity<Element: LAPACKElement>(
    _ array: inout NDArray, _: Element.Type
  ) {
    let rows = array.shape[array.rank - 2]
    let columns = array.shape[array.rank - 1]
    array.withMutableElements(as: Element.self) { elements in
      for index in elements.indices {
        elements[index] = index / columns % rows == index % columns ? 1 : 0
      }
    }
  }
}
