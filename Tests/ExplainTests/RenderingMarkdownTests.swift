import Explain
import Testing

@Suite struct RenderingMarkdownTests {
  @Test func stepsAreAlignedAndResultsBoxed() {
    let text = RenderingFixtures.network.rendered(.markdown)
    #expect(
      text.contains(
        #"""
        $$
        \begin{aligned}
        w^{[1]} & = w^{[1]} - \eta  \cdot \left(\frac{\partial L}{\partial w^{[1]}} + \lambda  \cdot \mathrm{sign}(w^{[1]})\right) \\
        & = 0.5 - 0.1 \times (0.0234 + 0.1 \times 1) \\
        & \approx \boxed{0.4877}\quad \text{(exact}\;0.48766\text{)}
        \end{aligned}
        $$
        """#))
    #expect(text.contains("\n$$\nz^{[1]} = w^{[1]} \\cdot x = 0.5 \\times 1 = 0.5\n$$\n"))
    #expect(text.contains("\n> **Note:** All gradients use the old weights.\n"))
    #expect(text.contains("\n**Largest disagreement**: $3.2 \\times 10^{-11}$ – passed\n"))
  }

  @Test func mathematicsInALineIsNoneOfMarkdownsCommands() {
    let text = RenderingFixtures.network.rendered(.markdown)
    #expect(
      text.contains(
        #"- $\mathbf{W}^{[2]} = \begin{bmatrix}0.5 & -0.25 & 1 \cr 12 & 0.125 & -3\end{bmatrix}$"#))
    #expect(
      RenderingFixtures.network.rendered(.markdown, language: .chinese)
        .contains(#"激活函数 $\sigma(z^{[1]})$。"#))
  }

  @Test(arguments: Language.allCases)
  func tablesAreRectangularAndWordsMeanThemselves(language: Language) {
    for solution in RenderingFixtures.all {
      var columns: Int?
      for line in solution.rendered(.markdown, language: language).split(
        separator: "\n", omittingEmptySubsequences: false)
      {
        guard line.hasPrefix("|") else {
          columns = nil
          continue
        }
        let bars = line.replacing("\\|", with: "").filter { $0 == "|" }.count
        #expect(columns == nil || columns == bars, "\(line)")
        columns = bars
      }
    }
    #expect(
      RenderingFixtures.everything.rendered(.markdown).hasPrefix(
        ##"# a&lt;b &amp; c&gt;d\_e %f \#g \$h^i \~j \\k {l} \`m\` \*n\* \[o\] \|p\|"##))
  }

  @Test func aParagraphIsNoList() {
    var solution = Solution(kind: "x", title: Prose("x"))
    solution.sections = [Section(Prose("x"), [.prose(Prose("1. one")), .prose(Prose("- two"))])]
    let text = solution.rendered(.markdown)
    #expect(text.contains("\n1\\. one\n") && text.contains("\n\\- two\n"))
  }
}
