import Plots

/// Writes a solution as lines of text.
struct TextRenderer {
  let language: Language
  /// Whether a terminal's escape sequences for colour and bold letters are in it.
  var colour = false
  /// The longest line in columns; narrower than 40 is taken for 40.
  var width = 80

  func render(_ solution: Solution) -> String {
    var page = TextPage(language: language, colour: colour, width: max(40, width))
    page.write(solution)
    return page.lines.joined(separator: "\n") + "\n"
  }
}

private struct TextPage: Markup {
  var terms: TermMemory
  let math: TextMath
  let colour: Bool
  let width: Int
  var lines: [String] = []

  private enum Style: String {
    case plain = ""
    case heading = "1"
    case dim = "2"
    case result = "1;32"
    case failure = "1;31"
  }

  private static let indent = 2

  init(language: Language, colour: Bool, width: Int) {
    terms = TermMemory(language)
    math = TextMath(language: language)
    self.colour = colour
    self.width = width
  }

  private var colon: String { terms.language == .chinese ? "：" : ": " }

  func escaped(_ text: String) -> String { TerminalText.clean(text) }
  func inline(_ node: MathNode) -> String { math.inline(node) }

  // MARK: Lines

  private func styled(_ text: String, _ style: Style) -> String {
    guard colour, style != .plain, !text.isEmpty else { return text }
    let body = text.drop { $0 == " " }
    return String(text.prefix(text.count - body.count))
      + "\u{1B}[\(style.rawValue)m\(body)\u{1B}[0m"
  }

  private mutating func add(_ text: String, indent: Int = indent, _ style: Style = .plain) {
    let line = TerminalText.trimmed(String(repeating: " ", count: indent) + text)
    lines.append(styled(line, style))
  }

  private mutating func addBlank() {
    if let last = lines.last, !last.isEmpty { lines.append("") }
  }

  private mutating func addParagraph(
    _ text: String, indent: Int = indent, hanging: Int = 0, _ style: Style = .plain
  ) {
    for line in TextWrapping.lines(text, width: width - indent, hanging: hanging) {
      add(line, indent: indent, style)
    }
  }

  private mutating func addHeading(_ text: String, rule: Character) {
    addBlank()
    let wrapped = TextWrapping.lines(text, width: width)
    for line in wrapped { add(line, indent: 0, .heading) }
    let longest = wrapped.map { TerminalText.width($0) }.max() ?? 0
    add(String(repeating: rule, count: longest), indent: 0, .dim)
  }

  // MARK: Parts

  mutating func write(_ solution: Solution) {
    addHeading(inline(solution.title), rule: "═")
    if !solution.symbolTable.isEmpty {
      addHeading(inline(Label.symbols), rule: "─")
      let headings = [Label.symbol, Label.meaning, Label.shape].map { inline($0) }
      let scalar = inline(Label.scalar)
      let rows = solution.symbolTable.map { entry in
        [
          inline(entry.symbol), inline(entry.meaning),
          entry.shape.isEmpty ? scalar : Value.shapeText(entry.shape),
        ]
      }
      addTable(TextTable(headings: headings, rows: rows, numeric: []))
    }
    for section in solution.sections {
      addHeading(inline(section.title), rule: "─")
      for group in section.groups {
        switch group {
        case .given(let givens): addGiven(givens)
        case .block(let block): add(block, of: solution)
        }
      }
    }
    if solution.showsCheck { addCheck(solution.check) }
  }

  private mutating func add(_ block: Block, of solution: Solution) {
    switch block {
    case .prose(let prose):
      addBlank()
      addParagraph(inline(prose), indent: 0)
      addBlank()
    case .note(let prose): addNote(prose)
    case .given(let symbol, let value): addGiven([(symbol, value)])
    case .formula(let node):
      for line in equation(node) { add(line, indent: 2 * TextPage.indent) }
    case .step(let step): add(step)
    case .table(let table):
      addBlank()
      addTable(table)
      addBlank()
    case .graph: if let graph = solution.graph { add(graph) }
    case .figure(let illustration): add(illustration)
    }
  }

  private mutating func add(_ illustration: Illustration) {
    addBlank()
    let picture = illustration.figure.characters(width: min(width, 100), color: false)
    for line in picture.split(separator: "\n", omittingEmptySubsequences: false) {
      add(String(line))
    }
    addBlank()
    addParagraph(inline(illustration.caption), indent: 0)
    addBlank()
  }

  private mutating func addNote(_ prose: Prose) {
    addBlank()
    let text = inline(Label.note) + colon + inline(prose)
    for line in TextWrapping.lines(text, width: width - TextPage.indent - 2) {
      add("│ " + line)
    }
    addBlank()
  }

  /// Scalars fill lines; arrays stand one below the other.
  private mutating func addGiven(_ givens: [(symbol: MathNode, value: Value)]) {
    var run: [String] = []
    func flush(_ page: inout TextPage) {
      if run.isEmpty { return }
      let text = run.map { String($0.map { $0 == " " ? TextWrapping.fixedSpace : $0 }) }
      page.addParagraph(text.joined(separator: ",  "))
      run = []
    }
    for (symbol, value) in givens {
      if value.shape.isEmpty {
        run.append(TextMath.line(symbol) + " = " + TextMath.line(value.laidOut[0].node))
      } else {
        flush(&self)
        for (slice, node) in value.laidOut {
          let left = TextMath.line(symbol) + (slice ?? "") + " = "
          for line in beside(left, node, width: width - TextPage.indent) { add(line) }
        }
      }
    }
    flush(&self)
  }

  /// What stands left of a formula, then the formula, on a line of its own where it needs the room.
  private func beside(_ left: String, _ node: MathNode, width: Int) -> [String] {
    let room = width - TerminalText.width(left)
    if room >= max(24, width / 2) || room > 0 && math.box(node).width <= room {
      return TextBox.row([TextBox(left), math.box(node, width: room)]).lines
    }
    return TextWrapping.lines(left, width: width)
      + TextBox.row([TextBox("    "), math.box(node, width: width - 4)]).lines
  }

  /// A formula, with the sides of an equation below each other where they do not fit into a line.
  private func equation(_ node: MathNode) -> [String] {
    let room = width - 2 * TextPage.indent
    let whole = math.box(node)
    let sides = node.sides
    guard whole.width > room, sides.count > 1 else { return math.box(node, width: room).lines }
    let left = TextMath.line(sides[0].node)
    return sides.dropFirst().enumerated().flatMap { index, side in
      let sign = " " + math.text(side.relation ?? .equals, isNumeric: false) + " "
      let head = index == 0 ? left : String(repeating: " ", count: TerminalText.width(left))
      return beside(head + sign, side.node, width: room)
    }
  }

  // MARK: Steps

  /// Steps of more than a line stand apart.
  private mutating func add(_ step: Step) {
    let before = lines.count
    addLines(of: step)
    guard lines.count > before + 1 else { return }
    if let last = lines[..<before].last, !last.isEmpty { lines.insert("", at: before) }
    addBlank()
  }

  private mutating func addLines(of step: Step) {
    let work = Derivation(step)
    let room = width - TextPage.indent
    let left = TextMath.line(work.symbol)
    var chain = work.lines
    let results = chain.filter(\.isResult)
    if step.isBoxed { chain.removeAll(where: \.isResult) }
    let exact = exactRemark(work)
    var remark = step.isBoxed ? "" : exact.inline
    // An estimate first: boxes of large matrices take time.
    let mayFit =
      chain.allSatisfy { $0.slice == nil } && chain.reduce(0) { $0 + $1.node.setWidth } <= 2 * room
    let boxes = mayFit ? chain.map { math.box($0.node) } : []
    let signs = chain.map { " " + math.text($0.relation, isNumeric: false) + " " }
    let total = zip(boxes, signs).reduce(TerminalText.width(left)) {
      $0 + $1.0.width + TerminalText.width($1.1)
    }
    if mayFit, boxes.allSatisfy({ $0.lines.count == 1 }),
      total + TerminalText.width(remark) <= room
    {
      if !chain.isEmpty {
        var line = left
        for (item, (box, sign)) in zip(chain, zip(boxes, signs)) {
          line += sign + styled(box.lines[0], item.isResult ? .plain : .dim)
        }
        lines.append(String(repeating: " ", count: TextPage.indent) + line + remark)
      }
      remark = ""
    } else {
      var head = left
      var narrow = false
      // A long left side stands on a line of its own.
      if TerminalText.width(left) > room / 3 {
        for line in TextWrapping.lines(left, width: room) { add(line) }
        head = "  "
        narrow = true
      }
      for (index, item) in chain.enumerated() {
        let first = index == 0 || narrow ? head : blank(head)
        let sign = " " + math.text(item.relation, isNumeric: false) + " "
        let slice = item.slice.map { $0 + sign } ?? sign
        let block = beside(
          (item.slice == nil ? first : blank(head) + " ") + slice, item.node, width: room)
        for line in block { add(line, item.isResult ? .plain : .dim) }
      }
    }
    if step.isBoxed { addBox(left, results, remark: exact.inline) } else { addRemark(remark) }
    for line in exact.block { add(line, indent: 2 * TextPage.indent, .dim) }
    if let dimensions = step.dimensions {
      addParagraph(
        inline(Label.shapes) + colon + escaped(dimensions), indent: 2 * TextPage.indent, hanging: 2,
        .dim)
    }
    if let remark = step.remark {
      addParagraph("– " + inline(remark), indent: 2 * TextPage.indent, hanging: 2)
    }
  }

  private func blank(_ text: String) -> String {
    String(repeating: " ", count: TerminalText.width(text))
  }

  private mutating func addRemark(_ remark: String) {
    if !remark.isEmpty {
      addParagraph(String(remark.drop { $0 == " " }), indent: 2 * TextPage.indent)
    }
  }

  /// More digits of what was rounded: a number within the line, or rows below it.
  private mutating func exactRemark(_ work: Derivation) -> (inline: String, block: [String]) {
    guard let first = work.exact.first else { return ("", []) }
    let name = inline(Label.exact)
    if case .number = first.node { return ("  (\(name) \(TextMath.line(first.node)))", []) }
    return (
      "",
      work.exact.flatMap { slice, node in
        beside(
          name + (slice.map { " " + $0 } ?? "") + colon, node, width: width - 2 * TextPage.indent)
      }
    )
  }

  private mutating func addBox(_ left: String, _ results: [Derivation.Line], remark: String) {
    let room = width - TextPage.indent - 4
    var inner: [String] = []
    for item in results {
      let sign = " " + math.text(item.relation, isNumeric: false) + " "
      inner += beside(left + (item.slice ?? "") + sign, item.node, width: room)
    }
    let longest = inner.map { TerminalText.width($0) }.max() ?? 0
    let rule = String(repeating: "─", count: longest + 2)
    add("┌" + rule + "┐", .result)
    for (index, line) in inner.enumerated() {
      let boxed = "│ " + TerminalText.left(line, longest) + " │"
      let fits = TerminalText.width(boxed) + TerminalText.width(remark) <= width - TextPage.indent
      let isLast = index == inner.count - 1
      lines.append(
        String(repeating: " ", count: TextPage.indent) + styled(boxed, .result)
          + (isLast && fits ? remark : ""))
      if isLast && !fits {
        add("└" + rule + "┘", .result)
        addRemark(remark)
        return
      }
    }
    add("└" + rule + "┘", .result)
  }

  // MARK: Tables and graphs

  private mutating func addTable(_ table: TextTable) {
    let (head, body) = table.lines(width: width - TextPage.indent)
    for (index, line) in head.enumerated() {
      add(line, index == head.count - 1 ? .dim : .heading)
    }
    for line in body { add(line) }
  }

  private mutating func addTable(_ table: Table) {
    let headings = table.headings.map { inline($0) }
    var rows = table.rows.map { row in row.map { inline($0) } }
    var numeric: Set<Int> = []
    for column in headings.indices {
      let cells = table.rows.map { column < $0.count ? $0[column] : .digits("") }
      let isNumeric = cells.allSatisfy { if case .digits = $0 { true } else { false } }
      guard isNumeric else { continue }
      numeric.insert(column)
      let texts = rows.map { column < $0.count ? $0[column] : "" }
      for (row, text) in TextBox.aligned(texts).enumerated() where column < rows[row].count {
        rows[row][column] = text.replacing(" ", with: "\(TextWrapping.fixedSpace)")
      }
    }
    addTable(TextTable(headings: headings, rows: rows, numeric: numeric))
  }

  private mutating func add(_ graph: GraphDrawing) {
    addBlank()
    let headings = [Label.node, Label.value, Label.gradient].map { inline($0) }
    let rows = TextGraph(graph: graph).rows().map { row in
      row.map { text in
        String(TerminalText.clean(text).map { $0 == " " ? TextWrapping.fixedSpace : $0 })
      }
    }
    addTable(TextTable(headings: headings, rows: rows, numeric: [1, 2]))
    addBlank()
  }

  private mutating func addCheck(_ check: CheckReport) {
    addHeading(inline(Label.check), rule: "─")
    for kink in check.kinks { addNote(kink) }
    guard !check.lines.isEmpty else {
      addParagraph(inline(Label.nothingCompared))
      return
    }
    let headings = [Label.comparison, Label.disagreement, Label.tolerance, Label.verdict]
      .map { inline($0) }
    let (passed, failed) = (inline(Label.passed), inline(Label.failed))
    let rows = check.lines.map { line in
      [
        inline(line.what), line.disagreementText, line.toleranceText,
        line.passed ? passed : failed,
      ]
    }
    addTable(TextTable(headings: headings, rows: rows, numeric: [1, 2]))
    addBlank()
    let largest = NumberText.significant(check.largestDisagreement, digits: 2)
    addParagraph(
      "\(inline(Label.largest))\(colon)\(largest) – \(check.passed ? passed : failed)",
      check.passed ? .result : .failure)
  }
}

extension CheckReport.Line {
  /// Whether it is within its tolerance.
  var passed: Bool { disagreement <= tolerance }
  var disagreementText: String { NumberText.significant(disagreement, digits: 2) }
  var toleranceText: String { NumberText.significant(tolerance, digits: 2) }
}
