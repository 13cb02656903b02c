import Explain

extension ExerciseKind {
  /// Probabilities from scores, the cross-entropy and its gradient.
  package static let softmax = ExerciseKind(
    name: SoftmaxProblem.kind, rows: ["L3.3", "L3.2"], isStarred: true,
    title: Words(en: "Softmax by hand", zh: "Softmax 手算题"),
    minutes: [4, 8, 15, 18, 20]
  ) { source, difficulty in
    let classes = difficulty == 1 ? source.integer(2...3) : difficulty == 4 ? 4 : 3
    let samples = difficulty == 5 ? 2 : 1
    let logits = (0..<samples).map { _ in
      (0..<classes).map { _ in source.decimal(-2...3, step: 0.5) }
    }
    var target: [[Double]]?
    if difficulty > 1 {
      let isSoft = difficulty >= 4 && source.flip()
      target = (0..<samples).map { _ in
        isSoft ? shares(classes, &source) : oneHot(classes, source.integer(0...classes - 1))
      }
    }
    let hasJacobian = difficulty == 3 || difficulty == 5
    var asked: Set = ["e", "S", "p", "L"]
    if hasJacobian { asked.insert("J") }
    if difficulty == 4 { asked.insert("∂p") }
    let isAsked: @Sendable (Step) -> Bool = { [asked] step in
      guard let key = step.calculation?.key else { return false }
      // The gradient by z is written once, the short way.
      return asked.contains(key) || key == "∂z" && !step.id.hasSuffix(".chain")
    }
    return Draft(
      problem: SoftmaxProblem(logits: logits, target: target),
      prompt: prompt(
        classes, samples, hasTarget: target != nil, hasJacobian: hasJacobian,
        hasUpstream: difficulty == 4),
      slips: Slip.softmax(samples: samples, classes: classes), isAsked: isAsked)
  }

  private static func oneHot(_ count: Int, _ place: Int) -> [Double] {
    (0..<count).map { $0 == place ? 1 : 0 }
  }

  /// Tenths that add up to 1.
  private static func shares(_ count: Int, _ source: inout NumberSource) -> [Double] {
    var rest = 10
    var tenths: [Int] = []
    for place in 0..<count - 1 {
      let most = rest - (count - 1 - place)
      tenths.append(source.integer(1...min(most, 5)))
      rest -= tenths[place]
    }
    return (tenths + [rest]).map { Double($0) / 10 }
  }

  private static func prompt(
    _ classes: Int, _ samples: Int, hasTarget: Bool, hasJacobian: Bool, hasUpstream: Bool
  ) -> Prose {
    let isBatch = samples > 1
    var parts = [
      Words(en: "the exponentials e = exp(z)", zh: "指数 e = exp(z)"),
      Words(
        en: "their sum S\(isBatch ? " for each sample" : "")",
        zh: "\(isBatch ? "每个样本的" : "")总和 S"),
      Words(en: "the probabilities ŷ by softmax", zh: "softmax 概率 ŷ"),
    ]
    if hasTarget {
      parts.append(
        isBatch
          ? Words(
            en: "the cross-entropy L, the mean of −Σ yᵢ ln ŷᵢ over the samples",
            zh: "交叉熵 L（各样本 −Σ yᵢ ln ŷᵢ 的平均）")
          : Words(
            en: "the cross-entropy L = −Σ yᵢ ln ŷᵢ (natural logarithm)",
            zh: "交叉熵 L = −Σ yᵢ ln ŷᵢ（自然对数）"))
    }
    if hasJacobian {
      parts.append(
        Words(
          en: "the Jacobian ∂ŷᵢ/∂zⱼ\(isBatch ? " of sample 1" : "")",
          zh: "\(isBatch ? "样本 1 的" : "")雅可比矩阵 ∂ŷᵢ/∂zⱼ"))
    }
    if hasUpstream { parts.append(Words(en: "the gradients ∂L/∂ŷ", zh: "梯度 ∂L/∂ŷ")) }
    if hasTarget { parts.append(Words(en: "the gradients δ = ∂L/∂z", zh: "梯度 δ = ∂L/∂z")) }
    let asked = Words.list(parts)
    return Words(
      en: """
        Scores z of \(classes) classes\(hasTarget ? " and targets y" : "") are given\
        \(isBatch ? " for \(samples) samples (⟨n⟩ is the sample)" : ""). Calculate \(asked.english).
        """,
      zh: """
        给定\(isBatch ? " \(samples) 个样本（⟨n⟩ 表示样本）在" : "") \(classes) 个类别的得分 z\
        \(hasTarget ? " 与目标 y" : "")。计算\(asked.chinese)。
        """
    ).prose
  }
}
