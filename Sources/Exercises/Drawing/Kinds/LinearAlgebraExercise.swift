import Explain

extension ExerciseKind {
  /// Products, determinants, inverses, eigenvalues and norms of small matrices.
  package static let linearAlgebra = ExerciseKind(
    name: LinearAlgebraProblem.kind, rows: ["L2.1"], isStarred: false,
    title: Words(en: "Matrices by hand", zh: "矩阵手算题"), minutes: [2, 5, 8, 9, 12]
  ) { source, difficulty in
    func matrix(_ rows: Int, _ columns: Int) -> [[Double]] {
      (0..<rows).map { _ in (0..<columns).map { _ in source.pick([-3, -2, -1, 0, 1, 2, 3, 4.0]) } }
    }
    /// One that is not its own inverse, which would be given away.
    func invertible(_ size: Int) -> [[Double]] {
      var drawn = matrix(size, size)
      while isOwnInverse(drawn) { drawn = matrix(size, size) }
      return drawn
    }
    switch difficulty {
    case 1:
      return source.pick([
        invariants(matrix(2, 2)), product(matrix(2, 2), matrix(2, 2)), vectorNorms(matrix(1, 3)),
      ])
    case 2: return source.flip() ? inverse(invertible(2)) : product(matrix(2, 3), matrix(3, 2))
    case 3:
      if source.flip() { return matrixNorms(matrix(2, 2)) }
      var symmetric = matrix(2, 2)
      // Not diagonal, where the eigenvalues could be read off.
      let number = source.pick([-3, -2, -1, 1, 2, 3.0])
      (symmetric[0][1], symmetric[1][0]) = (number, number)
      return eigenvalues(symmetric)
    case 4: return source.flip() ? invariants(matrix(3, 3)) : product(matrix(3, 3), matrix(3, 2))
    default: return inverse(invertible(3))
    }
  }

  private static func isOwnInverse(_ matrix: [[Double]]) -> Bool {
    matrix.indices.allSatisfy { row in
      matrix.indices.allSatisfy { column in
        let entry = matrix.indices.reduce(0) { $0 + matrix[row][$1] * matrix[$1][column] }
        return entry == (row == column ? 1 : 0)
      }
    }
  }

  private static func draft(
    _ matrix: [[Double]], _ tasks: [LinearAlgebraProblem.Task], second: [[Double]]? = nil,
    asked: Set<String>, _ english: String, _ chinese: String
  ) -> Draft {
    let given =
      second != nil
      ? ("Matrices A and B are", "矩阵 A 与 B")
      : matrix.count == 1 ? ("A vector A is", "向量 A") : ("A matrix A is", "矩阵 A")
    return Draft(
      problem: LinearAlgebraProblem(matrix, second: second, tasks: tasks),
      prompt: Words(
        en: "\(given.0) given. Calculate \(english).", zh: "给定\(given.1)。计算\(chinese)。"
      ).prose, slips: Slip.linearAlgebra,
      isAsked: { step in
        guard let calculation = step.calculation else { return false }
        // The product is written entry by entry.
        return asked.contains(calculation.key)
          && (calculation.key != "AB" || calculation.entry != nil)
      })
  }

  private static let cofactors = Set((0..<3).flatMap { row in (0..<3).map { "C\(row)\($0)" } })

  private static func invariants(_ matrix: [[Double]]) -> Draft {
    let isLarge = matrix.count == 3
    return draft(
      matrix, [.trace, .determinant], asked: cofactors.union(["tr", "det"]),
      "the trace\(isLarge ? ", the cofactors Cᵢⱼ of the first row with their signs" : "") and the determinant",
      "迹\(isLarge ? "、第一行的代数余子式 Cᵢⱼ（带符号）" : "")与行列式")
  }

  private static func product(_ a: [[Double]], _ b: [[Double]]) -> Draft {
    draft(a, [.product], second: b, asked: ["AB"], "the entries of the product A·B", "乘积 A·B 的各元素")
  }

  private static func inverse(_ matrix: [[Double]]) -> Draft {
    draft(
      matrix, [.determinant, .inverse], asked: cofactors.union(["det", "adj", "inv"]),
      "the determinant, the cofactors Cᵢⱼ with their signs, the adjugate adj(A) and the inverse",
      "行列式、代数余子式 Cᵢⱼ（带符号）、伴随矩阵 adj(A) 与逆矩阵")
  }

  private static func eigenvalues(_ matrix: [[Double]]) -> Draft {
    draft(
      matrix, [.trace, .determinant, .eigenvalues],
      asked: ["tr", "det", "Δ", "λ1", "λ2", "v10", "v11", "v20", "v21"],
      """
      the trace, the determinant, the discriminant Δ = tr(A)² − 4 det(A), the eigenvalues λ₁ ≥ λ₂ and \
      their eigenvectors of length 1, with the entries v₁₁ and v₁₂ for λ₁, v₂₁ and v₂₂ for λ₂, the one of \
      largest magnitude (the first of equal ones) positive
      """,
      """
      迹、行列式、判别式 Δ = tr(A)² − 4 det(A)、特征值 λ₁ ≥ λ₂，以及各自的单位特征向量（λ₁ 的为 v₁₁、v₁₂，λ₂ 的为 v₂₁、v₂₂），\
      取绝对值最大的分量（相等时取第一个）为正
      """)
  }

  private static func vectorNorms(_ vector: [[Double]]) -> Draft {
    draft(
      vector, [.norms], asked: ["norm1", "norm2", "normMax"],
      "its norms ‖A‖₁, ‖A‖₂ and ‖A‖ₘₐₓ (the largest magnitude)",
      "范数 ‖A‖₁、‖A‖₂ 与 ‖A‖ₘₐₓ（绝对值的最大值）")
  }

  private static func matrixNorms(_ matrix: [[Double]]) -> Draft {
    draft(
      matrix, [.norms],
      asked: ["columns", "norm1", "AtA", "eigen", "norm2", "normF", "normMax"],
      """
      the sums s of the magnitudes in each column, ‖A‖₁ (the largest of them), AᵀA with its eigenvalues λ (the \
      larger first), the spectral norm ‖A‖₂, the Frobenius norm ‖A‖_F and ‖A‖ₘₐₓ (the largest magnitude)
      """,
      """
      各列绝对值之和 s、‖A‖₁（其中最大者）、AᵀA 及其特征值 λ（由大到小）、谱范数 ‖A‖₂、Frobenius 范数 ‖A‖_F \
      与 ‖A‖ₘₐₓ（绝对值的最大值）
      """)
  }
}
