/// The solution Y of A·Y = B; ∂L/∂B = A⁻ᵀ·U, ∂L/∂A = −(∂L/∂B)·Yᵀ.
///
/// - Source: Giles 2008, "An extended collection of matrix derivative results for forward and
///   reverse mode algorithmic differentiation", section 2.3.1.
struct Solve: BinaryOperation {
  static let name = "solve"
  static let formula = Formula(
    ["a", "b"], value: "matmul(inverse(a), b)",
    gradients: [
      "a": "-matmul(matmul(transpose(inverse(a)), u), transpose(y))",
      "b": "matmul(transpose(inverse(a)), u)",
    ], functions: MatrixFunctions.all)
  var formula: Formula { Self.formula }
  var saves: Saves { [.first, .output] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray {
    solvable { () throws(LinearAlgebraError) in try LinearAlgebra.solve(a, b) }
  }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    -apply(Solve(), saved.x.transposed(), upstream).matmul(saved.y, transposeOther: true)
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(Solve(), saved.x.transposed(), upstream)
  }
}

extension Tensor {
  /// The solution X of self·X = b.
  ///
  /// - Shapes: self `[.., n, n]`, b `[.., n]` → `[.., n]`; self `[.., n, n]`, b `[.., n, k]` →
  ///   `[.., n, k]`
  /// - Throws: `LinearAlgebraError`, as `LinearAlgebra.solve`.
  public func solve(_ b: Tensor) throws(LinearAlgebraError) -> Tensor {
    let value = try LinearAlgebra.solve(array, b.array)
    if b.rank == rank { return record(Solve(), self, b, value: value) }
    return record(Solve(), self, b.expanded(axis: -1), value: value.expanded(axis: -1))
      .squeezed(axis: -1)
  }
}
