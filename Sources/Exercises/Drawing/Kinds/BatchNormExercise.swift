import Explain

extension ExerciseKind {
  /// Batch normalization, forward and back.
  package static let batchNorm = ExerciseKind(
    name: BatchNormProblem.kind, rows: ["L5.10"], isStarred: true,
    title: Words(en: "Batch normalization by hand", zh: "批规范化手算题"), minutes: [4, 6, 8, 10, 16]
  ) { source, difficulty in
    let samples = difficulty == 3 ? 4 : 3
    let units = difficulty == 4 ? 2 : 1
    let input = (0..<samples).map { _ in (0..<units).map { _ in Double(source.integer(-3...5)) } }
    let isScaled = difficulty > 1
    let isTested = difficulty == 3
    let isBack = difficulty == 5
    var english = """
      The linear outputs z of a batch of \(samples) samples are given (⟨n⟩ is the sample). Calculate the mean μ, \
      the variance σ² (divided by the number of samples), ẑ = (z − μ)/√(σ² + ε) and h = γẑ + β
      """
    var chinese =
      "给定一个批次 \(samples) 个样本的线性输出 z（⟨n⟩ 表示样本）。手算均值 μ、方差 σ²（除以样本数）、ẑ = (z − μ)/√(σ² + ε) 与 h = γẑ + β"
    if isBack {
      english += "; then with the gradients g that come back to h, those by γ, β and z"
      chinese += "；再由传回 h 的梯度 g 求对 γ、β 与 z 的梯度"
    }
    if isTested {
      english += """
        ; then the running mean and variance (share α of the new value; they start at 0 and 1) and h of the \
        test sample (the z without ⟨n⟩) by them
        """
      chinese += "；再求滑动均值与方差（新值占比 α，初值为 0 与 1），并用它们计算测试样本（不带 ⟨n⟩ 的 z）的 h"
    }
    return Draft(
      problem: BatchNormProblem(
        input: input, scale: isScaled ? (0..<units).map { _ in source.pick([0.5, 1.5, 2]) } : nil,
        shift: isScaled ? (0..<units).map { _ in source.pick([-1, 0.5, 1]) } : nil,
        epsilon: source.pick([0.1, 0.2, 0.5]), momentum: 0.1,
        upstream: isBack ? (0..<samples).map { _ in [source.pick([-1, -0.5, 0.5, 1, 2])] } : nil,
        test: isTested ? [Double(source.integer(-2...4))] : nil),
      prompt: Words(en: english + ".", zh: chinese + "。").prose,
      slips: Slip.batchNorm(samples: samples),
      isAsked: { step in
        guard let calculation = step.calculation else { return false }
        if step.stage == .backward {
          return isBack && ["∂γ", "∂β", "∂z"].contains(calculation.key)
        }
        return isTested || ["μ", "σ", "n", "h"].contains(calculation.key)
      })
  }
}
