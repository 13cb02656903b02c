/// Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix, A = V·diag(λ)·Vᵀ;
/// ∂L/∂A is the symmetric part of V·(diag(∂L/∂λ) + F∘(Vᵀ·∂L/∂V))·Vᵀ with Fᵢⱼ = 1/(λⱼ − λᵢ) off the
/// diagonal and 0 on it.
///
/// It is a function of symmetric matrices, so its gradient is symmetric. The vectors of coinciding
/// eigenvalues are not determined and have no gradient: where one is asked for, also by
/// differentiating the gradient of the values, the program ends with an error that says so.
///
/// - Source: Giles 2008, "An extended collection of matrix derivative results for forward and
///   reverse mode algorithmic differentiation", section 3.1; Ionescu, Vantzos and Sminchisescu
///   2015, "Matrix Backpropagation for Deep Networks with Structured Layers", proposition 2.
struct SymmetricEigen: GeneralOperation {
  static let name = "symmetricEigen"
  static let formula = Formula(
    ["x"], value: "eigenvalues(x)", furtherValues: ["eigenvectors(x)"],
    gradients: [
      "x": """
      symmetric(matmul(matmul(y2, diagonal(u) + (1 - identity(y2)) * matmul(transpose(y2), u2) \
      / (row(y) - column(y) + identity(y2))), transpose(y2)))
      """
    ],
    functions: MatrixFunctions.all.merging([
      "eigenvalues": { SymmetricEigen().evaluate($0).outputs[0] },
      "eigenvectors": { SymmetricEigen().evaluate($0).outputs[1] },
    ]) { $1 })
  var formula: Formula { Self.formula }
  var savedInputs: [Int] { [] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let (values, vectors) = solvable { () throws(LinearAlgebraError) in
      try LinearAlgebra.symmetricEigen(inputs[0])
    }
    return ([values, vectors], [values, vectors])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    let values = saved.output(0, keptAs: 0)
    let vectors = saved.output(1, keptAs: 1)
    let identity = Tensor(MatrixFunctions.identity(values.shape, values.dtype))
    var inner: Tensor?
    if let byVectors = upstream[1] {
      requireDistinct(values.array, Self.name, of: "eigenvalues")
      let differences = values.expanded(axis: -2) - values.expanded(axis: -1) + identity
      inner = vectors.matmul(byVectors, transposeSelf: true) * (1 - identity) / differences
    }
    if let byValues = upstream[0] {
      let diagonal = byValues.expanded(axis: -1) * identity
      inner = inner.map { $0 + diagonal } ?? diagonal
    }
    return [
      inner.map { inner in
        let gradient = vectors.matmul(inner).matmul(vectors, transposeOther: true)
        return (gradient + gradient.transposed()) * 0.5
      }
    ]
  }
}

extension Tensor {
  /// Eigenvalues, ascending, and eigenvectors, as columns, of each symmetric matrix. Gradients are
  /// symmetric.
  ///
  /// - Shapes: `[.., n, n]` → values `[.., n]`, vectors `[.., n, n]`
  /// - Precondition: where a gradient flows through the vectors, the eigenvalues differ.
  /// - Throws: `LinearAlgebraError`, as `LinearAlgebra.symmetricEigen`.
  public func symmetricEigen() throws(LinearAlgebraError) -> (values: Tensor, vectors: Tensor) {
    let (values, vectors) = try LinearAlgebra.symmetricEigen(array)
    let outputs = record(
      SymmetricEigen(), [self], values: [values, vectors], kept: [values, vectors])
    return (outputs[0], outputs[1])
  }
}
