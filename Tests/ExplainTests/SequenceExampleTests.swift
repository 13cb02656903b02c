import Plots
import Testing
import Workbench

/// The shipped examples of recurrent networks, attention and optimizers.
@Suite struct SequenceExampleTests {
  static let examples = Explanation.examples.filter { name in
    let kinds = ["attention", "rnn", "lstm", "gru", "positional-encoding", "optimizer"]
    return (try? Explanation(example: name)).map { kinds.contains($0.kind) } ?? true
  }

  @Test func thereAreSome() { #expect(Self.examples.count >= 18) }

  /// Every format, language, convention and rounding is written, and the check passes.
  @Test(arguments: examples)
  func rendersInEveryForm(_ name: String) throws {
    let explanation = try Explanation(example: name)
    for convention in ExplainOptions.Convention.allCases {
      for rounding in [nil, Rounding.decimals(3), Rounding.significant(2)] {
        var options = ExplainOptions()
        options.convention = convention
        options.rounding = rounding
        let solution = try explanation.solved(options)
        #expect(solution.check.passed)
        #expect(solution.check.lines.count >= 1)
        #expect(Set(solution.steps.map(\.id)).count == solution.steps.count)
        for language in Language.allCases {
          for format in SolutionFormat.allCases {
            #expect(!solution.rendered(format, language: language).isEmpty)
          }
          let text = solution.rendered(.text, language: language)
          let widest = text.split(separator: "\n").max {
            TerminalText.width(String($0)) < TerminalText.width(String($1))
          }!
          #expect(TerminalText.width(String(widest)) <= 80, "\(widest)")
        }
      }
    }
  }

  /// Chinese headings are Chinese, and each text stands in both languages.
  @Test(arguments: examples)
  func hasBothLanguages(_ name: String) throws {
    let solution = try Explanation(example: name).solved()
    func plain(_ run: Prose.Run) -> String {
      run.pieces.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }
    func isChinese(_ text: String) -> Bool {
      text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    for section in solution.sections {
      for block in section.blocks {
        switch block {
        case .prose(let prose), .note(let prose):
          #expect(isChinese(plain(prose.chinese)))
          #expect(!isChinese(plain(prose.english)))
        default: break
        }
      }
    }
    for entry in solution.symbols { #expect(!isChinese(plain(entry.meaning.english))) }
  }
}
