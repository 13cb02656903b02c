import Testing
import Workbench

@Suite struct RNNTests {
  @Test(arguments: ExplainedCase.of("rnn"))
  func agreesWithPyTorch(_ item: ExplainedCase) throws { try item.check() }

  /// A window that holds the whole sequence gives the full gradient; the sum of the steps' shares is
  /// the gradient.
  @Test func sharesAddUp() throws {
    let solution = try Explanation(example: "rnn-scalar").solved()
    func value(_ id: String) -> Double { solution.steps.first { $0.id == id }!.value.elements[0] }
    let gradient = solution.results.first { $0.name == "gradient.W_hh" }!.value.elements[0]
    let shares = (1...3).map { value("W_hh(\($0))") }
    #expect(abs(shares.reduce(0, +) - gradient) < 1e-15)
    let truncated = solution.results.first { $0.name == "truncated.W_hh" }!.value.elements[0]
    #expect(abs(shares[1] + shares[2] - truncated) < 1e-15)
  }

  @Test(arguments: [
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        """,
      message: "p: 'target' is missing"),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1], [2], [3]]
        """,
      message: """
        p: target (line 5): found 3 rows, expected 1 for the last step or 2, one a \
        step
        """),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1, 2]]
        """,
      message: "p: target[0] (line 5): found 2 numbers, expected 1, one an output"),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        h0: [1, 2]
        """,
      message: "p: h0 (line 6): found 2 numbers, expected 1, one a unit"),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        b_y: [1]
        """,
      message: "p: b_y (line 6): found a bias without W_hy"),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        loss: cross-entropy
        """,
      message: """
        p: loss (line 6): found cross-entropy of one output, expected two or more
        """),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        activation: sigmoid
        """,
      message: """
        p: activation (line 6): unknown activation 'sigmoid'; known: tanh, relu
        """),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        truncation: 0
        """,
      message: """
        p: truncation (line 6): found '0', expected a whole number from 1 to 100
        """),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        W_hy: [[1, 2]]
        """,
      message: """
        p: W_hy (line 6): found 1×2, expected 1×1: a row for each output, a column \
        for each unit
        """),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1, 2]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        """,
      message: """
        p: W_xh (line 3): found 1×1, expected 1×2: a row for each unit, a column \
        for each input
        """),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]
        W_xh: [[1]]
        W_hh: [[1]]
        target: [[1]]
        """,
      message: """
        p: inputs (line 2): found 11 steps, which is too large to show: at most 10
        """),
    WrongProblem(
      text: """
        kind: rnn
        inputs: [[1]]
        W_xh: [[1]]
        W_hh: [[1], [1], [1], [1], [1], [1], [1], [1], [1]]
        target: [[1]]
        """,
      message: "p: W_hh (line 4): found 9 units, which is too large to show: at most 8"),
  ])
  func errors(_ item: WrongProblem) { item.check() }
}
