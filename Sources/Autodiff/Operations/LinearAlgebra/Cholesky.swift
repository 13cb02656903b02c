/// The Cholesky factor of a symmetric positive definite matrix, Y·Yᵀ = A with Y lower triangular;
/// ∂L/∂A is the symmetric part of Y⁻ᵀ·Φ(Yᵀ·U)·Y⁻¹, where Φ takes the lower triangle and half the
/// diagonal.
///
/// It is a function of symmetric matrices, so its gradient is symmetric.
///
/// - Source: Murray 2016, "Differentiation of the Cholesky decomposition", equation 10.
struct Cholesky: UnaryOperation {
  static let name = "cholesky"
  static let formula = Formula(
    value: "cholesky(x)",
    gradient: """
      symmetric(matmul(matmul(transpose(inverse(y)), lower(matmul(transpose(y), u))), inverse(y)))
      """,
    functions: MatrixFunctions.all.merging([
      "cholesky": { Cholesky().value($0[0]) }, "lower": { $0[0] * Self.lowerHalf($0[0]) },
    ]) { $1 })
  var formula: Formula { Self.formula }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray {
    solvable { () throws(LinearAlgebraError) in try LinearAlgebra.cholesky(x) }
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let y = saved.y
    let turned = y.transposed()
    let lower = turned.matmul(upstream) * Tensor(Self.lowerHalf(y.array))
    let left = apply(Solve(), turned, lower)
    let both = apply(Solve(), turned, left.transposed())
    return (both + both.transposed()) * 0.5
  }

  private static func lowerHalf(_ x: NDArray) -> NDArray {
    MatrixFunctions.lowerHalf(x.shape[x.rank - 1], dtype: x.dtype)
  }
}

extension Tensor {
  /// The lower triangular factor L of each symmetric positive definite matrix, L·Lᵀ = A. Its
  /// gradient is symmetric.
  ///
  /// - Shapes: `[.., n, n]` → `[.., n, n]`
  /// - Throws: `LinearAlgebraError`, as `LinearAlgebra.cholesky`.
  public func cholesky() throws(LinearAlgebraError) -> Tensor {
    record(Cholesky(), self, value: try LinearAlgebra.cholesky(array))
  }
}
