import Testing
import Workbench

@Suite struct GRUTests {
  @Test(arguments: ExplainedCase.of("gru"))
  func agreesWithPyTorch(_ item: ExplainedCase) throws { try item.check() }

  /// With the signs of z's weights and bias changed, one unit's form of PyTorch is the course's.
  @Test func conventionsMeet() throws {
    func states(_ sign: Double, _ convention: ExplainOptions.Convention) throws -> [Double] {
      let problem = GRUProblem(
        inputs: [[1], [0.5], [-1]],
        updateGate: RecurrentGate(
          inputWeight: [[0.5 * sign]], recurrentWeight: [[0.3 * sign]], bias: [0.2 * sign]),
        resetGate: RecurrentGate(inputWeight: [[0.7]], recurrentWeight: [[-0.4]], bias: [0.1]),
        candidate: RecurrentGate(inputWeight: [[1.1]], recurrentWeight: [[0.6]], bias: [-0.3]),
        initialState: [0.5], readout: RecurrentReadout(target: [[1]]))
      var options = ExplainOptions()
      options.convention = convention
      return try problem.solved(options).results.first { $0.name == "h" }!.value.elements
    }
    let (course, pytorch) = (try states(1, .course), try states(-1, .pytorch))
    for (a, b) in zip(course, pytorch) { #expect(abs(a - b) < 1e-15) }
    #expect(try states(1, .pytorch) != course)
  }

  @Test(arguments: [
    WrongProblem(
      text: """
        kind: gru
        inputs: [[1]]
        z: {W: [[1]], U: [[1]]}
        r: {W: [[1]], U: [[1]]}
        h: {W: [[1]], U: [[1]]}
        target: [[1]]
        reset: after
        """,
      message: """
        p: reset (line 7): found after, expected before: the course's form \
        multiplies h by r; --convention pytorch or keras has the other
        """),
    WrongProblem(
      text: """
        kind: gru
        inputs: [[1]]
        z: {W: [[1]], U: [[1]]}
        r: {W: [[1]], U: [[1]]}
        h: {W: [[1]], U: [[1]], b_u: [1]}
        target: [[1]]
        reset: before
        """,
      message: "p: h.b_u (line 5): found a bias of U·h, which only reset: after has"),
    WrongProblem(
      text: """
        kind: gru
        inputs: [[1]]
        z: {W: [[1]], U: [[1]]}
        r: {W: [[1]], U: [[1]]}
        h: {W: [[1, 2]], U: [[1]]}
        target: [[1]]
        """,
      message: """
        p: h.W (line 5): found 1×2, expected 1×1: a row for each unit, a column for \
        each input
        """),
    WrongProblem(
      text: """
        kind: gru
        inputs: [[1]]
        z: {W: [[1]], U: [[1]]}
        r: {W: [[1]], U: [[1]]}
        h: {W: [[1]], U: [[1]]}
        target: [[1]]
        reset: never
        """,
      message: "p: reset (line 7): unknown reset 'never'; known: before, after"),
    WrongProblem(
      text: """
        kind: gru
        inputs: [[1]]
        z: {W: [[1]], U: [[1]]}
        r: {W: [[1]], U: [[1]]}
        h: {W: [[1]], U: [[1]]}
        target: [[1]]
        reset: before
        """,
      message: """
        p: reset (line 7): found before, expected after: PyTorch's form multiplies U·h by r
        """, convention: .pytorch),
  ])
  func errors(_ item: WrongProblem) { item.check() }
}
