import CLAPACK

/// The integer of LAPACK's usual interface, which the header names by a macro.
typealias LAPACKInteger = Int32

/// What the calls of LAPACK have in common.
enum LAPACK {
  /// The largest number that LAPACK's integers hold, 2³¹ − 1.
  static let integerLimit = Int(LAPACKInteger.max)

  static func character(_ letter: Unicode.Scalar) -> CChar { CChar(letter.value) }

  /// Elements of a work array, from LAPACK's answer to the question for it.
  ///
  /// The answer is a floating-point number rounded to nearest: from 2²⁴ on float32 may give less
  /// than is needed (`ssyevd` of order 2895 answers 16779420 and needs 16779421), so the next
  /// larger number is taken.
  static func workCount<Element: LAPACKElement>(_ answer: Element) -> Int {
    max(1, min(integerLimit, Int(answer.nextUp.rounded(.up))))
  }

  /// Ends the program for arguments that LAPACK calls illegal, which the checks before exclude.
  /// - Returns: LAPACK's `info`: 0 for success, else what the routine says.
  /// - Throws: `outOfMemory` where the interface could not transpose its operands.
  static func check(
    _ info: LAPACKInteger, _ routine: String, _ batch: MatrixBatch
  ) throws(LinearAlgebraError) -> Int {
    if info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR {
      throw batch.failure(.outOfMemory(needed: 2 * batch.area * batch.array.dtype.byteCount))
    }
    guard info >= 0 else {
      fatalError("\(batch.operation): \(batch.array.shape), argument \(-info) of \(routine)")
    }
    return Int(info)
  }
}

/// A type of number that LAPACK computes with. Matrices are row-major and without gaps.
///
/// The `_work` functions of LAPACKE are used: the others trust the rounded length of the work array
/// (see `LAPACK.workCount`), and check for NaN again.
protocol LAPACKElement: ArrayElement, BinaryFloatingPoint {
  /// A = P·L·U of an n × n matrix, in place.
  static func getrf(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ pivots: UnsafeMutablePointer<LAPACKInteger>
  ) -> LAPACKInteger
  /// The inverse from the factors of `getrf`, in place; asks for the work array at `workCount` −1.
  static func getri(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ pivots: UnsafePointer<LAPACKInteger>,
    _ work: UnsafeMutablePointer<Self>, _ workCount: Int
  ) -> LAPACKInteger
  /// Solves A·X = B with B n × k, in place of B; A becomes its factors.
  static func gesv(
    _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Self>,
    _ pivots: UnsafeMutablePointer<LAPACKInteger>, _ b: UnsafeMutablePointer<Self>
  ) -> LAPACKInteger
  /// The lower Cholesky factor, in place of the lower triangle.
  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Self>) -> LAPACKInteger
  /// Eigenvalues, and eigenvectors in place of A, from its lower triangle.
  static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ values: UnsafeMutablePointer<Self>,
    _ work: UnsafeMutablePointer<Self>, _ workCount: Int,
    _ integers: UnsafeMutablePointer<LAPACKInteger>, _ integerCount: Int
  ) -> LAPACKInteger
  /// Singular values and, by `job`, all (A), as many as there are values (S) or no (N) vectors; A is
  /// destroyed. Vᵀ has `columns` columns and U `columnsOfU`.
  static func gesdd(
    _ job: CChar, _ rows: Int, _ columns: Int, _ a: UnsafeMutablePointer<Self>,
    _ s: UnsafeMutablePointer<Self>, _ u: UnsafeMutablePointer<Self>, _ columnsOfU: Int,
    _ vt: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>, _ workCount: Int,
    _ integers: UnsafeMutablePointer<LAPACKInteger>
  ) -> LAPACKInteger
}

extension Float: LAPACKElement {
  static func getrf(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ pivots: UnsafeMutablePointer<LAPACKInteger>
  ) -> LAPACKInteger {
    LAPACKE_sgetrf_work(
      LAPACK_ROW_MAJOR, LAPACKInteger(n), LAPACKInteger(n), a, LAPACKInteger(n), pivots)
  }

  static func getri(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ pivots: UnsafePointer<LAPACKInteger>,
    _ work: UnsafeMutablePointer<Float>, _ workCount: Int
  ) -> LAPACKInteger {
    LAPACKE_sgetri_work(
      LAPACK_ROW_MAJOR, LAPACKInteger(n), a, LAPACKInteger(n), pivots, work,
      LAPACKInteger(workCount))
  }

  static func gesv(
    _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Float>,
    _ pivots: UnsafeMutablePointer<LAPACKInteger>, _ b: UnsafeMutablePointer<Float>
  ) -> LAPACKInteger {
    LAPACKE_sgesv_work(
      LAPACK_ROW_MAJOR, LAPACKInteger(n), LAPACKInteger(k), a, LAPACKInteger(n), pivots, b,
      LAPACKInteger(k))
  }

  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Float>) -> LAPACKInteger {
    LAPACKE_spotrf_work(
      LAPACK_ROW_MAJOR, LAPACK.character("L"), LAPACKInteger(n), a, LAPACKInteger(n))
  }

  static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ values: UnsafeMutablePointer<Float>,
    _ work: UnsafeMutablePointer<Float>, _ workCount: Int,
    _ integers: UnsafeMutablePointer<LAPACKInteger>, _ integerCount: Int
  ) -> LAPACKInteger {
    LAPACKE_ssyevd_work(
      LAPACK_ROW_MAJOR, LAPACK.character("V"), LAPACK.character("L"), LAPACKInteger(n), a,
      LAPACKInteger(n), values, work, LAPACKInteger(workCount), integers,
      LAPACKInteger(integerCount))
  }

  static func gesdd(
    _ job: CChar, _ rows: Int, _ columns: Int, _ a: UnsafeMutablePointer<Float>,
    _ s: UnsafeMutablePointer<Float>, _ u: UnsafeMutablePointer<Float>, _ columnsOfU: Int,
    _ vt: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>, _ workCount: Int,
    _ integers: UnsafeMutablePointer<LAPACKInteger>
  ) -> LAPACKInteger {
    LAPACKE_sgesdd_work(
      LAPACK_ROW_MAJOR, job, LAPACKInteger(rows), LAPACKInteger(columns), a, LAPACKInteger(columns),
      s, u,
      LAPACKInteger(columnsOfU), vt, LAPACKInteger(columns), work, LAPACKInteger(workCount),
      integers)
  }
}

extension Double: LAPACKElement {
  static func getrf(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<LAPACKInteger>
  ) -> LAPACKInteger {
    LAPACKE_dgetrf_work(
      LAPACK_ROW_MAJOR, LAPACKInteger(n), LAPACKInteger(n), a, LAPACKInteger(n), pivots)
  }

  static func getri(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafePointer<LAPACKInteger>,
    _ work: UnsafeMutablePointer<Double>, _ workCount: Int
  ) -> LAPACKInteger {
    LAPACKE_dgetri_work(
      LAPACK_ROW_MAJOR, LAPACKInteger(n), a, LAPACKInteger(n), pivots, work,
      LAPACKInteger(workCount))
  }

  static func gesv(
    _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Double>,
    _ pivots: UnsafeMutablePointer<LAPACKInteger>, _ b: UnsafeMutablePointer<Double>
  ) -> LAPACKInteger {
    LAPACKE_dgesv_work(
      LAPACK_ROW_MAJOR, LAPACKInteger(n), LAPACKInteger(k), a, LAPACKInteger(n), pivots, b,
      LAPACKInteger(k))
  }

  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Double>) -> LAPACKInteger {
    LAPACKE_dpotrf_work(
      LAPACK_ROW_MAJOR, LAPACK.character("L"), LAPACKInteger(n), a, LAPACKInteger(n))
  }

  static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ values: UnsafeMutablePointer<Double>,
    _ work: UnsafeMutablePointer<Double>, _ workCount: Int,
    _ integers: UnsafeMutablePointer<LAPACKInteger>, _ integerCount: Int
  ) -> LAPACKInteger {
    LAPACKE_dsyevd_work(
      LAPACK_ROW_MAJOR, LAPACK.character("V"), LAPACK.character("L"), LAPACKInteger(n), a,
      LAPACKInteger(n), values, work, LAPACKInteger(workCount), integers,
      LAPACKInteger(integerCount))
  }

  static func gesdd(
    _ job: CChar, _ rows: Int, _ columns: Int, _ a: UnsafeMutablePointer<Double>,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Double>, _ columnsOfU: Int,
    _ vt: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>, _ workCount: Int,
    _ integers: UnsafeMutablePointer<LAPACKInteger>
  ) -> LAPACKInteger {
    LAPACKE_dgesdd_work(
      LAPACK_ROW_MAJOR, job, LAPACKInteger(rows), LAPACKInteger(columns), a, LAPACKInteger(columns),
      s, u,
      LAPACKInteger(columnsOfU), vt, LAPACKInteger(columns), work, LAPACKInteger(workCount),
      integers)
  }
}
