import Autodiff

extension AdversarialLossSolver {
  mutating func distributions() throws {
    let (data, model) = (problem.dataDistribution!, problem.modelDistribution!)
    writer.begin("The best discriminator", "最优判别器")
    writer.say(
      """
      For a fixed G, p(x) ln D + q(x) ln(1 − D) is largest where its derivative p/D − q/(1 − D) is 0:
      """,
      "固定 G，p(x) ln D + q(x) ln(1 − D) 在导数 p/D − q/(1 − D) 为 0 处最大：")
    let (p, q) = (MathNode.symbol(Symbol("p")), MathNode.symbol(Symbol("q")))
    let best = MathNode.symbol(Symbol("D*"))
    writer.add(.formula(.infix(.equals, best, .fraction(p, .infix(.plus, p, q)))))
    writer.give(Name("p", Symbol("p")), NDArray(data))
    writer.give(Name("q", Symbol("q")), NDArray(model))
    try writer.define(Name("best", Symbol("D*")), "p / (p + q)", boxed: true)
    writer.say(
      "The value with this D, where 0·ln 0 counts as 0 and is left out:",
      "取这个 D 时的值（0·ln 0 记为 0，略去）：")
    var terms: [String] = []
    for point in data.indices {
      if data[point] > 0 { terms.append("p_\(point) * log(best_\(point))") }
      if model[point] > 0 { terms.append("q_\(point) * log(1 - best_\(point))") }
    }
    let value = MathNode.call("V", [.symbol(Symbol("D*"))])
    try writer.define(
      Name("Vbest", whole: value) { _ in value }, terms.joined(separator: " + "), boxed: true)
    writer.say(
      """
      It equals −ln 4 + 2·JS with the \(Term.jensenShannon) JS, which is 0 only where q = p. So G's \
      best answer is the data's distribution itself: then D* = ½ and V = −ln 4.
      """,
      """
      它等于 −ln 4 + 2·JS，其中\(Term.jensenShannon) JS 只在 q = p 时为 0。因此 G 的最优解就是\
      数据分布本身：此时 D* = ½，V = −ln 4。
      """)
    var halves: [String] = []
    for point in data.indices {
      if data[point] > 0 {
        halves.append("p_\(point) * log(2 * p_\(point) / (p_\(point) + q_\(point)))")
      }
      if model[point] > 0 {
        halves.append("q_\(point) * log(2 * q_\(point) / (p_\(point) + q_\(point)))")
      }
    }
    try writer.define(
      Name(scalar: "JS", Symbol("JS")), "0.5 * (\(halves.joined(separator: " + ")))")
    try writer.define(
      Name("equilibrium", whole: value) { _ in value }, "-log(4) + 2 * JS", boxed: true)
    writer.result("best-discriminator", "best")
    writer.result("best-value", "Vbest")
    writer.result("jensen-shannon", "JS")
    writer.compare(
      "V(D*) against −ln 4 + 2·JS", "V(D*) 与 −ln 4 + 2·JS", [sheet.array("Vbest").item],
      [sheet.array("equilibrium").item])
    // Where p or q is 0 the best D stands at the edge, where no derivative has to vanish.
    let inner = data.indices.filter { data[$0] > 0 && model[$0] > 0 }
    if inner.isEmpty { return }
    let points = NDArray(inner.map { sheet.array("best").doubles[$0] })
    let (dataPart, modelPart) = (NDArray(inner.map { data[$0] }), NDArray(inner.map { model[$0] }))
    let snapshot = GraphSnapshot(of: [("D", points)]) { variables in
      let d = variables[0]
      return (Tensor(dataPart) * d.log() + Tensor(modelPart) * (1 - d).log()).sum()
    }
    let slopes = snapshot.nodes.first { $0.name == "D" }?.gradient?.doubles ?? [.nan]
    writer.compare(
      "the tape's gradient of the value at D* against 0", "计算带上该值在 D* 处的梯度与 0", slopes,
      slopes.map { _ in 0 })
  }

  mutating func order() {
    writer.begin("The order of the updates", "更新的顺序")
    writer.say(
      """
      The two are trained in turns, never together: while one is updated the other is fixed. \
      θ_D and θ_G are their parameters, η is the \(Term.learningRate).
      """,
      "两者交替训练，不可同时更新：更新其中一个时，另一个保持固定。θ_D、θ_G 是两者的参数，η 是\(Term.learningRate)。")
    func theta(_ player: String) -> MathNode { .symbol(Symbol("θ", player)) }
    let eta = MathNode.symbol(Symbol("η"))
    writer.say(
      "1. G fixed: \(Term.ascent) on V for D, on a batch of real and one of generated samples.",
      "1. 固定 G：取一批真实样本与一批生成样本，对 D 作\(Term.ascent)以增大 V。")
    writer.add(
      .formula(
        .infix(
          .assigned, theta("D"),
          .infix(
            .plus, theta("D"),
            .infix(.times, eta, .derivative(.symbol(Symbol("V")), theta("D")))))))
    writer.say(
      "2. D fixed: \(Term.descent) on the generator's loss, on a fresh batch of \(Term.noise).",
      "2. 固定 D：取新的一批\(Term.noise)，对生成器的损失作\(Term.descent)。")
    writer.add(
      .formula(
        .infix(
          .assigned, theta("G"),
          .infix(
            .minus, theta("G"),
            .infix(.times, eta, .derivative(.symbol(Symbol("L", "G")), theta("G")))))))
    writer.say(
      """
      Both steps repeat. If D gets too strong its gradients for G vanish; if it is too weak they mean \
      nothing: the updates have to be balanced.
      """,
      """
      如此反复。D 太强时给 G 的梯度消失，太弱时梯度没有意义：两者的更新必须保持平衡。
      """)
  }
}
