import Autodiff

extension VariationalLossSolver {
  mutating func backward(_ recording: Worksheet.Recording) throws {
    writer.begin("Backward pass", "\(Term.backwardPass)")
    if decoder != nil {
      writer.say(
        """
        Two paths lead back to μ and ln σ²: from the reconstruction through z, and directly from the \
        KL term. Their gradients add.
        """,
        "有两条路径回到 μ 与 ln σ²：从重构项经过 z，以及直接来自 KL 项。两者的梯度相加。")
      if recording.ids["a"] != nil {
        try writer.gradient("output", in: recording)
        writer.say(
          "The sigmoid and its \(Term.loss) together give the difference:",
          "sigmoid 与其\(Term.loss)合在一起，梯度就是两者之差：")
        try writer.gradient(
          "a", in: recording, written: writer.formula("output - x"))
      } else {
        try writer.gradient("output", in: recording)
      }
      try writer.gradient("z", in: recording)
      try writer.gradient("σ", in: recording)
    } else {
      writer.say(
        hasReconstruction
          ? """
          The output is given as numbers, so nothing flows from it to z: the gradients are those of \
          the KL term.
          """ : "The gradients of the KL term:",
        hasReconstruction
          ? "输出以数值给出，没有梯度由它流向 z：这里的梯度只来自 KL 项。" : "KL 项的梯度：")
    }
    try writer.gradient("μ", in: recording, boxed: true)
    try writer.gradient("v", in: recording, boxed: true)
    writer.say(
      "Of the KL term alone the gradients are μ and ½(σ² − 1): they pull μ to 0 and σ to 1.",
      "仅 KL 项的梯度为 μ 与 ½(σ² − 1)：它们把 μ 拉向 0，把 σ 拉向 1。")
  }

  mutating func check(
    _ recording: Worksheet.Recording, _ inputs: [String], _ constants: [String]
  ) {
    if hasCode { writer.result("z", "z") }
    if decoder != nil { writer.result("output", "output") }
    if hasReconstruction { writer.result("reconstruction", "R") }
    writer.result("kl", "KL")
    if hasReconstruction {
      writer.result("loss", "L")
      writer.solution.results.append(("elbo", Value(-sheet.array("L").item)))
    }
    writer.gradientResult("gradient.mean", "μ")
    writer.gradientResult("gradient.log-variance", "v")
    let own = self
    writer.compare(
      gradientsBy: inputs, fixed: constants,
      loss: .symbol(goal), noise: noise
    ) { own.run($0, &$1) }
    let (value, bound) = quadrature()
    writer.compare(
      "KL against the integral of q ln(q/p), by the trapezoidal rule", "KL 与积分 ∫ q ln(q/p)（梯形法）",
      [sheet.array("KL").item], [value], tolerance: bound)
  }

  /// The rounding of the loss: of its size, or of the logarithms of saturated outputs.
  var noise: Double? {
    guard decoder != nil, problem.likelihood == .bernoulli, let input = problem.input else {
      return nil
    }
    let size = 16 * Double.ulpOfOne * abs(sheet.array("L").item)
    return size
      + SolutionWriter.noise(ofLogarithms: sheet.array("output").doubles, targets: input)
  }

  /// Σ ∫ q(z) (ln q(z) − ln p(z)) dz over μ ± 12σ. For a smooth function that has died away at both
  /// ends the trapezoidal rule is exact up to rounding, which grows with the integrand's terms.
  func quadrature() -> (value: Double, tolerance: Double) {
    var sum = 0.0
    var magnitude = 1.0
    for (mean, v) in zip(problem.mean, sheet.array("v").doubles) {
      let steps = 400
      let deviation = NDArray([v / 2]).exp().doubles[0]
      let u = (0...steps).map { -12 + 24 * Double($0) / Double(steps) }
      let density = NDArray(u.map { -$0 * $0 / 2 }).exp().doubles
      let width = 24 / Double(steps)
      for (point, weight) in zip(u, density) {
        let z = mean + deviation * point
        let ratio = -v / 2 - point * point / 2 + z * z / 2
        sum += weight / (2 * Double.pi).squareRoot() * ratio * width
      }
      magnitude = max(magnitude, mean * mean + deviation * deviation)
    }
    return (sum, 1e-12 * magnitude)
  }
}
