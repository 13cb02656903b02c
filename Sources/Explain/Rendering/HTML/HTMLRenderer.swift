import Plots

/// Writes a solution as a page that needs nothing else; it is well-formed XML too.
struct HTMLRenderer {
  let language: Language

  func render(_ solution: Solution) -> String {
    var page = HTMLPage(language)
    page.write(solution)
    let title = page.title
    return """
      <!DOCTYPE html>
      <html xmlns="http://www.w3.org/1999/xhtml" lang="\(HTMLRenderer.tag(language))">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(title)</title>
      <style>
      \(HTMLStyle.text)
      </style>
      </head>
      <body>
      <main>
      \(page.body)</main>
      </body>
      </html>

      """
  }

  private static func tag(_ language: Language) -> String {
    switch language {
    case .english: "en"
    case .chinese: "zh-Hans"
    }
  }
}

private struct HTMLPage: Markup {
  var terms: TermMemory
  var title = ""
  var body = ""
  private var graphs = 0

  init(_ language: Language) { terms = TermMemory(language) }

  func escaped(_ text: String) -> String { SVGDocument.escaped(text) }
  func inline(_ node: MathNode) -> String { MathML.element(node, display: false) }
  func term(_ words: String, isFirst: Bool) -> String {
    isFirst ? "<dfn>\(escaped(words))</dfn>" : escaped(words)
  }

  private var colon: String { terms.language == .chinese ? "：" : ": " }
  private mutating func add(_ line: String) { body += line + "\n" }

  /// Text without elements, for where a page holds none.
  private func plain(_ prose: Prose) -> String {
    var memory = TermMemory(terms.language)
    return prose.run(terms.language).pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .math(let node): MathText.text(node)
      case .term(let term): memory.spelled(term).words
      }
    }.joined()
  }

  mutating func write(_ solution: Solution) {
    title = escaped(plain(solution.title))
    add("<h1>\(heading(solution.title))</h1>")
    if !solution.symbolTable.isEmpty {
      add("<section>\n<h2>\(heading(Label.symbols))</h2>")
      let headings = [Label.symbol, Label.meaning, Label.shape].map { inline($0) }
      let scalar = inline(Label.scalar)
      let rows = solution.symbolTable.map { entry in
        [
          inline(entry.symbol), inline(entry.meaning),
          entry.shape.isEmpty ? scalar : Value.shapeText(entry.shape),
        ]
      }
      addTable(headings, rows)
      add("</section>")
    }
    for section in solution.sections {
      add("<section>\n<h2>\(heading(section.title))</h2>")
      for group in section.groups {
        switch group {
        case .given(let givens): add(givens)
        case .block(let block): add(block, of: solution)
        }
      }
      add("</section>")
    }
    if solution.showsCheck { add(solution.check) }
  }

  /// Headings do without the mark of a definition.
  private mutating func heading(_ prose: Prose) -> String {
    inline(prose).replacing("<dfn>", with: "").replacing("</dfn>", with: "")
  }

  private mutating func add(_ block: Block, of solution: Solution) {
    switch block {
    case .prose(let prose): add("<p>\(inline(prose))</p>")
    case .note(let prose): addNote(prose)
    case .given(let symbol, let value): add([(symbol, value)])
    case .formula(let node): addFormula(node)
    case .step(let step): add(step)
    case .table(let table): add(table)
    case .graph: if let graph = solution.graph { add(graph) }
    case .figure(let illustration): add(illustration)
    }
  }

  private mutating func add(_ illustration: Illustration) {
    let caption = inline(illustration.caption)
    let image = illustration.figure.drawing().element(
      title: illustration.figure.name, description: plain(illustration.caption))
    add("<figure class=\"picture\">\n\(image)\n<figcaption>\(caption)</figcaption>\n</figure>")
  }

  private mutating func addNote(_ prose: Prose) {
    let name = inline(Label.note)
    add("<p class=\"note\" role=\"note\"><strong>\(name)\(colon)</strong>\(inline(prose))</p>")
  }

  private mutating func add(_ givens: [(symbol: MathNode, value: Value)]) {
    add("<ul class=\"given\">")
    for (symbol, value) in givens {
      for (slice, node) in value.laidOut {
        if let slice {
          add(
            "<li>\(MathML.element(symbol, display: true)) <span class=\"slice\">\(slice)</span> "
              + "\(MathML.relation(.equals)) \(MathML.element(node, display: true))</li>")
        } else {
          add("<li>\(MathML.element(.infix(.equals, symbol, node), display: true))</li>")
        }
      }
    }
    add("</ul>")
  }

  private mutating func addFormula(_ node: MathNode) {
    let sides = node.sides
    add("<div class=\"formula\"><div class=\"scroll\">")
    if sides.count > 1 {
      add("<div class=\"work\">")
      add("<span class=\"left\">\(MathML.element(sides[0].node, display: true))</span>")
      for side in sides.dropFirst() {
        add(row(side.relation ?? .equals, MathML.breakable(side.node)))
      }
      add("</div>")
    } else {
      add(MathML.breakable(node))
    }
    add("</div></div>")
  }

  private func row(_ sign: MathNode.Operator, _ right: String) -> String {
    "<span class=\"relation\">\(MathML.relation(sign))</span>"
      + "<span class=\"right\">\(right)</span>"
  }

  private mutating func add(_ step: Step) {
    let work = Derivation(step)
    let name = step.id.map { $0.isWhitespace ? "-" : "\($0)" }.joined()
    add("<div class=\"step \(step.stage.rawValue)\" id=\"step-\(escaped(name))\">")
    let left = MathML.element(work.symbol, display: true)
    let isShort = work.isShort
    // A number's further digits stand beside it, an array's below it.
    let hasNumber = step.value.shape.isEmpty
    let exact = work.exact.map { slice, node in
      "<span class=\"exact\(hasNumber ? "" : " right")\">(\(inline(Label.exact)) \(slice ?? "")"
        + "\(MathML.element(node, display: true)))</span>"
    }
    add("<div class=\"scroll\"><div class=\"\(isShort ? "line" : "work")\">")
    add(isShort ? left : "<span class=\"left\">\(left)</span>")
    for (index, line) in work.lines.enumerated() {
      var right =
        line.isResult ? MathML.element(line.node, display: true) : MathML.breakable(line.node)
      if line.isResult, step.isBoxed { right = "<span class=\"boxed\">\(right)</span>" }
      if let slice = line.slice { right = "<span class=\"slice\">\(slice)</span>" + right }
      if !isShort, hasNumber, index == work.lines.count - 1 { right += " " + exact.joined() }
      if isShort {
        add("<span>\(MathML.relation(line.relation)) \(right)</span>")
      } else {
        add(row(line.relation, right))
      }
    }
    if isShort || !hasNumber { for line in exact { add(line) } }
    add("</div></div>")
    if let dimensions = step.dimensions {
      add("<p class=\"dimensions\">\(inline(Label.shapes))\(colon)\(escaped(dimensions))</p>")
    }
    if let remark = step.remark { add("<p class=\"remark\">\(inline(remark))</p>") }
    add("</div>")
  }

  // MARK: Tables

  private mutating func add(_ table: Table) {
    let right = Set(
      table.headings.indices.filter { column in
        table.rows.allSatisfy { row in
          if column < row.count, case .digits = row[column] { true } else { false }
        }
      })
    addTable(
      table.headings.map { inline($0) }, table.rows.map { $0.map { inline($0) } }, right: right)
  }

  private mutating func addTable(
    _ headings: [String], _ rows: [[String]], right: Set<Int> = [], classes: [Int: String] = [:]
  ) {
    func attribute(_ column: Int, isHeading: Bool) -> String {
      let names =
        (right.contains(column) ? ["number"] : [])
        + (isHeading ? [] : classes[column].map { [$0] } ?? [])
      return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
    }
    add("<div class=\"scroll\"><table class=\"data\">")
    add(
      "<thead><tr>"
        + headings.enumerated().map {
          "<th scope=\"col\"\(attribute($0, isHeading: true))>\($1)</th>"
        }.joined() + "</tr></thead>\n<tbody>")
    for row in rows {
      add(
        "<tr>"
          + row.enumerated().map { "<td\(attribute($0, isHeading: false))>\($1)</td>" }.joined()
          + "</tr>")
    }
    add("</tbody></table></div>")
  }

  private mutating func add(_ graph: GraphDrawing) {
    graphs += 1
    let svg = GraphSVG(layout: GraphLayout(graph))
    let rows = TextGraph.numbered(graph)
    let gradient = plain(Label.gradient)
    let description = rows.map { row in
      let name = row.mark.isEmpty ? "" : row.mark + " "
      let from = row.inputs.isEmpty ? "" : "(" + row.inputs.joined(separator: ", ") + ")"
      return name + MathText.text(row.label) + from + " = " + row.value
        + (row.gradient.map { ", \(gradient) \($0)" } ?? "")
    }
    add("<figure class=\"graph\">\n<div class=\"scroll\">")
    body += svg.element(
      title: plain(Label.graph), description: description.joined(separator: "; "),
      identifier: "graph-\(graphs)")
    add("</div>\n<figcaption>\(inline(Label.legend))</figcaption>")
    add("<details><summary>\(inline(Label.graphNodes))</summary>")
    addTable(
      [Label.node, Label.inputs, Label.value, Label.gradient].map { inline($0) },
      rows.map { row in
        [
          inline(row.label) + (row.mark.isEmpty ? "" : " " + escaped(row.mark)),
          escaped(row.inputs.joined(separator: ", ")), escaped(row.value),
          escaped(row.gradient ?? "–"),
        ]
      }, right: [2, 3], classes: [2: "value", 3: "gradient"])
    add("</details>\n</figure>")
  }

  private mutating func add(_ check: CheckReport) {
    add("<section>\n<h2>\(heading(Label.check))</h2>")
    for kink in check.kinks { addNote(kink) }
    if check.lines.isEmpty {
      add("<p>\(inline(Label.nothingCompared))</p>\n</section>")
      return
    }
    let headings = [Label.comparison, Label.disagreement, Label.tolerance, Label.verdict]
      .map { inline($0) }
    let (passed, failed) = (inline(Label.passed), inline(Label.failed))
    func verdict(_ isPassed: Bool) -> String {
      isPassed
        ? "<span class=\"passed\">✓ \(passed)</span>" : "<span class=\"failed\">✗ \(failed)</span>"
    }
    let rows = check.lines.map { line in
      [
        inline(line.what), inline(.number(line.disagreementText)),
        inline(.number(line.toleranceText)), verdict(line.passed),
      ]
    }
    addTable(headings, rows, right: [1, 2])
    let largest = inline(.number(NumberText.significant(check.largestDisagreement, digits: 2)))
    add("<p>\(inline(Label.largest))\(colon)\(largest) – \(verdict(check.passed))</p>\n</section>")
  }
}
