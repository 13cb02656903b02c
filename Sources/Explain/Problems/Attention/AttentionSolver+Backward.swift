import Autodiff

// The gradients, from the loss back to what is given.
extension AttentionSolver {
  mutating func backward(_ recording: Worksheet.Recording) {
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            From the \(Term.loss) back by the \(Term.chainRule). The \(Term.jacobian) of \
            \(Term.softmax) is \(jacobian). So a score's gradient is its weight \
            \(Symbol("a")) times the difference between ∂L/∂a and the weighted mean of ∂L/∂a over \
            the row.
            """,
          zh: """
            用\(Term.chainRule)从\(Term.loss)往回求。\(Term.softmax)的\(Term.jacobian)为 \
            \(jacobian)，所以分数的梯度等于其权重 a 乘以（∂L/∂a 减去该行 ∂L/∂a 的加权平均）。
            """))
    ]
    if problem.output != nil {
      blocks += work.gradients(["o"], in: recording)
      blocks += work.gradients(heads.map { "wo" + $0 }, in: recording, boxed: true)
    }
    for head in heads {
      blocks += work.gradients(["c", "a"].map { $0 + head }, in: recording)
      if program.isMasked { blocks += work.gradients(["f" + head], in: recording) }
      blocks += work.gradients(["e" + head], in: recording)
      if case .additive = problem.score {
        blocks += work.gradients(["t", "p", "r"].map { $0 + head }, in: recording)
      }
      let own = ["q", "k"] + (program.sharesValues ? [] : ["v"])
      blocks += work.gradients(
        own.map { $0 + head }, in: recording, boxed: !program.isProjected)
    }
    if program.isMasked {
      blocks.append(
        .note(
          Prose(
            en: "A masked score has weight 0, so no gradient flows to it.",
            zh: "被掩盖的分数权重为 0，因此没有梯度流向它。")))
    }
    if program.sharesValues {
      blocks.append(
        .note(
          Prose(
            en: "H is used twice, as keys and as values: its gradient adds both paths.",
            zh: "H 用了两次（作为键和作为值）：其梯度是两条路径之和。")))
    }
    let score = ["lq", "lk", "lb", "aq", "ak", "av"].filter { key in
      program.inputs.contains { $0.key == key }
    }
    blocks += work.gradients(score, in: recording, boxed: true)
    if program.isProjected {
      for head in heads {
        blocks += work.gradients(["wq", "wk", "wv"].map { $0 + head }, in: recording, boxed: true)
      }
      blocks.append(
        .prose(
          Prose(
            en: "A token's gradient adds what comes back by every path it takes.",
            zh: "词元的梯度是它所走各条路径传回梯度之和。")))
      blocks += work.gradients(
        ["x"] + (program.inputs.contains { $0.key == "z" } ? ["z"] : []), in: recording, boxed: true
      )
    }
    work.section(Prose(en: "Backward pass", zh: "\(Term.backwardPass)"), blocks)
  }

  var jacobian: MathNode {
    func a(_ index: String) -> MathNode { .symbol(Symbol("a", index)) }
    return .infix(
      .equals, .derivative(a("i"), .symbol(Symbol("e", "j"))),
      .infix(
        .times, a("i"), .parentheses(.infix(.minus, .symbol(Symbol("𝟙", "i", "j")), a("j")))))
  }
}
