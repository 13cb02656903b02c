import Autodiff
import TestSupport

extension GradientTable {
  static let linearAlgebra: [OperationRow] = {
    let shapes: [Shape] = [[1, 1], [3, 3], [2, 2, 2], [0, 3, 3], [2, 0, 0], [4, 4]]
    let all: [String: FormulaFunction] = [
      "matmul": { NaiveMath.matmul($0[0], $0[1]) }, "inverse": { NaiveMath.inverse($0[0]) },
      "determinant": { NaiveMath.determinant($0[0]) }, "cholesky": { NaiveMath.cholesky($0[0]) },
    ]
    func independent(_ names: String...) -> [String: FormulaFunction] {
      all.filter { names.contains($0.key) }
    }
    var rows: [OperationRow] = []
    for shape in shapes {
      rows += OperationRow.shapes("Inverse", [shape]) { solved { try regular($0).inverse() }($0) }
        .map { $0.with(independent: independent("matmul", "inverse")) }
      rows += OperationRow.shapes("Determinant", [shape]) {
        solved { try regular($0).determinant() }($0)
      }.map { $0.with(independent: independent("determinant", "inverse")) }
      rows += OperationRow.shapes("Cholesky", [shape]) {
        solved { try positive($0).cholesky() }($0)
      }.map { $0.with(independent: independent("matmul", "inverse", "cholesky")) }
      rows += OperationRow.shapes("SymmetricEigen", [shape], "values") {
        solved { try symmetric($0).symmetricEigen().values }($0)
      }.map { $0.with(singleTolerance: 1e-4, independent: independent("matmul")) }
      // Vectors change their sign from point to point; these functions of them do not.
      rows += OperationRow.shapes("SymmetricEigen", [shape], "vectors") {
        solved { try symmetric($0).symmetricEigen().vectors.squared() }($0)
      }.map { $0.with(tolerance: 1e-5, singleTolerance: 2e-4) }
      rows += OperationRow.shapes("SymmetricEigen", [shape], "values and vectors") {
        solved {
          let (values, vectors) = try symmetric($0).symmetricEigen()
          return (vectors * values.sin().expanded(axis: -2)).matmul(vectors, transposeOther: true)
        }($0)
      }.map { $0.with(tolerance: 1e-5, singleTolerance: 2e-4) }
    }
    let pairs: [(Shape, Shape)] = [
      ([3, 3], [3, 2]), ([3, 3], [3]), ([2, 2, 2], [2, 2, 1]), ([2, 2, 2], [2, 2]),
      ([1, 1], [1, 3]),
      ([0, 2, 2], [0, 2, 1]), ([2, 0, 0], [2, 0, 3]),
    ]
    for (a, b) in pairs {
      for views in [[], [TestView.transposed, .sliced], [.sliced, .transposed]] {
        rows.append(
          OperationRow("Solve", "\(a) \(b) \(views)", TestArray.several([a, b]), views: views) {
            inputs in solved { _ in try regular(inputs[0]).solve(inputs[1]) }(inputs[0])
          }.with(independent: independent("matmul", "inverse")))
      }
    }
    for shape in [[1, 1], [3, 2], [2, 3], [3, 3], [2, 2, 3], [0, 3, 2]] as [Shape] {
      rows += OperationRow.shapes("SingularValues", [shape], "values") {
        solved { try $0.singularValues().s }($0)
      }.map { $0.with(singleTolerance: 1e-4) }
      rows += OperationRow.shapes("SingularValues", [shape], "vectors") {
        solved {
          let (u, s, vt) = try $0.singularValues()
          return Tensor.concatenate(
            [
              u.squared().reshaped([-1]), vt.squared().reshaped([-1]),
              (u * s.sin().expanded(axis: -2)).matmul(vt).reshaped([-1]),
            ])
        }($0)
      }.map { $0.with(tolerance: 1e-4, singleTolerance: 5e-4) }
    }
    return rows
  }()

  /// A function that may throw, as one that may not: the points of the table are good ones.
  private static func solved(
    _ function: @escaping (Tensor) throws -> Tensor
  ) -> (Tensor) -> Tensor {
    { x in
      do { return try function(x) } catch { fatalError("\(error)") }
    }
  }

  private static func identity(_ x: Tensor) -> Tensor {
    Tensor(NDArray.identity(x.shape[x.rank - 1], dtype: x.dtype))
  }

  /// A matrix with a dominant diagonal.
  private static func regular(_ x: Tensor) -> Tensor { x + identity(x) * 5 }

  /// The symmetric part, with eigenvalues kept apart.
  private static func symmetric(_ x: Tensor) -> Tensor {
    let size = x.shape[x.rank - 1]
    let steps = Tensor(NDArray.range(size).cast(to: x.dtype)) * 2
    return (x + x.transposed()) * 0.5 + identity(x) * steps
  }

  /// A symmetric positive definite matrix.
  private static func positive(_ x: Tensor) -> Tensor {
    x.matmul(x, transposeOther: true) + identity(x)
  }
}
