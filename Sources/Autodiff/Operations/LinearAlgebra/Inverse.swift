/// The inverse of a matrix, Y = A⁻¹; ∂L/∂A = −Yᵀ·U·Yᵀ.
///
/// - Source: Giles 2008, "An extended collection of matrix derivative results for forward and
///   reverse mode algorithmic differentiation", section 2.2.3.
struct Inverse: UnaryOperation {
  static let name = "inverse"
  static let formula = Formula(
    value: "inverse(x)", gradient: "-matmul(matmul(transpose(y), u), transpose(y))",
    functions: MatrixFunctions.all)
  var formula: Formula { Self.formula }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray {
    solvable { () throws(LinearAlgebraError) in try LinearAlgebra.inverse(x) }
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let y = saved.y
    return -y.matmul(upstream, transposeSelf: true).matmul(y, transposeOther: true)
  }
}

extension Tensor {
  /// The inverse A⁻¹ of each matrix.
  ///
  /// - Shapes: `[.., n, n]` → `[.., n, n]`
  /// - Throws: `LinearAlgebraError`, as `LinearAlgebra.inverse`.
  public func inverse() throws(LinearAlgebraError) -> Tensor {
    record(Inverse(), self, value: try LinearAlgebra.inverse(array))
  }
}
