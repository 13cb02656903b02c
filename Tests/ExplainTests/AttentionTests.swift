import Testing
import Workbench

@Suite struct AttentionTests {
  @Test(arguments: ExplainedCase.of("attention"))
  func agreesWithPyTorch(_ item: ExplainedCase) throws { try item.check() }

  /// Tokens in another order give the same outputs in that order.
  @Test func selfAttentionIsEquivariant() throws {
    func solved(_ tokens: [[Double]]) throws -> [Double] {
      let problem = AttentionProblem(
        .projected(
          inputs: tokens, memory: nil, query: [[1, 0.5], [0, 1]], key: [[0.5, 1], [1, 0]],
          value: [[1, 2, 0.5], [0, -1, 1]]))
      return try problem.solved(ExplainOptions()).results.first { $0.name == "context" }!.value
        .elements
    }
    let tokens: [[Double]] = [[1, 0], [0.3, 1], [-1, 0.7], [0.2, 0.2]]
    let plain = try solved(tokens)
    let order = [2, 0, 3, 1]
    let other = try solved(order.map { tokens[$0] })
    for (row, source) in order.enumerated() {
      for column in 0..<3 {
        #expect(abs(other[row * 3 + column] - plain[source * 3 + column]) < 1e-12)
      }
    }
  }

  /// Keys and values of the inputs themselves are those of a memory with the same tokens.
  @Test func memoryIsWhereKeysComeFrom() throws {
    func solved(_ memory: [[Double]]?) throws -> [String: [Double]] {
      let problem = AttentionProblem(
        .projected(
          inputs: [[1, 0], [0.5, 1]], memory: memory, query: [[1, 0.5], [0, 1]],
          key: [[0.5, 1], [1, 0]], value: [[1, 2], [0, -1]]), loss: .sum)
      let results = try problem.solved(ExplainOptions()).results
      return Dictionary(uniqueKeysWithValues: results.map { ($0.name, $0.value.elements) })
    }
    let (own, other) = (try solved(nil), try solved([[1, 0], [0.5, 1]]))
    #expect(own["context"] == other["context"])
    #expect(own["gradient.W_K"] == other["gradient.W_K"])
    let sum = zip(other["gradient.inputs"]!, other["gradient.memory"]!).map { $0 + $1 }
    for (a, b) in zip(sum, own["gradient.inputs"]!) { #expect(abs(a - b) < 1e-14) }
  }

  /// Under a causal mask no output changes with a later token.
  @Test func nothingLeaksFromTheFuture() throws {
    func solved(_ last: Double) throws -> [Double] {
      let problem = AttentionProblem(
        .projected(
          inputs: [[1, 0], [0, 1], [last, 2]], memory: nil, query: [[1, 0.5], [0, 1]],
          key: [[0.5, 1], [1, 0]], value: [[1, 2], [0, -1]]), mask: .causal)
      return try problem.solved(ExplainOptions()).results.first { $0.name == "context" }!.value
        .elements
    }
    let (first, second) = (try solved(1), try solved(-3))
    #expect(first.prefix(4) == second.prefix(4))
    #expect(first.suffix(2) != second.suffix(2))
  }

  @Test(arguments: [
    WrongProblem(
      text: """
        kind: attention
        queries: [[1, 2]]
        keys: [[1, 2, 3]]
        """,
      message: """
        p: keys (line 3): found 3 numbers a key and 2 a query, whose dot product \
        needs equal lengths
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1, 2]]
        """,
      message: "p: 'keys' is missing"),
    WrongProblem(
      text: """
        kind: attention
        inputs: [[1, 2]]
        W_Q: [[1], [2]]
        W_K: [[1], [2]]
        """,
      message: "p: 'W_V' is missing"),
    WrongProblem(
      text: """
        kind: attention
        inputs: [[1, 2]]
        W_Q: [[1], [2], [3]]
        W_K: [[1], [2]]
        W_V: [[1], [2]]
        """,
      message: """
        p: W_Q (line 3): found 3×1, expected 2×1: one row for each number of an \
        input
        """),
    WrongProblem(
      text: """
        kind: attention
        inputs: [[1, 2]]
        keys: [[1]]
        W_Q: [[1], [2]]
        W_K: [[1], [2]]
        W_V: [[1], [2]]
        """,
      message: "p: keys (line 3): found both inputs and keys, expected one of them"),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1], [2]]
        values: [[1]]
        """,
      message: "p: values (line 4): found 1×1, expected 2×1: one row for each key"),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1], [2]]
        mask: causal
        """,
      message: """
        p: mask (line 4): found 1×2 scores; a causal mask needs as many keys as \
        queries
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1], [2]]
        mask: [[0, 0]]
        """,
      message: "p: mask[0] (line 4): found no 1, expected a key that the query may see"),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1], [2]]
        mask: [[2, 0]]
        """,
      message: "p: mask (line 4): expected ones and zeros"),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1, 2, 3]]
        keys: [[1, 2, 3]]
        heads: 2
        """,
      message: "p: queries (line 2): found 3 columns, expected a multiple of 2 heads"),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1]]
        score: scale
        """,
      message: """
        p: score (line 4): unknown score 'scale'; did you mean scaled? known: dot, \
        scaled
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1]]
        score: additive
        """,
      message: """
        p: score (line 4): found 'additive', expected additive: with its weights
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1]]
        score: {linear: {w_q: [1, 2], w_k: [1]}}
        """,
      message: """
        p: score.linear.w_q (line 4): found 2×1, expected 1×1: one number for each \
        of a query
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1]]
        loss: {half-squared-error: [[1, 2]]}
        """,
      message: """
        p: loss.half-squared-error (line 4): found 1×2, expected 1×1: a row for \
        each query, a number for each output
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[100]]
        keys: [[100]]
        score: dot
        """,
      message: """
        p: found the score 10000, whose exponential cannot be written down; \
        expected scores from -600 to 600
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]
        keys: [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]
        """,
      message: """
        p: queries (line 2): found 1×40, which is too large to show: at most 16×16
        """),
    WrongProblem(
      text: """
        kind: attention
        queries: [[1]]
        keys: [[1e9]]
        """,
      message: """
        p: keys (line 3): found 1000000000, expected numbers from -1000000 to \
        1000000
        """),
  ])
  func errors(_ item: WrongProblem) { item.check() }
}
