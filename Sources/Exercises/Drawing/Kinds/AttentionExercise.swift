import Explain

extension ExerciseKind {
  /// Scores, weights and context vectors of a small attention layer.
  package static let attention = ExerciseKind(
    name: AttentionProblem.kind, rows: ["L14.2", "L14.4", "L14.7", "L14.8"], isStarred: true,
    title: Words(en: "Attention by hand", zh: "注意力手算题"), minutes: [5, 8, 12, 20, 25]
  ) { source, difficulty in
    var problem: AttentionProblem
    switch difficulty {
    case 1:
      problem = AttentionProblem(encoderDecoder(1, source.integer(2...3), &source), score: .dot)
    case 2:
      let linear = AttentionProblem.Score.linear(
        query: source.weights(1, 2)[0], key: source.weights(1, 2)[0], bias: source.weight(0.5))
      problem = AttentionProblem(
        encoderDecoder(1, 3, &source), score: source.pick([.dot, .scaled, linear]))
    case 3:
      if source.integer(0...2) == 0 {
        problem = AttentionProblem(
          encoderDecoder(1, 2, &source),
          score: .additive(
            query: source.weights(2, 2), key: source.weights(2, 2), vector: source.weights(1, 2)[0])
        )
      } else {
        problem = AttentionProblem(
          .given(
            queries: entries(2, 2, &source), keys: entries(source.integer(2...3), 2, &source),
            values: nil))
        if case .given(let queries, let keys, _) = problem.source {
          problem.source = .given(
            queries: queries, keys: keys, values: entries(keys.count, 2, &source))
        }
      }
    case 4:
      problem = AttentionProblem(projected(2, 2, &source))
      problem.mask = source.flip() ? .causal : .none
    default:
      problem = AttentionProblem(
        .given(
          queries: entries(2, 2, &source), keys: entries(2, 2, &source),
          values: entries(2, 2, &source)))
      switch source.integer(0...2) {
      case 0:
        problem.loss = .halfSquaredError(target: entries(2, 2, &source))
      case 1:
        // Three tokens under the causal mask.
        problem.source = .given(
          queries: entries(3, 2, &source), keys: entries(3, 2, &source),
          values: entries(3, 2, &source))
        problem.mask = .causal
      default:
        // Two heads of two numbers each.
        problem.source = .given(
          queries: entries(2, 4, &source), keys: entries(2, 4, &source),
          values: entries(2, 4, &source))
        problem.heads = 2
        problem.output = source.weights(4, 2)
      }
    }
    var options = ExplainOptions()
    options.form = .indexed
    let differentiates = problem.loss != .none
    return Draft(
      problem: problem, prompt: prompt(problem), slips: Slip.attention(problem),
      isAsked: { step in isAsked(step, differentiates) }, options: options)
  }

  private static func isAsked(_ step: Step, _ differentiates: Bool) -> Bool {
    guard let calculation = step.calculation else { return false }
    if calculation.key == "L" { return differentiates }
    // A masked score is −∞, which is no number to be written down.
    return calculation.key.first != "f" && !calculation.key.hasPrefix("∂f")
  }

  /// A decoder's states and an encoder's, which are keys and values.
  private static func encoderDecoder(
    _ queries: Int, _ keys: Int, _ source: inout NumberSource
  ) -> AttentionProblem.Source {
    .given(
      queries: entries(queries, 2, &source), keys: entries(keys, 2, &source), values: nil)
  }

  private static func projected(
    _ tokens: Int, _ width: Int, _ source: inout NumberSource
  ) -> AttentionProblem.Source {
    .projected(
      inputs: entries(tokens, width, &source), memory: nil, query: source.weights(width, 2),
      key: source.weights(width, 2), value: source.weights(width, 2))
  }

  private static func entries(
    _ rows: Int, _ columns: Int, _ source: inout NumberSource
  ) -> [[Double]] {
    (0..<rows).map { _ in (0..<columns).map { _ in source.pick([-1, -0.5, 0.5, 1, 1.5, 2]) } }
  }

  private static func prompt(_ problem: AttentionProblem) -> Prose {
    var english = ""
    var chinese = ""
    switch problem.source {
    case .given(_, _, nil):
      english =
        "The decoder's state s is the query; the encoder's states h, one a row, are keys and values."
      chinese = "解码器状态 s 为查询；编码器各状态 h（每行一个）既是键也是值。"
    case .given:
      english = "Queries Q, keys K and values V are given, one a row."
      chinese = "已知查询 Q、键 K 与值 V，每行一个。"
    case .projected:
      english =
        "Self-attention on the tokens X, one a row: calculate Q = X·W_Q, K = X·W_K and V = X·W_V."
      chinese = "对词元 X（每行一个）作自注意力：先求 Q = X·W_Q、K = X·W_K、V = X·W_V。"
    }
    if problem.heads > 1 {
      english +=
        " There are \(problem.heads) heads; each has its block of columns, in order. The superscript "
        + "says which head it is."
      chinese += "共 \(problem.heads) 个头，依次各取一块列，上标为头的编号。"
    }
    let (query, key) = if case .given(_, _, nil) = problem.source { ("s", "h") } else { ("q", "k") }
    let score: String
    switch problem.score {
    case .dot: score = "e = \(query)·\(key)"
    case .scaled: score = "e = \(query)·\(key)/√d, d the length of a key"
    case .linear: score = "e = \(query)·w_q + \(key)·w_k + b"
    case .additive: score = "e = v·tanh(\(query)·W_q + \(key)·W_k)"
    }
    let scoreChinese =
      if case .scaled = problem.score { "e = \(query)·\(key)/√d（d 为键的长度）" } else { score }
    english += " Calculate the alignment scores \(score)"
    chinese += "求对齐分数 \(scoreChinese)"
    if case .additive = problem.score {
      english += ", with P = \(query)·W_q, R = \(key)·W_k and T = tanh(P + R) on the way"
      chinese += "（依次写出 P = \(query)·W_q、R = \(key)·W_k、T = tanh(P + R)）"
    }
    switch problem.mask {
    case .none: break
    case .causal:
      english += "; a causal mask hides later places (adds −∞ to their scores)"
      chinese += "；因果掩码遮住更靠后的位置（分数加 −∞）"
    case .given:
      english += "; the mask M is added to them"
      chinese += "；再加上掩码 M"
    }
    english +=
      "; then the weights a by softmax over the keys, and the context vectors c = Σ a·value"
    chinese += "；再对键作 softmax 得到权重 a，并求上下文向量 c = Σ a·值"
    if problem.output != nil {
      english += ", and the output O = the heads' context vectors side by side times W_O"
      chinese += "，以及输出 O（各头上下文向量拼接后乘 W_O）"
    }
    if case .halfSquaredError = problem.loss {
      english += "; then the loss L = ½ Σ (c − y)² and its gradients by c, a, e, Q, K and V"
      chinese += "；再求损失 L = ½ Σ (c − y)² 及其对 c、a、e、Q、K、V 的梯度"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
