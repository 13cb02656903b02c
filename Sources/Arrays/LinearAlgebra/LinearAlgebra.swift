/// Linear algebra on matrices of float32 or float64, by LAPACK.
///
/// Functions take an array `[.., m, n]` as a batch of m × n matrices over its leading axes, in any
/// layout, and return new arrays of the same type. What a matrix may be wrong about is thrown as a
/// `LinearAlgebraError`, so none of them ends the program; where one matrix of a batch has no
/// result, the whole batch has none.
///
/// LAPACK is whichever the system has (Debian's `liblapack3` is the reference implementation), and
/// its last bits differ between implementations: results here are outside the promise of equal
/// bits. Signs that the mathematics leaves open are fixed, though; see `symmetricEigen` and
/// `singularValues`.
public enum LinearAlgebra {
  /// An array of float32 or float64 from values computed in double precision.
  static func array(_ values: [Double], shape: Shape, dtype: DType) -> NDArray {
    dtype == .float32
      ? NDArray(values.map { Float($0) }, shape: shape) : NDArray(values, shape: shape)
  }
}
