/// The thin singular value decomposition, A = U·diag(s)·Vᵀ with s descending. With W = Uᵀ·∂L/∂U,
/// X = Vᵀ·∂L/∂V and Eᵢⱼ = sⱼ² − sᵢ² off the diagonal:
/// ∂L/∂A = U·(((W − Wᵀ)/E)·S + S·((X − Xᵀ)/E) + diag(∂L/∂s))·Vᵀ, and where A is not square the part
/// of ∂L/∂U or ∂L/∂V outside the space that U or V spans.
///
/// The vectors of coinciding singular values are not determined and have no gradient: where one is
/// asked for, also by differentiating the gradient of the values, the program ends with an error
/// that says so. The same holds for the vectors of a singular value 0 of a matrix that is not
/// square.
///
/// - Source: Ionescu, Vantzos and Sminchisescu 2015, "Matrix Backpropagation for Deep Networks with
///   Structured Layers", proposition 1; Giles 2008, section 3.2 (the values).
struct SingularValues: GeneralOperation {
  static let name = "singularValues"
  static let formula = Formula(
    ["x"], value: "left(x)", furtherValues: ["values(x)", "right(x)"],
    gradients: [
      "x": """
      matmul(matmul(y, skew(matmul(transpose(y), u)) / gaps(y2) * row(y2) \
      + column(y2) * skew(matmul(y3, transpose(u3))) / gaps(y2) + diagonal(u2)), y3) \
      + matmul(outside(u, y) / row(y2), y3) \
      + matmul(y, transpose(outside(transpose(u3), transpose(y3)) / row(y2)))
      """
    ],
    functions: MatrixFunctions.all.merging(functions) { $1 })
  var formula: Formula { Self.formula }
  var savedInputs: [Int] { [] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let (u, s, vt) = solvable { () throws(LinearAlgebraError) in
      try LinearAlgebra.singularValues(inputs[0])
    }
    return ([u, s, vt], [u, s, vt])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    let u = saved.output(0, keptAs: 0)
    let s = saved.output(1, keptAs: 1)
    let vt = saved.output(2, keptAs: 2)
    let (rows, columns) = (u.shape[u.rank - 2], vt.shape[vt.rank - 1])
    if upstream[0] != nil || upstream[2] != nil {
      requireDistinct(s.array, Self.name, of: "singular values")
      if rows != columns { Self.requireFullRank(s.array) }
    }
    func skew(_ x: Tensor) -> Tensor { (x - x.transposed()) / Self.gaps(s) }
    func sum(_ a: Tensor?, _ b: Tensor) -> Tensor { a.map { $0 + b } ?? b }

    var inner: Tensor?
    if let byValues = upstream[1] {
      inner =
        byValues.expanded(axis: -1) * Tensor(MatrixFunctions.identity(s.shape, s.dtype))
    }
    if let byU = upstream[0] {
      inner = sum(inner, skew(u.matmul(byU, transposeSelf: true)) * s.expanded(axis: -2))
    }
    if let byV = upstream[2] {
      inner = sum(inner, s.expanded(axis: -1) * skew(vt.matmul(byV, transposeOther: true)))
    }
    var gradient = inner.map { u.matmul($0).matmul(vt) }
    if let byU = upstream[0], rows > columns {
      let outside = byU - u.matmul(u.matmul(byU, transposeSelf: true))
      gradient = sum(gradient, (outside / s.expanded(axis: -2)).matmul(vt))
    }
    if let byV = upstream[2], columns > rows {
      let outside = byV - byV.matmul(vt, transposeOther: true).matmul(vt)
      gradient = sum(gradient, u.matmul(outside / s.expanded(axis: -1)))
    }
    return [gradient]
  }

  private static let functions: [String: FormulaFunction] = [
    "left": { SingularValues().evaluate($0).outputs[0] },
    "values": { SingularValues().evaluate($0).outputs[1] },
    "right": { SingularValues().evaluate($0).outputs[2] },
    "skew": { $0[0] - $0[0].transposed() },
    "gaps": { gaps(Tensor($0[0])).array },
    "outside": { x in x[0] - x[1].matmul(x[1].matmul(x[0], transposeSelf: true)) },
  ]

  /// sⱼ² − sᵢ² off the diagonal, 1 on it.
  static func gaps(_ s: Tensor) -> Tensor {
    let squares = s.squared()
    return squares.expanded(axis: -2) - squares.expanded(axis: -1)
      + Tensor(MatrixFunctions.identity(s.shape, s.dtype))
  }

  private static func requireFullRank(_ s: NDArray) {
    if s.doubles.contains(0) {
      fatalError(
        "singularValues: a singular value of a matrix that is not square is 0, so the vectors "
          + "have no gradient")
    }
  }
}

extension Tensor {
  /// The thin singular value decomposition of each matrix, A = U·diag(s)·Vᵀ with s descending.
  ///
  /// - Shapes: `[.., m, n]` → u `[.., m, k]`, s `[.., k]`, vt `[.., k, n]`, k = min(m, n)
  /// - Precondition: where a gradient flows through the vectors, the singular values differ, and
  ///   none is 0 unless the matrix is square.
  /// - Throws: `LinearAlgebraError`, as `LinearAlgebra.singularValues`.
  public func singularValues() throws(LinearAlgebraError) -> (u: Tensor, s: Tensor, vt: Tensor) {
    let (u, s, vt) = try LinearAlgebra.singularValues(array)
    let outputs = record(
      SingularValues(), [self], values: [u, s, vt], kept: [u, s, vt])
    return (outputs[0], outputs[1], outputs[2])
  }
}
