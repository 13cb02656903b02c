import Explain
import Testing

@Suite struct RenderingLaTeXTests {
  @Test(arguments: [
    (MathNode.number("-1.2e-05"), #"-1.2 \times 10^{-5}"#),
    (.number("∞"), #"\infty "#),
    (RenderingFixtures.symbol("w", "1", "2", layer: 2), "w_{12}^{[2]}"),
    (
      .symbol(Symbol("θ", "t", "out", accent: .tilde, layer: 1, iteration: 3, sample: 4)),
      #"\tilde{\theta }_{t,\mathrm{out}}^{[1]\langle 4\rangle (3)}"#
    ),
    (RenderingFixtures.symbol("h", accent: .prime), #"h^{\prime }"#),
    (RenderingFixtures.symbol("W", isMatrix: true), #"\mathbf{W}"#),
    (RenderingFixtures.symbol("δ", isMatrix: true), #"\boldsymbol{\delta }"#),
    (RenderingFixtures.symbol("cost_1"), #"\mathrm{cost\_1}"#),
    (.word("<"), "{<}"),
    (
      .derivative(RenderingFixtures.symbol("L"), RenderingFixtures.symbol("w")),
      #"\frac{\partial L}{\partial w}"#
    ),
    (
      .transpose(RenderingFixtures.symbol("W", layer: 1, isMatrix: true)),
      #"\mathbf{W}^{[1]\top }"#
    ),
    (.power(RenderingFixtures.symbol("w", layer: 1), .number("2")), "(w^{[1]})^{2}"),
    (.call("sigmoid", [.fraction(.number("1"), .number("2"))]), #"\sigma\left(\frac{1}{2}\right)"#),
    (.call("log", [.number("2")]), #"\ln(2)"#),
    (.call("softmax", [.number("2")]), #"\mathrm{softmax}(2)"#),
    (.slope("tanh", .number("2")), #"\tanh'(2)"#),
    (.infix(.times, .number("2"), .number("3")), #"2 \times 3"#),
  ])
  func aFormulaIsSet(node: MathNode, expected: String) {
    var solution = Solution(kind: "x", title: Prose("x"))
    solution.sections = [Section(Prose("x"), [.formula(node)])]
    #expect(solution.rendered(.markdown).contains("$$\n\(expected)\n$$"))
    #expect(solution.rendered(.latex).contains("\\fitted{\(expected)}"))
  }

  @Test(arguments: Language.allCases)
  func bracesAndEnvironmentsClose(language: Language) {
    for solution in RenderingFixtures.all {
      let text = solution.rendered(.latex, language: language)
      var depth = 0
      var last: Character = " "
      for character in text {
        if last != "\\" {
          depth += character == "{" ? 1 : character == "}" ? -1 : 0
        }
        // The second of two backslashes escapes nothing.
        last = last == "\\" && character == "\\" ? " " : character
        if depth < 0 { break }
      }
      #expect(depth == 0, "\(solution.kind)")
      var open: [Substring] = []
      for match in text.matches(of: #/\\(begin|end)\{(\w+)\}/#) {
        if match.1 == "begin" {
          open.append(match.2)
        } else {
          #expect(open.popLast() == match.2)
        }
      }
      #expect(open.isEmpty)
    }
  }

  @Test func englishIsASCIIForPdflatexUnlessANameIsChinese() {
    for solution in RenderingFixtures.all {
      let text = solution.rendered(.latex)
      #expect(text.filter { !$0.isASCII } == "")
      #expect(text.contains("{article}"))
      #expect(solution.rendered(.latex, language: .chinese).contains("{ctexart}"))
    }
    let named = Solution(kind: "x", title: Prose("a \("权重")"))
    #expect(named.rendered(.latex).contains("{ctexart}"))
  }

  @Test func wordsMeanThemselves() {
    let text = RenderingFixtures.everything.rendered(.latex)
    let expected =
      ##"a\textless{}b \& c\textgreater{}d\_e \%f \#g \$h\textasciicircum{}i \textasciitilde{}j"##
      + #" \textbackslash{}k \{l\} \textasciigrave{}m\textasciigrave{} *n* [o]"#
    #expect(text.contains("\\section*{\(expected)"))
  }

  @Test func aResultIsBoxedAndTheGraphDrawn() {
    let text = RenderingFixtures.expression.rendered(.latex)
    #expect(text.contains(#"f = (x + y) \cdot \max(y, z) = 3 \times 2 = \boxed{6}"#))
    #expect(text.ranges(of: "\\draw[gray,-stealth] (").count == 7)
  }
}
