import Explain
import Formats

extension ProblemKind {
  /// Attention layers.
  static let attention = ProblemKind(
    name: AttentionProblem.kind,
    summary: "An attention layer: scores, weights, context vectors, and their gradients.",
    keys: [
      .optional("queries", "rows of numbers; with keys, and without inputs"),
      .optional("keys", "rows of numbers, a row a key"),
      .optional("values", "a row for each key; the keys themselves"),
      .optional("inputs", "tokens, a row each, instead of queries, keys and values"),
      .optional("memory", "tokens that keys and values are made of; the inputs"),
      .optional("W_Q", "matrix of Q = inputs·W_Q; required with inputs"),
      .optional("W_K", "matrix of K = memory·W_K; required with inputs"),
      .optional("W_V", "matrix of V = memory·W_V; required with inputs"),
      .optional(
        "score",
        "dot, scaled, {linear: {w_q: […], w_k: […], b: 0}} or "
          + "{additive: {w_q: [[…]], w_k: [[…]], v: […]}} for v·tanh(q·w_q + k·w_k); scaled"),
      .optional("mask", "none, causal, or rows of 1 (may see) and 0, a row a query; none"),
      .optional("heads", "number of heads, each with its block of columns; 1"),
      .optional("W_O", "matrix that takes the heads' context vectors side by side"),
      .optional("loss", "none, sum, or {half-squared-error: target rows}; none"),
    ],
    example: """
      kind: attention
      inputs: [[1, 0], [0, 1], [1, 1]]
      W_Q: [[1, 0], [0, 1]]
      W_K: [[0, 1], [1, 0]]
      W_V: [[1, 2], [3, 1]]
      score: scaled
      mask: causal
      loss: sum
      """,
    read: { members in
      AttentionProblem(
        try source(members), score: try score(members["score"]), mask: try mask(members["mask"]),
        heads: try members.integer("heads", 1...1000) ?? 1, output: try members.matrix("W_O"),
        loss: try loss(members["loss"]), title: try members.title())
    })

  private static func source(_ members: ProblemMembers) throws -> AttentionProblem.Source {
    let given = ["queries", "keys", "values"]
    let projected = ["memory", "W_Q", "W_K", "W_V"]
    if let inputs = try members.matrix("inputs") {
      for key in given where members[key] != nil {
        throw members[key]!.error("found both inputs and \(key), expected one of them")
      }
      func needed(_ key: String) throws -> [[Double]] {
        guard let matrix = try members.matrix(key) else { throw members.file.missing(key) }
        return matrix
      }
      return .projected(
        inputs: inputs, memory: try members.matrix("memory"), query: try needed("W_Q"),
        key: try needed("W_K"), value: try needed("W_V"))
    }
    for key in projected where members[key] != nil {
      throw members[key]!.error("found \(key) without inputs")
    }
    guard let queries = try members.matrix("queries") else {
      throw members.file.error("'inputs', or 'queries' and 'keys', are missing")
    }
    guard let keys = try members.matrix("keys") else { throw members.file.missing("keys") }
    return .given(queries: queries, keys: keys, values: try members.matrix("values"))
  }

  private static func score(_ value: YAMLValue?) throws -> AttentionProblem.Score {
    guard let value else { return .scaled }
    let (name, inner) = try value.named("dot, scaled, linear: {…} or additive: {…}")
    func part(_ parts: [String: YAMLValue], _ key: String) throws -> YAMLValue {
      guard let part = parts[key] else { throw inner!.missing(key) }
      return part
    }
    switch (name, inner) {
    case ("linear", let inner?):
      let parts = try inner.members(["w_q", "w_k", "b"])
      return .linear(
        query: try part(parts, "w_q").vector(), key: try part(parts, "w_k").vector(),
        bias: try parts["b"]?.problemNumber() ?? 0)
    case ("additive", let inner?):
      let parts = try inner.members(["w_q", "w_k", "v"])
      return .additive(
        query: try part(parts, "w_q").matrix(), key: try part(parts, "w_k").matrix(),
        vector: try part(parts, "v").vector())
    case ("linear", nil), ("additive", nil):
      throw value.expected("\(name): with its weights")
    case (_, nil): return try value.choice("score", [("dot", .dot), ("scaled", .scaled)])
    default: throw value.expected("dot, scaled, linear: {…} or additive: {…}")
    }
  }

  private static func mask(_ value: YAMLValue?) throws -> AttentionProblem.Mask {
    guard let value else { return .none }
    if value.isList { return .given(try value.matrix()) }
    return try value.choice("mask", [("none", .none), ("causal", .causal)])
  }

  private static func loss(_ value: YAMLValue?) throws -> AttentionProblem.Loss {
    guard let value else { return .none }
    let (name, inner) = try value.named("none, sum or half-squared-error: target")
    guard let inner else {
      if name == "half-squared-error" { throw value.expected("half-squared-error: target rows") }
      return try value.choice("loss", [("none", .none), ("sum", .sum)])
    }
    guard name == "half-squared-error" else {
      throw value.expected("none, sum or half-squared-error: target")
    }
    return .halfSquaredError(target: try inner.matrix())
  }
}
