import Plots

/// Writes a solution as a LaTeX document.
struct LaTeXRenderer {
  let language: Language

  func render(_ solution: Solution) -> String {
    var page = LaTeXPage(language)
    page.write(solution)
    let body = page.parts.joined(separator: "\n\n")
    // A name that the user chose may be Chinese in an English document too.
    let isChinese = language == .chinese || body.contains(where: LaTeXText.isChinese)
    return LaTeXRenderer.preamble(isChinese: isChinese) + "\n" + body + "\n\n\\end{document}\n"
  }

  private static func preamble(isChinese: Bool) -> String {
    let head =
      isChinese
      ? """
      % Compile with xelatex.
      \\documentclass[11pt,a4paper,linespread=1.1]{ctexart}
      \\ctexset{section/format=\\Large\\bfseries\\raggedright}
      """
      : """
      % Compile with pdflatex.
      \\documentclass[11pt,a4paper]{article}
      \\usepackage[T1]{fontenc}
      \\usepackage[utf8]{inputenc}
      \\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}
      """
    return head + """

      \\usepackage[margin=2.3cm]{geometry}
      \\usepackage{amsmath,amssymb,textcomp}
      \\usepackage{booktabs,longtable,array,graphicx,xcolor,tikz}
      \\setcounter{MaxMatrixCols}{200}
      \\setlength{\\LTleft}{0pt}
      \\setlength{\\LTpre}{4pt}
      \\setlength{\\LTpost}{4pt}
      \\pagestyle{plain}
      \\setlength{\\parindent}{0pt}
      \\setlength{\\parskip}{6pt plus 2pt}
      \\newsavebox{\\fittedbox}
      % A formula wider than the page is set smaller.
      \\newcommand{\\fitted}[1]{\\sbox{\\fittedbox}{$\\displaystyle #1$}%
        \\par\\hspace*{1.2em}\\ifdim\\wd\\fittedbox>\\dimexpr\\linewidth-1.2em\\relax
        \\resizebox{\\dimexpr\\linewidth-1.2em\\relax}{!}{\\usebox{\\fittedbox}}%
        \\else\\usebox{\\fittedbox}\\fi\\par}
      \\newcommand{\\aside}[1]{{\\small\\hspace*{1.2em}\\begin{minipage}[t]{%
        \\dimexpr\\linewidth-1.2em\\relax}#1\\end{minipage}\\par}}
      \\definecolor{forward}{RGB}{0,110,60}
      \\definecolor{backward}{RGB}{190,20,20}
      \\begin{document}

      """
  }
}

private struct LaTeXPage: Markup {
  var terms: TermMemory
  let math = LaTeXMath()
  var parts: [String] = []

  init(_ language: Language) { terms = TermMemory(language) }

  func escaped(_ text: String) -> String { LaTeXText.escaped(text) }
  func inline(_ node: MathNode) -> String { "$\(math.text(node).trimmedEnd)$" }

  private var colon: String { terms.language == .chinese ? "：" : ": " }

  mutating func write(_ solution: Solution) {
    parts.append("\\section*{\(inline(solution.title))}")
    if !solution.symbolTable.isEmpty {
      parts.append("\\subsection*{\(inline(Label.symbols))}")
      let headings = [Label.symbol, Label.meaning, Label.shape].map { inline($0) }
      let scalar = inline(Label.scalar)
      let rows = solution.symbolTable.map { entry in
        [
          inline(entry.symbol), inline(entry.meaning),
          entry.shape.isEmpty
            ? scalar : "$\(entry.shape.map(String.init).joined(separator: " \\times "))$",
        ]
      }
      let words = solution.symbolTable.map { plainWidth($0.meaning) }.max() ?? 0
      addTable(headings, rows, widths: [8, words, 8], wraps: [1])
    }
    for section in solution.sections {
      parts.append("\\subsection*{\(inline(section.title))}")
      for group in section.groups {
        switch group {
        case .given(let givens): add(givens)
        case .block(let block): add(block, of: solution)
        }
      }
    }
    if solution.showsCheck { add(solution.check) }
  }

  private func display(_ text: String) -> String { "\\fitted{\(text)}" }

  private mutating func add(_ block: Block, of solution: Solution) {
    switch block {
    case .prose(let prose): parts.append(inline(prose))
    case .note(let prose): addNote(prose)
    case .given(let symbol, let value): add([(symbol, value)])
    case .formula(let node):
      parts.append(display(LaTeXDerivation(math: math).text(node)))
    case .step(let step): add(step)
    case .table(let table): add(table)
    case .graph: if let graph = solution.graph { add(graph) }
    case .figure(let illustration): add(illustration)
    }
  }

  /// LaTeX takes no SVG: the file beside is named.
  private mutating func add(_ illustration: Illustration) {
    parts.append(
      "\\texttt{\(escaped(illustration.name)).svg}\(colon)\(inline(illustration.caption))")
  }

  private mutating func addNote(_ prose: Prose) {
    parts.append("\\aside{\\textbf{\(inline(Label.note))\(colon)}\(inline(prose))}")
  }

  private mutating func add(_ givens: [(symbol: MathNode, value: Value)]) {
    var row: [String] = []
    var used = 0
    func flush(_ page: inout LaTeXPage) {
      if !row.isEmpty { page.parts.append(page.display(row.joined(separator: ",\\qquad "))) }
      (row, used) = ([], 0)
    }
    for (symbol, value) in givens {
      for (slice, node) in value.laidOut {
        let width = symbol.setWidth + node.setWidth + 7
        if used + width > LaTeXDerivation.longest { flush(&self) }
        let name = math.text(symbol) + (slice.map(LaTeXDerivation.index) ?? "")
        row.append(name + " = " + math.text(node))
        used += width
      }
    }
    flush(&self)
  }

  private mutating func add(_ step: Step) {
    let exact = inline(Label.exact)
    parts.append(display(LaTeXDerivation(math: math).text(step, exact: exact)))
    if let dimensions = step.dimensions {
      parts.append("\\aside{\(inline(Label.shapes))\(colon)\(escaped(dimensions))}")
    }
    if let remark = step.remark { parts.append("\\aside{\(inline(remark))}") }
  }

  // MARK: Tables

  private func plainWidth(_ prose: Prose) -> Int {
    prose.run(terms.language).pieces.reduce(0) { width, piece in
      switch piece {
      case .text(let text): width + TerminalText.width(text)
      case .term(let term): width + TerminalText.width(term.chinese) + term.english.count + 3
      case .math(let node): width + node.setWidth
      }
    }
  }

  private func plainWidth(_ cell: Table.Cell) -> Int {
    switch cell {
    case .prose(let prose): plainWidth(prose)
    case .math(let node): node.setWidth
    case .digits(let digits): digits.count
    }
  }

  private mutating func add(_ table: Table) {
    let cells = [table.headings] + table.rows
    let columns = table.headings.indices
    let widths = columns.map { column in
      cells.map { column < $0.count ? plainWidth($0[column]) : 0 }.max() ?? 0
    }
    func every(_ test: (Table.Cell) -> Bool) -> Set<Int> {
      Set(
        columns.filter { column in table.rows.allSatisfy { column < $0.count && test($0[column]) } }
      )
    }
    let words = every { if case .prose = $0 { true } else { false } }
    let digits = every { if case .digits = $0 { true } else { false } }
    addTable(
      table.headings.map { inline($0) }, table.rows.map { $0.map { inline($0) } }, widths: widths,
      wraps: words, right: digits)
  }

  /// Columns of words get what the others leave of the line; more than a page's width is set smaller.
  private mutating func addTable(
    _ headings: [String], _ rows: [[String]], widths: [Int], wraps: Set<Int>, right: Set<Int> = []
  ) {
    let room = 80
    let total = widths.reduce(0, +) + 2 * widths.count
    var size = ""
    var shares: [Int: Double] = [:]
    if total > room {
      let fixed = widths.indices.filter { !wraps.contains($0) }.reduce(0) { $0 + widths[$1] + 2 }
      let loose = wraps.reduce(0) { $0 + widths[$1] }
      let left = max(room / 3, room - fixed)
      if fixed + (loose > 0 ? left : 0) > room {
        size =
          fixed > 2 * room ? "\\tiny" : fixed > room * 3 / 2 ? "\\scriptsize" : "\\footnotesize"
      }
      for column in wraps {
        shares[column] =
          0.92 * Double(left) / Double(room) * Double(widths[column]) / Double(max(1, loose))
      }
    }
    let format = headings.indices.map { column in
      if let share = shares[column] {
        // To a thousandth, whatever the locale.
        let thousandths = Int(share * 1000)
        let digits = String(1000 + thousandths % 1000).dropFirst()
        return ">{\\raggedright\\arraybackslash}p{\(thousandths / 1000).\(digits)\\linewidth}"
      }
      return right.contains(column) ? "r" : "l"
    }.joined()
    let head = headings.joined(separator: " & ") + " \\\\\n\\midrule"
    let lines = rows.map { $0.joined(separator: " & ") + " \\\\" }.joined(separator: "\n")
    if rows.count <= 20 {
      // In one piece, which stays with its heading; wider than the page, it is set smaller.
      parts.append(
        """
        \\sbox{\\fittedbox}{\(size)\\begin{tabular}{@{}\(format)@{}}
        \\toprule
        \(head)
        \(lines)
        \\bottomrule
        \\end{tabular}}
        \\ifdim\\wd\\fittedbox>\\linewidth\\resizebox{\\linewidth}{!}{\\usebox{\\fittedbox}}%
        \\else\\usebox{\\fittedbox}\\fi
        """)
      return
    }
    let gap = size.isEmpty ? "" : "\\setlength{\\tabcolsep}{3pt}"
    parts.append(
      """
      {\(size)\(gap)\\begin{longtable}{@{}\(format)@{}}
      \\toprule
      \(head)
      \\endhead
      \(lines)
      \\bottomrule
      \\end{longtable}}
      """)
  }

  private mutating func add(_ check: CheckReport) {
    parts.append("\\subsection*{\(inline(Label.check))}")
    for kink in check.kinks { addNote(kink) }
    guard !check.lines.isEmpty else {
      parts.append(inline(Label.nothingCompared))
      return
    }
    let headings = [Label.comparison, Label.disagreement, Label.tolerance, Label.verdict]
      .map { inline($0) }
    let (passed, failed) = (inline(Label.passed), inline(Label.failed))
    let rows = check.lines.map { line in
      [
        inline(line.what), inline(.number(line.disagreementText)),
        inline(.number(line.toleranceText)), line.passed ? passed : failed,
      ]
    }
    let words = check.lines.map { plainWidth($0.what) }.max() ?? 0
    addTable(headings, rows, widths: [words, 14, 12, 8], wraps: [0], right: [1, 2])
    let largest = inline(.number(NumberText.significant(check.largestDisagreement, digits: 2)))
    parts.append(
      "\\textbf{\(inline(Label.largest))\(colon)\(largest) -- \(check.passed ? passed : failed)}")
  }

  // MARK: The graph

  private mutating func add(_ graph: GraphDrawing) {
    let layout = GraphLayout(graph)
    func place(_ point: GraphLayout.Point) -> String {
      // A point of the drawing is 0.75 pt, as on the web.
      func length(_ value: Double) -> String { LaTeXPage.decimal(value * 0.75) + "pt" }
      return "(\(length(point.x)),\(length(-point.y)))"
    }
    var lines: [String] = []
    for edge in layout.edges {
      let path = edge.curves.map {
        ".. controls \(place($0.control1)) and \(place($0.control2)) .. \(place($0.end))"
      }
      lines.append("\\draw[gray,-stealth] \(place(edge.start)) \(path.joined(separator: " "));")
    }
    for node in layout.nodes {
      let label = "$\(math.text(node.node.label).trimmedEnd)$"
      let style = node.isOperation ? "draw,rounded corners=6pt," : ""
      lines.append(
        "\\node[\(style)inner sep=0pt,minimum width=\(LaTeXPage.decimal(node.width * 0.75))pt,"
          + "minimum height=\(LaTeXPage.decimal(GraphLayout.nodeHeight * 0.75))pt] at "
          + "\(place(node.center)) {\(label)};")
      lines.append(
        "\\draw[gray\(node.isResult ? ",-stealth" : "")] \(place(node.wireStart)) -- "
          + "\(place(node.wireEnd));")
      let middle = GraphLayout.Point(
        x: (node.wireStart.x + node.wireEnd.x) / 2, y: node.wireStart.y)
      lines.append(
        "\\node[forward,above=1pt,inner sep=0pt] at \(place(middle)) "
          + "{\\footnotesize \(LaTeXText.escaped(node.value))};")
      if let gradient = node.gradient {
        lines.append(
          "\\node[backward,below=1pt,inner sep=0pt] at \(place(middle)) "
            + "{\\footnotesize \(LaTeXText.escaped(gradient))};")
      }
    }
    // Wider than the page, it is made to fit; narrower, it keeps its size.
    parts.append(
      "\\sbox{\\fittedbox}{\\begin{tikzpicture}\n" + lines.joined(separator: "\n")
        + "\n\\end{tikzpicture}}\n"
        + "\\begin{center}\\ifdim\\wd\\fittedbox>\\linewidth"
        + "\\resizebox{\\linewidth}{!}{\\usebox{\\fittedbox}}\\else\\usebox{\\fittedbox}\\fi\n\n"
        + "{\\small \(inline(Label.legend))}\\end{center}")
    // So wide that it is set too small to be read, it is written out too.
    if layout.isShortened || layout.width > 1100 {
      let headings = [Label.node, Label.value, Label.gradient].map { inline($0) }
      addTable(
        headings,
        TextGraph.numbered(graph).map { row in
          [inline(row.label), escaped(row.value), escaped(row.gradient ?? "–")]
        }, widths: [20, 70, 70], wraps: [1, 2])
    }
  }

  private static func decimal(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = String(100 + abs(hundredths) % 100).dropFirst()
    return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100).\(digits)"
  }
}
