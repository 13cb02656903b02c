import Plots

/// Writes a solution as GitHub's Markdown with mathematics in LaTeX.
struct MarkdownRenderer {
  let language: Language

  func render(_ solution: Solution) -> String {
    var page = MarkdownPage(language)
    page.write(solution)
    return page.parts.joined(separator: "\n\n") + "\n"
  }
}

private struct MarkdownPage: Markup {
  var terms: TermMemory
  // Markdown reads a backslash before another one or before a comma as an escape within a line.
  let inlineMath = LaTeXMath(rowBreak: "\\cr", smallSpace: "\\thinspace")
  let displayMath = LaTeXMath()
  var parts: [String] = []

  init(_ language: Language) { terms = TermMemory(language) }

  // Mathematics lies between these until it is known what stands beside it.
  private static let opening: Character = "\u{2}"
  private static let closing: Character = "\u{3}"

  func inline(_ node: MathNode) -> String {
    "\(MarkdownPage.opening)\(inlineMath.text(node).trimmedEnd)\(MarkdownPage.closing)"
  }

  func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "#", "$", "|", "~": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case MarkdownPage.opening, MarkdownPage.closing: continue
      default:
        if character.isNewline { result += " " } else { result.append(character) }
      }
    }
    return result
  }

  /// Puts dollar signs around mathematics, and the spaces beside them that GitHub asks for.
  private func finished(_ text: String) -> String {
    var result = ""
    var needsSpace = false
    for character in text {
      if character == MarkdownPage.opening {
        if let last = result.last, !last.isWhitespace, !"(*[（，：、；。".contains(last) { result += " " }
        result += "$"
        needsSpace = false
      } else if character == MarkdownPage.closing {
        result += "$"
        needsSpace = true
      } else {
        if needsSpace, !character.isWhitespace, !".,;:!?)*]。，；：？！）、".contains(character) {
          result += " "
        }
        needsSpace = false
        result.append(character)
      }
    }
    return result
  }

  private mutating func text(_ prose: Prose) -> String { finished(inline(prose)) }

  /// A paragraph that is not taken for a list.
  private mutating func paragraph(_ prose: Prose) -> String {
    let text = text(prose)
    if let first = text.first, "-+".contains(first) { return "\\" + text }
    let digits = text.prefix(while: { $0.isASCII && $0.isNumber })
    let rest = text.dropFirst(digits.count)
    if !digits.isEmpty, let mark = rest.first, ".)".contains(mark) {
      return digits + "\\" + rest
    }
    return text
  }

  private var colon: String { terms.language == .chinese ? "：" : ": " }

  mutating func write(_ solution: Solution) {
    parts.append("# " + text(solution.title))
    if !solution.symbolTable.isEmpty {
      parts.append("## " + text(Label.symbols))
      let headings = [Label.symbol, Label.meaning, Label.shape].map { text($0) }
      let scalar = text(Label.scalar)
      let rows = solution.symbolTable.map { entry in
        [
          finished(inline(entry.symbol)), text(entry.meaning),
          entry.shape.isEmpty ? scalar : Value.shapeText(entry.shape),
        ]
      }
      addTable(headings, rows)
    }
    for section in solution.sections {
      parts.append("## " + text(section.title))
      for group in section.groups {
        switch group {
        case .given(let givens): add(givens)
        case .block(let block): add(block, of: solution)
        }
      }
    }
    if solution.showsCheck { add(solution.check) }
  }

  private mutating func add(_ block: Block, of solution: Solution) {
    switch block {
    case .prose(let prose): parts.append(paragraph(prose))
    case .note(let prose): addNote(prose)
    case .given(let symbol, let value): add([(symbol, value)])
    case .formula(let node): addDisplay(LaTeXDerivation(math: displayMath).text(node))
    case .step(let step): add(step)
    case .table(let table):
      addTable(
        table.headings.map { finished(inline($0)) },
        table.rows.map { row in row.map { finished(inline($0)) } },
        right: Set(
          table.headings.indices.filter { column in
            table.rows.allSatisfy { row in
              if column < row.count, case .digits = row[column] { true } else { false }
            }
          }))
    case .graph: if let graph = solution.graph { add(graph) }
    case .figure(let illustration): add(illustration)
    }
  }

  /// The picture is a file beside the text.
  private mutating func add(_ illustration: Illustration) {
    let name = escaped(illustration.figure.name)
    parts.append("![\(name)](\(illustration.name).svg)")
    parts.append(paragraph(illustration.caption))
  }

  private mutating func addDisplay(_ math: String) { parts.append("$$\n\(math)\n$$") }

  private mutating func addNote(_ prose: Prose) {
    let name = text(Label.note)
    parts.append("> **\(name)\(colon.trimmedEnd)** \(text(prose))")
  }

  private mutating func add(_ givens: [(symbol: MathNode, value: Value)]) {
    let lines = givens.flatMap { symbol, value in
      value.laidOut.map { slice, node in
        "- "
          + finished(
            slice.map { inline(symbol) + escaped($0) + " = " + inline(node) }
              ?? inline(.infix(.equals, symbol, node)))
      }
    }
    parts.append(lines.joined(separator: "\n"))
  }

  private mutating func add(_ step: Step) {
    let exact = text(Label.exact)
    addDisplay(LaTeXDerivation(math: displayMath).text(step, exact: exact))
    if let dimensions = step.dimensions {
      parts.append("\(text(Label.shapes))\(colon)\(finished(escaped(dimensions)))")
    }
    if let remark = step.remark { parts.append(paragraph(remark)) }
  }

  private mutating func addTable(
    _ headings: [String], _ rows: [[String]], right: Set<Int> = []
  ) {
    let rule = headings.indices.map { right.contains($0) ? "---:" : "---" }
    let lines = ([headings, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    parts.append(lines.joined(separator: "\n"))
  }

  private mutating func add(_ graph: GraphDrawing) {
    let headings = [Label.node, Label.inputs, Label.value, Label.gradient].map { text($0) }
    let rows = TextGraph.numbered(graph).map { row in
      [
        finished(inline(row.label)) + (row.mark.isEmpty ? "" : " " + escaped(row.mark)),
        finished(row.inputs.map { escaped($0) }.joined(separator: ", ")), escaped(row.value),
        escaped(row.gradient ?? "–"),
      ]
    }
    addTable(headings, rows, right: [2, 3])
  }

  private mutating func add(_ check: CheckReport) {
    parts.append("## " + text(Label.check))
    for kink in check.kinks { addNote(kink) }
    guard !check.lines.isEmpty else {
      parts.append(text(Label.nothingCompared))
      return
    }
    let headings = [Label.comparison, Label.disagreement, Label.tolerance, Label.verdict]
      .map { text($0) }
    let (passed, failed) = (text(Label.passed), text(Label.failed))
    let rows = check.lines.map { line in
      [
        text(line.what), finished(inline(.number(line.disagreementText))),
        finished(inline(.number(line.toleranceText))), line.passed ? passed : failed,
      ]
    }
    addTable(headings, rows, right: [1, 2])
    let largest = finished(
      inline(.number(NumberText.significant(check.largestDisagreement, digits: 2))))
    parts.append(
      "**\(text(Label.largest))**\(colon)\(largest) – \(check.passed ? passed : failed)")
  }
}
