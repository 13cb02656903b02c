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
    let data = (0..<samples).map { _ in
      (0..<dimensions).map { _ in Double(source.integer(-2...5)) }
    }
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
      prompt: prompt(samples, components, difficulty, dividesByLess ? "n − 1" : "n"),
      slips: Slip.components(divisor: divisor, other: dividesByLess ? samples : samples - 1),
      isAsked: Draft.asking(asked))
  }

  private static func prompt(
    _ samples: Int, _ components: Int, _ difficulty: Int, _ divisor: String
  ) -> Prose {
    let hasTrick = difficulty == 5
    var english = """
      The rows of X are n = \(samples) samples. Calculate the mean μ of each column, the centred data X̃ and \
      \(hasTrick ? "K = X̃X̃ᵀ" : "the covariance matrix C = X̃ᵀX̃"), divided by \(divisor)
      """
    var chinese = """
      X 的每行为一个样本，共 n = \(samples) 个。计算各列均值 μ、中心化数据 X̃ 与\
      \(hasTrick ? " K = X̃X̃ᵀ" : "协方差矩阵 C = X̃ᵀX̃")（除以 \(divisor)）
      """
    if hasTrick {
      english += ", its eigenvalues λ above 0, the larger first"
      chinese += "、它的正特征值 λ（由大到小）"
    } else if difficulty > 1 {
      english += ", its trace, determinant and eigenvalues λ₁ ≥ λ₂"
      chinese += "、它的迹、行列式与特征值 λ₁ ≥ λ₂"
    }
    if difficulty > 2 {
      english += """
        , the \(components == 1 ? "first component" : "two components") V, the covariance's eigenvectors of \
        length 1 as columns, whose entry of largest magnitude is positive (the first of equal ones), the scores \
        T = X̃V
        """
      chinese += """
        、\(components == 1 ? "第一主成分" : "前两个主成分") V（协方差的单位特征向量，按列，\
        绝对值最大的分量（相等时取第一个）为正）、得分 T = X̃V
        """
    }
    if difficulty > 1 {
      english += """
         and the share ρ of the total variance along \(components == 1 ? "the first component" : "each component")
        """
      chinese += "以及\(components == 1 ? "第一主成分" : "各主成分")占总方差的比例 ρ"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
