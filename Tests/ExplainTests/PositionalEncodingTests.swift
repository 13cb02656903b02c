import Testing
import Workbench

@Suite struct PositionalEncodingTests {
  @Test(arguments: ExplainedCase.of("positional-encoding"))
  func agreesWithNumPy(_ item: ExplainedCase) throws { try item.check() }

  @Test(arguments: [
    WrongProblem(
      text: """
        kind: positional-encoding
        dimensions: 3
        """,
      message: """
        p: dimensions (line 2): found 3, expected an even number: sines and cosines \
        come in pairs
        """),
    WrongProblem(
      text: """
        kind: positional-encoding
        dimensions: 512
        """,
      message: """
        p: dimensions (line 2): found 512, which is too large to show: at most 16
        """),
    WrongProblem(
      text: """
        kind: positional-encoding
        dimensions: 4
        positions: 100
        """,
      message: """
        p: positions (line 3): found 100, expected from 1 to 16, which can be shown
        """),
    WrongProblem(
      text: """
        kind: positional-encoding
        dimensions: 4
        embeddings: [[1, 2]]
        """,
      message: """
        p: embeddings (line 3): found 1×2, expected 1×4: a row for each place, a \
        column for each dimension
        """),
    WrongProblem(
      text: """
        kind: positional-encoding
        dimensions: 4
        base: 1
        """,
      message: "p: base (line 3): found 1.0, expected above 1 and at most 1e9"),
    WrongProblem(
      text: """
        kind: positional-encoding
        dimensions: 4
        rotation: {position: 1}
        """,
      message: "p: rotation (line 3): 'shift' is missing"),
  ])
  func errors(_ item: WrongProblem) { item.check() }
}
