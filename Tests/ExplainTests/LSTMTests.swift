import Testing
import Workbench

@Suite struct LSTMTests {
  @Test(arguments: ExplainedCase.of("lstm"))
  func agreesWithPyTorch(_ item: ExplainedCase) throws { try item.check() }

  /// W of [h, x] is the same as U beside W.
  @Test func joinedWeightsAreTheSame() throws {
    func gradients(_ gates: String) throws -> [[Double]] {
      let text = "kind: lstm\ninputs: [[1], [-0.5]]\n\(gates)\ntarget: [[0.5]]"
      return try Explanation(text: text, name: "p").solved().results.map(\.value.elements)
    }
    let letters = ["i", "f", "o", "g"]
    let apart = letters.enumerated().map { "\($1): {W: [[0.\($0 + 1)]], U: [[-0.\($0 + 2)]]}" }
    let joined = letters.enumerated().map { "\($1): {W: [[-0.\($0 + 2), 0.\($0 + 1)]]}" }
    #expect(
      try gradients(apart.joined(separator: "\n")) == gradients(joined.joined(separator: "\n")))
  }

  @Test(arguments: [
    WrongProblem(
      text: """
        kind: lstm
        inputs: [[1]]
        i: {W: [[1]], U: [[1]]}
        f: {W: [[1]], U: [[1]]}
        o: {W: [[1]], U: [[1]]}
        target: [[1]]
        """,
      message: "p: 'g' is missing"),
    WrongProblem(
      text: """
        kind: lstm
        inputs: [[1]]
        i: {W: [[1]], U: [[1]]}
        f: {W: [[1]], U: [[1]]}
        o: {W: [[1]], U: [[1]]}
        g: {W: [[1]]}
        target: [[1]]
        """,
      message: """
        p: g.W (line 6): found rows of 1 without U, expected those of [h, x], \
        longer than 1
        """),
    WrongProblem(
      text: """
        kind: lstm
        inputs: [[1]]
        i: {W: [[1]], U: [[1]]}
        f: {W: [[1]], U: [[1]]}
        o: {W: [[1]], U: [[1]]}
        g: {W: [[1]], U: [[1, 2]]}
        target: [[1]]
        """,
      message: """
        p: g.U (line 6): found 1×2, expected 1×1: a row and a column for each unit
        """),
    WrongProblem(
      text: """
        kind: lstm
        inputs: [[1]]
        i: {W: [[1]], U: [[1]]}
        f: {W: [[1]], U: [[1]]}
        o: {W: [[1]], U: [[1]]}
        g: {W: [[1]], U: [[1]], b: [1, 2]}
        target: [[1]]
        """,
      message: "p: g.b (line 6): found 2 numbers, expected 1, one a unit"),
    WrongProblem(
      text: """
        kind: lstm
        inputs: [[1]]
        i: {W: [[1]], U: [[1]]}
        f: {W: [[1]], U: [[1]]}
        o: {W: [[1]], U: [[1]]}
        g: {W: [[1]], U: [[1]], c: [1]}
        target: [[1]]
        """,
      message: "p: g (line 6): unknown key 'c'; did you mean W? known: W, U, b"),
    WrongProblem(
      text: """
        kind: lstm
        inputs: [[1]]
        i: {W: [[1]], U: [[1]]}
        f: {W: [[1]], U: [[1]]}
        o: {W: [[1]], U: [[1]]}
        g: {W: [[1]], U: [[1]]}
        target: [[1]]
        c0: [1, 2]
        """,
      message: "p: c0 (line 8): found 2 numbers, expected 1, one a unit"),
  ])
  func errors(_ item: WrongProblem) { item.check() }
}
