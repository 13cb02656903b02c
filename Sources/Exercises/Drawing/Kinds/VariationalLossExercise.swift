import Explain

extension ExerciseKind {
  /// The loss of a variational autoencoder: KL term, code, reconstruction and gradients.
  package static let variationalLoss = ExerciseKind(
    name: VariationalLossProblem.kind, rows: ["L10.2", "L10.1"], isStarred: true,
    title: Words(en: "Loss of a variational autoencoder by hand", zh: "变分自编码器损失手算题"),
    minutes: [4, 6, 10, 15, 25]
  ) { source, difficulty in
    let size = [1, 2, 2, 1, 2][difficulty - 1]
    let mean = (0..<size).map { _ in source.weight(1.5) }
    let spread: VariationalLossProblem.Spread =
      source.flip()
      ? .logVariance(
        (0..<size).map { _ in source.pick([-1.2, -1, -0.8, -0.6, -0.4, 0.4, 0.6, 0.8]) })
      : .standardDeviation((0..<size).map { _ in source.pick([0.5, 0.6, 0.7, 0.8, 1.2, 1.5]) })
    var problem = VariationalLossProblem(mean: mean, spread: spread)
    if difficulty > 1 { problem.noise = (0..<size).map { _ in source.weight(1.5) } }
    if difficulty > 2 {
      let outputs = difficulty == 4 ? source.integer(1...2) : 2
      problem.likelihood = source.integer(0...2) == 0 ? .gaussian : .bernoulli
      let isBernoulli = problem.likelihood == .bernoulli
      problem.input = (0..<outputs).map { _ in
        isBernoulli ? source.pick([0, 1]) : source.weight(1.5)
      }
      if difficulty == 3 {
        problem.reconstruction = .given(
          (0..<outputs).map { _ in
            isBernoulli ? source.decimal(0.1...0.9, step: 0.05) : source.weight(1.5)
          })
      } else {
        problem.reconstruction = .decoder(
          VariationalLossProblem.Decoder(
            weight: source.weights(outputs, size),
            bias: source.flip() ? (0..<outputs).map { _ in source.weight(0.5) } : nil))
      }
      if !isBernoulli { problem.outputVariance = source.pick([0.5, 0.25, 2]) }
    }
    let hasGradients = difficulty >= 4
    let isSpreadGiven = if case .standardDeviation = spread { true } else { false }
    var asked: Set<String> = ["KL", "z", "a", "output", "R", "L"]
    asked.insert(isSpreadGiven ? "v" : "σ")
    if hasGradients { asked.formUnion(["∂output", "∂a", "∂z", "∂σ", "∂μ", "∂v"]) }
    // By the sigmoid's output nobody takes the gradient; ŷ − y does it at once.
    if problem.likelihood == .bernoulli { asked.remove("∂output") }
    return Draft(
      problem: problem, prompt: prompt(problem, hasGradients), slips: Slip.variationalLoss,
      isAsked: { [asked] step in step.calculation.map { asked.contains($0.key) } ?? false },
      copies: isSpreadGiven ? ["σ": "given"] : [:])
  }

  private static func prompt(_ problem: VariationalLossProblem, _ hasGradients: Bool) -> Prose {
    let isSpreadGiven = if case .standardDeviation = problem.spread { true } else { false }
    var english = "The encoder of a variational autoencoder gives the mean μ and "
    var chinese = "变分自编码器的编码器给出均值 μ 与"
    english += isSpreadGiven ? "the standard deviation σ" : "ln σ² (σ is the standard deviation)"
    chinese += isSpreadGiven ? "标准差 σ" : " ln σ²（σ 为标准差）"
    english += " of q(z|x) for each entry of the code. "
    chinese += "（对潜变量的每一维）。"
    if isSpreadGiven {
      english += "Calculate ln σ²"
      chinese += "求 ln σ²"
    } else if problem.noise != nil {
      english += "Calculate σ"
      chinese += "求 σ"
    } else {
      english += "Calculate"
      chinese += "求"
    }
    let isAlone = problem.noise == nil && !isSpreadGiven
    if problem.noise != nil {
      english += ", the code z = μ + σ·ε with the given noise ε"
      chinese += "、重参数化的潜变量 z = μ + σ·ε（ε 已给出）"
    }
    if let reconstruction = problem.reconstruction {
      let isBernoulli = problem.likelihood == .bernoulli
      if case .decoder(let decoder) = reconstruction {
        let linear = decoder.bias == nil ? "Wz" : "Wz + b"
        english +=
          isBernoulli
          ? ", the decoder's a = \(linear) and its output x̂ = σ(a) with the sigmoid σ"
          : ", the decoder's output x̂ = \(linear)"
        chinese +=
          isBernoulli
          ? "、解码器的 a = \(linear) 与输出 x̂ = sigmoid(a)" : "、解码器的输出 x̂ = \(linear)"
      }
      english +=
        isBernoulli
        ? ", the reconstruction term R = −Σ (x ln x̂ + (1 − x) ln(1 − x̂))"
        : ", the reconstruction term R = Σ (x − x̂)²/(2s²) + (n/2)·ln(2πs²) for n outputs of variance s²"
      chinese +=
        isBernoulli
        ? "、重构项 R = −Σ (x ln x̂ + (1 − x) ln(1 − x̂))"
        : "、重构项 R = Σ (x − x̂)²/(2s²) + (n/2)·ln(2πs²)（n 个输出，方差 s²）"
    }
    english +=
      (isAlone ? " " : ", ") + "the KL divergence of q(z|x) from N(0, 1), summed over the code"
    chinese += (isAlone ? "" : "、") + " q(z|x) 到 N(0, 1) 的 KL 散度（对各维求和）"
    if problem.reconstruction != nil {
      english += ", and the loss L = R + KL"
      chinese += "，以及损失 L = R + KL"
    }
    if hasGradients {
      english +=
        problem.likelihood == .bernoulli
        ? "; then its gradients by a, z, σ (through z alone), μ and ln σ²"
        : "; then its gradients by x̂, z, σ (through z alone), μ and ln σ²"
      chinese +=
        problem.likelihood == .bernoulli
        ? "；再求 L 对 a、z、σ（只经过 z）、μ 与 ln σ² 的梯度" : "；再求 L 对 x̂、z、σ（只经过 z）、μ 与 ln σ² 的梯度"
    }
    return Words(en: english + ". Natural logarithms.", zh: chinese + "。对数均为自然对数。").prose
  }
}
