/// The determinant of a matrix, y = det A; ∂L/∂A = u·y·A⁻ᵀ, at a singular matrix the cofactors.
///
/// - Source: Giles 2008, "An extended collection of matrix derivative results for forward and
///   reverse mode algorithmic differentiation", section 2.2.4.
struct Determinant: UnaryOperation {
  static let name = "determinant"
  static let formula = Formula(
    value: "determinant(x)", gradient: "each(u * y) * transpose(inverse(x))",
    functions: MatrixFunctions.all.merging(["determinant": { Determinant().value($0[0]) }]) {
      $1
    })
  var formula: Formula { Self.formula }
  var saves: Saves { [.first, .output] }

  func value(_ x: NDArray) -> NDArray {
    solvable { () throws(LinearAlgebraError) in try LinearAlgebra.determinant(x) }
  }

  /// At a singular matrix this, which has derivatives itself, ends the program; the first
  /// derivative alone does not come here then.
  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let x = saved.x
    guard let inverse = try? LinearAlgebra.inverse(x.array) else {
      fatalError(
        "determinant: a gradient to be differentiated again at a singular matrix, \(x.shape); "
          + "only the first derivative is computed there")
    }
    return (upstream * saved.y).expanded(axis: -1).expanded(axis: -1)
      * record(Inverse(), x, value: inverse).transposed()
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    func each(_ x: NDArray) -> NDArray { x.expanded(axis: -1).expanded(axis: -1) }
    let x = saved.x.array
    if let inverse = try? LinearAlgebra.inverse(x) {
      return each(upstream * saved.y.array) * inverse.transposed()
    }
    return each(upstream) * Self.cofactors(x)
  }

  /// det A · A⁻ᵀ for any A = U·diag(s)·Vᵀ: U·diag(∏ of the other s)·Vᵀ by the sign of det U · det V.
  static func cofactors(_ x: NDArray) -> NDArray {
    solvable { () throws(LinearAlgebraError) in
      let (u, s, vt) = try LinearAlgebra.singularValues(x)
      let size = s.shape[s.rank - 1]
      let values = s.doubles
      let products = values.indices.map { place -> Double in
        let start = place / size * size
        return (start..<(start + size)).reduce(1) { $1 == place ? $0 : $0 * values[$1] }
      }
      let sign = try LinearAlgebra.determinant(u) * LinearAlgebra.determinant(vt)
      let others = NDArray(products, shape: s.shape).cast(to: x.dtype)
      let scaled = u * others.expanded(axis: -2)
      return sign.expanded(axis: -1).expanded(axis: -1) * scaled.matmul(vt)
    }
  }
}

extension Tensor {
  /// The determinant of each matrix; 0 for a singular one.
  ///
  /// - Shapes: `[.., n, n]` → `[..]`
  /// - Throws: `LinearAlgebraError`, as `LinearAlgebra.determinant`.
  public func determinant() throws(LinearAlgebraError) -> Tensor {
    record(Determinant(), self, value: try LinearAlgebra.determinant(array))
  }
}
