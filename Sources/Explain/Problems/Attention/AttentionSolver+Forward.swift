import Autodiff

extension AttentionSolver {
  mutating func forward(_ recording: Worksheet.Recording) {
    if program.isProjected {
      var blocks: [Block] = [
        .prose(
          Prose(
            en: """
              Each token is turned into a \(Term.query) (what it looks for), a \(Term.key) (what it \
              offers) and a \(Term.attentionValue) (what it hands on) by three learned matrices.
              """,
            zh: """
              每个词元经三个可学习矩阵变成\(Term.query)（它要找什么）、\(Term.key)（它能提供什么）和\
              \(Term.attentionValue)（它传递什么）。
              """))
      ]
      for head in heads { blocks += work.values(["q", "k", "v"].map { $0 + head }, in: recording) }
      work.section(
        Prose(en: "Queries, keys, values", zh: "查询、键、值"), blocks)
    }
    var scores: [Block] = [.prose(scoreProse)]
    for head in heads {
      if case .additive = problem.score {
        scores += work.values(["p", "r", "t"].map { $0 + head }, in: recording)
      }
      scores += work.values(["e" + head], in: recording)
    }
    work.section(Prose(en: "Alignment scores", zh: "\(Term.alignmentScore)"), scores)
    if program.isMasked {
      var blocks: [Block] = [
        .prose(
          Prose(
            en: """
              The \(Term.mask) adds −∞ where a query must not see a key\
              \(problem.mask == .causal ? ": those of later places, so that nothing leaks from the future" : ""). \
              Since exp(−∞) = 0, such a key gets the weight 0.
              """,
            zh: """
              \(Term.mask)在不可见之处加上 −∞\
              \(problem.mask == .causal ? "：即更靠后的位置，这样未来的信息不会泄漏" : "")。\
              因为 exp(−∞) = 0，这些键的权重为 0。
              """))
      ]
      for head in heads { blocks += work.values(["f" + head], in: recording) }
      work.section(Prose(en: "Mask", zh: "\(Term.mask)"), blocks)
    }
    var weights: [Block] = [
      .prose(
        Prose(
          en: """
            The \(Term.softmax) over the keys turns each query's scores into weights between 0 and \
            1 that add up to 1: e to each score over the sum of its row (rowsum).
            """,
          zh: "对键做 \(Term.softmax)，把每个查询的分数变成 0 到 1 之间、总和为 1 的权重：e 的分数次幂除以该行之和（rowsum）。"))
    ]
    for head in heads {
      weights += work.values(["a" + head], in: recording)
      weights.append(.table(weightTable(head)))
    }
    work.section(Prose(en: "Attention weights", zh: "\(Term.attentionWeight)"), weights)
    var context: [Block] = [
      .prose(
        Prose(
          en: """
            The \(Term.contextVector) of a query is the sum of the values, each times its weight: \
            it looks most at the values with the largest weights.
            """,
          zh: "查询的\(Term.contextVector)是各个值乘以其权重之和：权重最大的值影响最大。"))
    ]
    for head in heads { context += work.values(["c" + head], in: recording, boxed: true) }
    work.section(Prose(en: "Context vectors", zh: "\(Term.contextVector)"), context)
    if problem.output != nil {
      work.section(
        Prose(en: "Output", zh: "输出"),
        [
          .prose(
            Prose(
              en: """
                The context vectors of all heads, side by side, are multiplied by \
                \(Symbol("W", "O", isMatrix: true)).
                """,
              zh: "各头的上下文向量拼接后乘以 \(Symbol("W", "O", isMatrix: true))。"))
        ] + work.values(["o"], in: recording, boxed: true))
    }
    if differentiates {
      let what: Prose =
        problem.loss == .sum
        ? Prose(
          en: "The scalar whose gradients are wanted is the sum of all outputs.",
          zh: "要求梯度的标量是所有输出之和。")
        : Prose(
          en: "The \(Term.loss) is half the squared distance from the \(Term.target).",
          zh: "\(Term.loss)为与\(Term.target)之差的平方和的一半。")
      work.section(
        Prose(en: "Loss", zh: "\(Term.loss)"), [.prose(what)] + work.values(["L"], in: recording))
    }
  }

  var scoreProse: Prose {
    switch problem.score {
    case .dot:
      Prose(
        en: "How well each key fits each query, by their dot product.",
        zh: "用点积衡量每个键与每个查询的匹配程度。")
    case .scaled:
      Prose(
        en: """
          How well each key fits each query, by their dot product divided by √d. Without the \
          division the scores' variance grows with d, \(Term.softmax) peaks and its gradients vanish.
          """,
        zh: """
          用点积除以 √d 衡量每个键与每个查询的匹配程度。若不除，分数的方差随 d 增大，\
          \(Term.softmax)会变得尖锐，梯度趋于 0。
          """)
    case .linear:
      Prose(
        en: "How well each key fits each query, by a linear layer on both.",
        zh: "用作用于两者的线性层衡量每个键与每个查询的匹配程度。")
    case .additive:
      Prose(
        en: """
          How well each key fits each query, by a small network with one hidden layer: P and R are \
          the shares of query and key in its pre-activation.
          """,
        zh: "用含一个隐藏层的小网络衡量匹配程度：P 与 R 分别是查询与键对预激活值的贡献。")
    }
  }

  func weightTable(_ head: String) -> Table {
    let digits = work.sheet.writtenDigits("a" + head)
    let (n, m) = (program.queries, program.keys)
    func label(_ base: String, _ index: Int) -> MathNode {
      .symbol(Symbol(base, "\(index + 1)", iteration: Int(head)))
    }
    let (query, key) = program.sharesValues ? ("s", "h") : ("q", "k")
    return Table(
      headings: [.prose(Prose(en: "weight", zh: "权重"))] + (0..<m).map { .math(label(key, $0)) },
      rows: (0..<n).map { row in
        [.math(n == 1 ? .symbol(Symbol(query, iteration: Int(head))) : label(query, row))]
          + (0..<m).map { .digits(digits[row * m + $0]) }
      })
  }
}
