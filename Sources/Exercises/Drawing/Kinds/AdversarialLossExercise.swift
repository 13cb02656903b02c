import Explain

extension ExerciseKind {
  /// The losses of a generative adversarial network on a small batch, and the best discriminator.
  package static let adversarialLoss = ExerciseKind(
    name: AdversarialLossProblem.kind, rows: ["L11.1", "L11.2"], isStarred: true,
    title: Words(en: "Losses of a GAN by hand", zh: "GAN 损失手算题"), minutes: [5, 8, 10, 15, 20]
  ) { source, difficulty in
    var problem = AdversarialLossProblem()
    var parts: Set<AdversarialPart> = []
    switch difficulty {
    case 1:
      problem.discriminator = outputs(1, 1, &source)
      parts = [.losses]
    case 2:
      if source.flip() {
        problem.discriminator = outputs(2, 2, &source)
        parts = [.losses]
      } else {
        distributions(2, &problem, &source)
      }
    case 3:
      problem.discriminator = outputs(source.integer(1...2), source.integer(1...2), &source)
      parts = [.losses, .byOutputs]
    case 4:
      problem.discriminator = logits(source.integer(1...2), 2, &source)
      parts = [.losses, .byLogits]
    default:
      if source.flip() {
        problem.discriminator = logits(2, source.integer(2...3), &source)
        parts = [.losses, .byOutputs, .byLogits]
      } else {
        problem.discriminator = outputs(2, 2, &source)
        distributions(3, &problem, &source)
        parts = [.losses, .byOutputs]
      }
    }
    var copies = [
      "d.real": "a.real", "d.fake": "a.fake", "s.a": "a.fake", "m.a": "a.fake",
      "s.D": "D.fake", "m.D": "D.fake",
    ]
    if case .outputs = problem.discriminator {
      for key in ["D.real", "D.fake", "s.D", "m.D"] {
        copies[key] = key == "D.real" ? "given.real" : "given.fake"
      }
    }
    let isGiven = if case .outputs = problem.discriminator { true } else { false }
    return Draft(
      problem: problem, prompt: prompt(problem, parts),
      slips: Slip.adversarialLoss,
      isAsked: { [parts] step in isAsked(step, parts, isGiven: isGiven) }, copies: copies)
  }

  /// What is asked of a batch.
  private enum AdversarialPart {
    case losses, byOutputs, byLogits
  }

  private static func isAsked(
    _ step: Step, _ parts: Set<AdversarialPart>, isGiven: Bool
  ) -> Bool {
    guard let key = step.calculation?.key else { return false }
    switch key {
    case "D.real", "D.fake": return !isGiven
    case "V", "LD", "s.L", "m.L", "best", "Vbest", "JS": return true
    case "∂D.real", "∂D.fake", "∂s.D", "∂m.D": return parts.contains(.byOutputs)
    // By the logits the short form is what one writes down.
    case "∂d.real", "∂d.fake", "∂s.a", "∂m.a":
      return parts.contains(.byLogits) && step.id.hasSuffix(".short")
    default: return false
    }
  }

  private static func outputs(
    _ real: Int, _ fake: Int, _ source: inout NumberSource
  ) -> AdversarialLossProblem.Discriminator {
    .outputs(
      real: (0..<real).map { _ in source.decimal(0.55...0.95, step: 0.05) },
      fake: (0..<fake).map { _ in source.decimal(0.05...0.45, step: 0.05) })
  }

  private static func logits(
    _ real: Int, _ fake: Int, _ source: inout NumberSource
  ) -> AdversarialLossProblem.Discriminator {
    .logits(
      real: (0..<real).map { _ in source.decimal(0.2...2.5) },
      fake: (0..<fake).map { _ in -source.decimal(0.2...2.5) })
  }

  /// Two distributions in tenths.
  private static func distributions(
    _ points: Int, _ problem: inout AdversarialLossProblem, _ source: inout NumberSource
  ) {
    func drawn(_ source: inout NumberSource) -> [Double] {
      // Where the line from 0 to 10 is cut.
      let cuts = source.shuffled(Array(1...9)).prefix(points - 1).sorted()
      return zip([0] + cuts, cuts + [10]).map { Double($1 - $0) / 10 }
    }
    let data = drawn(&source)
    var model = drawn(&source)
    while model == data { model = drawn(&source) }
    (problem.dataDistribution, problem.modelDistribution) = (data, model)
  }

  private static func prompt(
    _ problem: AdversarialLossProblem, _ parts: Set<AdversarialPart>
  ) -> Prose {
    var english = ""
    var chinese = ""
    if let discriminator = problem.discriminator {
      let isGiven: Bool
      let (real, fake): (Int, Int)
      switch discriminator {
      case .outputs(let a, let b): (isGiven, real, fake) = (true, a.count, b.count)
      case .logits(let a, let b): (isGiven, real, fake) = (false, a.count, b.count)
      }
      english =
        "The discriminator D of a GAN sees \(real) real and \(fake) generated samples; given are its "
        + (isGiven
          ? "outputs D(x) and D(G(z))." : "logits a, and D = σ(a). Calculate D(x) and D(G(z)).")
        + " Calculate the value V = mean of ln D(x) + mean of ln(1 − D(G(z))), the discriminator's loss "
        + "L_D = −V, the generator's saturating loss L_G = mean of ln(1 − D(G(z))) and its modified "
        + "(non-saturating) loss L_G′ = −mean of ln D(G(z)), with natural logarithms."
      chinese =
        "GAN 的判别器 D 看到 \(real) 个真实样本与 \(fake) 个生成样本；已知"
        + (isGiven ? "其输出 D(x) 与 D(G(z))。" : " logit a，D = σ(a)。先求 D(x) 与 D(G(z))。")
        + "求 V =（ln D(x) 的平均）+（ln(1 − D(G(z))) 的平均）、判别器损失 L_D = −V、生成器的饱和损失 "
        + "L_G = ln(1 − D(G(z))) 的平均，以及非饱和（改进）损失 L_G′ = −（ln D(G(z)) 的平均），均用自然对数。"
      if parts.contains(.byOutputs) {
        english +=
          " Give the gradient of L_D by every output of D, and those of L_G and L_G′ by every D(G(z))."
        chinese += "求 L_D 对 D 的每个输出的梯度，以及 L_G、L_G′ 对每个 D(G(z)) 的梯度。"
      }
      if parts.contains(.byLogits) {
        english +=
          " Give the gradients of L_D by all logits and those of L_G and L_G′ by the logits of the generated samples."
        chinese += "求 L_D 对所有 logit 的梯度，以及 L_G、L_G′ 对生成样本的 logit 的梯度。"
      }
    }
    if let data = problem.dataDistribution {
      let start = english.isEmpty ? ("In a GAN", "GAN 中") : (" Apart from this batch", "与此批次无关：")
      english +=
        "\(start.0), the data has the distribution p and the generator q on \(data.count) points. For "
        + "each point calculate the best discriminator's output D*, then the value V(D*) = Σ p ln D* + "
        + "Σ q ln(1 − D*) and the Jensen–Shannon divergence JS of p and q (natural logarithms)."
      chinese +=
        "\(start.1)数据分布为 p，生成器分布为 q，共 \(data.count) 个点。求各点的最优判别器输出 D*、"
        + "V(D*) = Σ p ln D* + Σ q ln(1 − D*) 以及 p 与 q 的 Jensen–Shannon 散度 JS（自然对数）。"
    }
    return Words(en: english, zh: chinese).prose
  }
}
