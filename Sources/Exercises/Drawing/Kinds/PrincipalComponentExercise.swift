import Explain

extension ExerciseKind {
  /// The principal components of a small data set.
  package static let principalComponents = ExerciseKind(
    name: PrincipalComponentProblem.kind, rows: ["L9.3"], isStarred: false,
    title: Words(en: "Principal components by hand", zh: "主成分分析手算题"), minutes: [4, 7, 10, 14, 20]
  ) { source, difficulty in
    let hasTrick = difficulty == 5
    let samples = [3, 3, 4, 5, 3][difficulty - 1]
    let dimensions = hasTrick ? 4 : 2
    var data: [[Double]]
    repeat {
      data = (0..<samples).map { _ in
        (0..<dimensions).map { _ in Double(source.integer(-2...5)) }
      }
      // Columns that do not vary together have their components along the axes, or none of their own.
    } while covariation(data) == 0
    let dividesByLess = source.flip()
    let divisor = dividesByLess ? samples - 1 : samples
    let components = hasTrick || difficulty == 4 ? 2 : 1
    var asked: Set = ["μ", "Z", hasTrick ? "K" : "C"]
    if difficulty > 1 {
      asked.formUnion(hasTrick ? ["λ", "ratio"] : ["tr", "det", "λ1", "λ2", "ratio"])
    }
    if difficulty > 2 { asked.formUnion(["V", "T"]) }
    return Draft(
      problem: PrincipalComponentProblem(
        data, divisor: dividesByLess ? .nMinusOne : .n, components: components),
      prompt: prompt(samples, components, difficulty, dividesByLess ? "(n − 1)" : "n"),
      slips: Slip.components(divisor: divisor, other: dividesByLess ? samples : samples - 1),
      isAsked: Draft.asking(asked))
  }

  /// Σ (x − x̄)(y − ȳ) of the first two columns x and y, times their length.
  private static func covariation(_ data: [[Double]]) -> Double {
    func sum(_ term: ([Double]) -> Double) -> Double { data.reduce(0) { $0 + term($1) } }
    return Double(data.count) * sum { $0[0] * $0[1] } - sum { $0[0] } * sum { $0[1] }
  }

  private static func prompt(
    _ samples: Int, _ components: Int, _ difficulty: Int, _ divisor: String
  ) -> Prose {
    let hasTrick = difficulty == 5
    var parts = [
      Words(en: "the mean μ of each column", zh: "各列均值 μ"),
      Words(en: "the centred data X̃", zh: "中心化数据 X̃"),
      hasTrick
        ? Words(en: "K = X̃X̃ᵀ/\(divisor)", zh: "K = X̃X̃ᵀ/\(divisor)")
        : Words(
          en: "the covariance matrix C = X̃ᵀX̃/\(divisor)", zh: "协方差矩阵 C = X̃ᵀX̃/\(divisor)"),
    ]
    if hasTrick {
      parts.append(
        Words(en: "its eigenvalues λ above 0, the larger first", zh: "它的正特征值 λ（由大到小）"))
    } else if difficulty > 1 {
      parts.append(
        Words(
          en: "its trace, determinant and eigenvalues λ₁ ≥ λ₂", zh: "它的迹、行列式与特征值 λ₁ ≥ λ₂"))
    }
    if difficulty > 2 {
      parts.append(
        components == 1
          ? Words(
            en: """
              the first component V, the covariance's eigenvector of length 1 whose entry of largest \
              magnitude (the first of equal ones) is positive
              """,
            zh: "第一主成分 V（协方差的单位特征向量，绝对值最大的分量（相等时取第一个）为正）")
          : Words(
            en: """
              the first two components V, the covariance's eigenvectors of length 1 as columns, in each the \
              entry of largest magnitude (the first of equal ones) positive
              """,
            zh: "前两个主成分 V（协方差的单位特征向量，按列，各列绝对值最大的分量（相等时取第一个）为正）"))
      parts.append(Words(en: "the scores T = X̃V", zh: "得分 T = X̃V"))
    }
    if difficulty > 1 {
      parts.append(
        components == 1
          ? Words(
            en: "the share ρ of the total variance along the first component",
            zh: "第一主成分占总方差的比例 ρ")
          : Words(
            en: "the share ρ of the total variance along each component", zh: "各主成分占总方差的比例 ρ"))
    }
    let asked = Words.list(parts)
    return Words(
      en: "The rows of X are n = \(samples) samples. Calculate \(asked.english).",
      zh: "X 的每行为一个样本，共 n = \(samples) 个。计算\(asked.chinese)。"
    ).prose
  }
}
