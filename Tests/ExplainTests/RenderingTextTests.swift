import Explain
import Foundation
import Plots
import Testing

@Suite struct RenderingTextTests {
  private func text(_ solution: Solution, _ language: Language = .english) -> String {
    solution.rendered(.text, language: language)
  }

  @Test func aStepStandsInALineOrBelowItsEqualsSign() {
    let text = text(RenderingFixtures.network)
    #expect(text.contains("\n  z^[1] = w^[1]·x = 0.5 × 1 = 0.5\n"))
    #expect(text.contains("\n  a^[1] = σ(z^[1]) = σ(0.5) ≈ 0.622  (exact 0.62245933)\n"))
    #expect(
      text.contains(
        """

          Z^[2] = X · W^[2]ᵀ
                = [1  −2.5  0.125] · ⎡ 0.5  −0.25    1⎤ᵀ
                                     ⎣12     0.125  −3⎦
                = [1.25  11.3125]
            shapes: (1×3)·(3×2) → 1×2

        """))
    #expect(
      text.contains(
        """

          ┌────────────────┐
          │ w^[1] ≈ 0.4877 │  (exact 0.48766)
          └────────────────┘

        """))
    #expect(text.hasSuffix("  Largest disagreement: 3.2e-11 – passed\n"))
  }

  @Test func givenNumbersShareALineAndHeadingsAreUnderlined() {
    let text = text(RenderingFixtures.network, .chinese)
    #expect(text.hasPrefix("两层网络的一步训练\n══════════════════\n\n符号\n────\n"))
    #expect(text.contains("\n  x = 1, w^[1] = 0.5, η = 0.1\n"))
  }

  @Test func theGraphIsATree() {
    #expect(
      text(RenderingFixtures.expression).contains(
        """
          × [5]          6         1
          ├ + [3]        3         2
          │ ├ x          1         2
          │ └ y          2         5
          └ max [4]      2         3
            ├ y          2         5
            └ z          0         0
        """))
  }

  @Test func aLongSumBreaksBeforeItsSigns() {
    let text = text(RenderingFixtures.wide)
    #expect(
      text.contains(
        """
          z₁^[1] = w₁^[1]·x₁ + w₂^[1]·x₂ + w₃^[1]·x₃ + w₄^[1]·x₄ + w₅^[1]·x₅
                     + w₆^[1]·x₆ + w₇^[1]·x₇
        """))
    #expect(text.contains("columns 22–24:\n          ⎡−0.1021  0.1022   0.1023⎤\n"))
    #expect(text.contains("\n  column 12: −0.1234512\n"))
  }

  @Test(arguments: Language.allCases, [40, 80, 100])
  func noLineIsLongerThanThePage(language: Language, width: Int) {
    for solution in RenderingFixtures.all {
      let text = solution.rendered(.text, language: language, width: width)
      for line in text.split(separator: "\n") where TerminalText.width(line) > width {
        Issue.record("\(solution.kind): \(TerminalText.width(line)) columns: \(line)")
      }
      #expect(text.hasSuffix("\n") && !text.contains(" \n") && !text.contains("\n\n\n"))
    }
  }

  @Test func everyFormulaIsOneLine() {
    let lines = text(RenderingFixtures.everything).split(separator: "\n")
    for (node, expected) in RenderingFixtures.formulas {
      if case .matrix = node { continue }
      #expect(lines.contains { $0 == "    " + expected }, "\(expected)")
    }
  }

  @Test func slicesHaveTheirPlaceAndRowsTheirBrackets() {
    #expect(
      text(RenderingFixtures.everything).contains(
        """
          K[1, :, :] = ⎡1    −2⎤
                       ⎣3.5   4⎦
          K[2, :, :] = ⎡5  6    ⎤
                       ⎣7  0.125⎦
        """))
  }

  @Test func colourChangesNothingElse() {
    for solution in RenderingFixtures.all {
      let plain = text(solution)
      let coloured = solution.rendered(.text, colour: true)
      #expect(!plain.contains("\u{1B}") && coloured.contains("\u{1B}[1m"))
      #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
    }
  }

  @Test func namesMoveNoCursor() {
    var solution = Solution(kind: "x", title: Prose("a\u{1B}[31mb"))
    let name = MathNode.symbol(Symbol("w\u{1B}[2J\n"))
    solution.sections = [
      Section(Prose("\u{7}"), [.given(name, Value(1)), .formula(name), .prose(Prose("\(name)"))])
    ]
    solution.graph = GraphDrawing(nodes: [
      .init(id: 0, label: name, operation: "input", inputs: [], value: "\u{1B}c", gradient: nil)
    ])
    let text = text(solution)
    #expect(!text.contains { $0 != "\n" && $0.isASCII && $0.asciiValue! < 32 })
  }

  @Test func aTermHasItsEnglishWordOnceInChinese() {
    for format in SolutionFormat.allCases where format != .json {
      let text = RenderingFixtures.network.rendered(format, language: .chinese)
      for term in ["隐藏层 (hidden layer)", "梯度 (gradient)", "激活函数 (activation function)"] {
        #expect(text.ranges(of: term).count == 1, "\(term) in \(format)")
      }
      #expect(text.ranges(of: "隐藏层").count == 2)
      #expect(!RenderingFixtures.network.rendered(format).contains("隐藏层"))
    }
  }
}
