import Explain

extension ExerciseKind {
  /// Batch normalization, forward, back and in testing.
  package static let batchNorm = ExerciseKind(
    name: BatchNormProblem.kind, rows: ["L5.10"], isStarred: true,
    title: Words(en: "Batch normalization by hand", zh: "批规范化手算题"), minutes: [4, 7, 12, 14, 25]
  ) { source, difficulty in
    let samples = difficulty == 2 ? 4 : 3
    let units = difficulty > 3 ? 2 : 1
    let isScaled = difficulty > 1
    let isBack = difficulty == 3 || difficulty == 5
    let isTested = difficulty == 4
    func row(_ choices: [Double]) -> [Double] { (0..<units).map { _ in source.pick(choices) } }
    let input = (0..<samples).map { _ in row([-3, -2, -1, 0, 1, 2, 3, 4, 5]) }
    let upstream = (0..<samples).map { _ in row([-1, -0.5, 0.5, 1, 2]) }
    var asked: Set = ["μ", "σ", "n"]
    if isScaled { asked.insert("h") }
    if isTested { asked.formUnion(["rm", "rv", "ht"]) }
    if isBack { asked.formUnion(["∂γ", "∂β", "∂n", "∂σ", "∂μ", "∂z"]) }
    var problem = BatchNormProblem(
      input: input, scale: isScaled ? row([0.5, 1.5, 2, -1]) : nil,
      shift: isScaled ? row([-1, 0.5, 1, 2]) : nil, epsilon: source.pick([0.01, 0.1, 0.2, 0.5]),
      momentum: source.pick([0.1, 0.2]))
    if isBack { problem.upstream = upstream }
    if isTested { problem.test = row([-2, -1, 0, 1, 2, 3, 4]) }
    return Draft(
      problem: problem,
      prompt: prompt(samples, isScaled: isScaled, isBack: isBack, isTested: isTested),
      slips: Slip.batchNorm(samples: samples), isAsked: Draft.asking(asked))
  }

  private static func prompt(
    _ samples: Int, isScaled: Bool, isBack: Bool, isTested: Bool
  ) -> Prose {
    var parts = [
      Words(en: "the mean μ", zh: "均值 μ"),
      Words(
        en: "the variance σ² (divided by the number of samples)", zh: "方差 σ²（除以样本数）"),
      Words(en: "ẑ = (z − μ)/√(σ² + ε)", zh: "ẑ = (z − μ)/√(σ² + ε)"),
    ]
    if isScaled { parts.append(Words(en: "h = γẑ + β", zh: "h = γẑ + β")) }
    let asked = Words.list(parts)
    var english = """
      The linear outputs z of a batch of \(samples) samples are given (⟨n⟩ is the sample). Calculate for \
      each unit \(asked.english)
      """
    var chinese = """
      给定一个批次 \(samples) 个样本的线性输出 z（⟨n⟩ 表示样本）。对每个单元计算\(asked.chinese)
      """
    if isBack {
      english += """
        ; then with the gradients g = ∂L/∂h that come back, the gradients of L by γ, β, ẑ, σ², μ (on \
        which σ² depends too) and z
        """
      chinese += "；再由传回的梯度 g = ∂L/∂h 求 L 对 γ、β、ẑ、σ²、μ（其中 σ² 依赖于 μ）与 z 的梯度"
    }
    if isTested {
      english += """
        ; then the running mean μ̄ and variance σ̄², (1 − α) times the old value plus α times the batch's, \
        from 0 and 1 at the start, and with them h of a test sample, whose z stands without ⟨n⟩
        """
      chinese += """
        ；再求全局均值 μ̄ 与方差 σ̄²：(1 − α) 乘旧值加 α 乘批内值，初值为 0 与 1；并用它们计算测试样本\
        （不带 ⟨n⟩ 的 z）的 h
        """
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
