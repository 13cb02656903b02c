import Explain

extension ExerciseKind {
  /// Softmax of scores, the cross-entropy, its gradient and the Jacobian.
  package static let softmax = ExerciseKind(
    name: SoftmaxProblem.kind, rows: ["L3.3", "L3.2"], isStarred: true,
    title: Words(en: "Softmax by hand", zh: "Softmax 手算题"), minutes: [3, 5, 7, 10, 14]
  ) { source, difficulty in
    let classes = difficulty == 1 ? 2 : difficulty == 5 ? 4 : 3
    let scores = (0..<classes).map { _ in source.decimal(-2...2, step: 0.5) }
    let right = source.integer(0...(classes - 1))
    let target = (0..<classes).map { $0 == right ? 1.0 : 0 }
    let hasLoss = difficulty > 1
    let hasJacobian = difficulty > 3
    var english =
      "The scores z of \(classes) classes are given. Calculate e^z, their sum S and softmax ŷ"
    var chinese = "给定 \(classes) 个类别的得分 z。手算 e^z、其和 S 与 softmax ŷ"
    if hasLoss {
      english += ", the cross-entropy L = −Σ yᵢ ln ŷᵢ"
      chinese += "，交叉熵 L = −Σ yᵢ ln ŷᵢ"
    }
    if difficulty > 2 {
      english += ", the error signal δ = ∂L/∂z"
      chinese += "，误差信号 δ = ∂L/∂z"
    }
    if hasJacobian {
      english += " and the Jacobian ∂ŷ/∂z"
      chinese += "，以及雅可比矩阵 ∂ŷ/∂z"
    }
    return Draft(
      problem: SoftmaxProblem(logits: [scores], target: hasLoss ? [target] : nil),
      prompt: Words(en: english + ".", zh: chinese + "。").prose, slips: Slip.softmax,
      isAsked: { step in
        let key = step.calculation?.key ?? ""
        if key == "J" || step.id.hasPrefix("J.") { return hasJacobian }
        if key.hasPrefix("∂") {
          return difficulty > 2 && key == "∂z" && !step.id.hasSuffix(".chain")
        }
        return true
      })
  }
}
