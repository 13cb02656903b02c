import Explain

extension ExerciseKind {
  /// The covariance of a small data set and its eigenvalues.
  package static let principalComponents = ExerciseKind(
    name: PrincipalComponentProblem.kind, rows: ["L9.3"], isStarred: false,
    title: Words(en: "Principal components by hand", zh: "主成分分析手算题"), minutes: [5, 6, 8, 10, 12]
  ) { source, difficulty in
    let samples = [3, 3, 4, 5, 6][difficulty - 1]
    let data = (0..<samples).map { _ in (0..<2).map { _ in Double(source.integer(-2...5)) } }
    let dividesByLess = source.flip()
    let divisor = dividesByLess ? samples - 1 : samples
    return Draft(
      problem: PrincipalComponentProblem(
        data, divisor: dividesByLess ? .nMinusOne : .n, components: 1),
      prompt: Words(
        en: """
          The rows of X are \(samples) samples. Calculate the mean μ, the centred data X̃, the covariance matrix C \
          (divided by \(dividesByLess ? "n − 1" : "n")), its trace, determinant and eigenvalues λ₁ ≥ λ₂, and the share ρ₁ of the \
          variance along the first component.
          """,
        zh: """
          X 的每行为一个样本，共 \(samples) 个。计算均值 μ、中心化数据 X̃、协方差矩阵 C（除以 \(dividesByLess ? "n − 1" : "n")）、\
          它的迹、行列式与特征值 λ₁ ≥ λ₂，以及第一主成分解释的方差比例 ρ₁。
          """
      ).prose,
      slips: Slip.components(divisor: divisor, other: dividesByLess ? samples : samples - 1),
      isAsked: { step in
        ["μ", "Z", "C", "tr", "det", "λ1", "λ2", "ratio"].contains(step.calculation?.key ?? "")
      })
  }
}
