import Explain

extension ExerciseKind {
  /// Determinant, inverse, eigenvalues and norms of small matrices.
  package static let linearAlgebra = ExerciseKind(
    name: LinearAlgebraProblem.kind, rows: ["L2.1"], isStarred: false,
    title: Words(en: "Matrices by hand", zh: "矩阵手算题"), minutes: [2, 5, 5, 6, 10]
  ) { source, difficulty in
    let size = difficulty > 3 ? 3 : 2
    var matrix = (0..<size).map { _ in (0..<size).map { _ in Double(source.integer(-3...4)) } }
    let tasks: [LinearAlgebraProblem.Task]
    let words: (String, String)
    switch difficulty {
    case 1: (tasks, words) = ([.trace, .determinant], ("the trace and the determinant", "迹与行列式"))
    case 2:
      (tasks, words) = (
        [.determinant, .inverse],
        ("the determinant, the cofactors and the inverse", "行列式、代数余子式与逆矩阵")
      )
    case 3:
      matrix[1][0] = matrix[0][1]
      (tasks, words) = (
        [.trace, .determinant, .eigenvalues],
        ("the trace, the determinant and the eigenvalues", "迹、行列式与特征值")
      )
    case 4: (tasks, words) = ([.determinant], ("the determinant by cofactors", "行列式（按代数余子式展开）"))
    default:
      (tasks, words) = (
        [.determinant, .inverse],
        ("the determinant, the cofactors and the inverse", "行列式、代数余子式与逆矩阵")
      )
    }
    return Draft(
      problem: LinearAlgebraProblem(matrix, tasks: tasks),
      prompt: Words(
        en: "A matrix A is given. Calculate \(words.0).", zh: "给定矩阵 A。计算\(words.1)。"
      ).prose, slips: Slip.linearAlgebra,
      isAsked: { step in
        guard let key = step.calculation?.key else { return false }
        // Eigenvectors have no fixed sign; a cofactor's own lines stand for their matrix.
        return ["tr", "det", "inv", "adj", "λ1", "λ2"].contains(key)
          || key.count == 3 && key.hasPrefix("C")
      })
  }
}
