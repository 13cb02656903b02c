import Plots

/// A formula as lines of text that stand side by side with others, such as a matrix in brackets.
struct TextBox {
  var lines: [String]
  /// The line that operators beside it stand on.
  var baseline: Int
  var width: Int

  /// One line.
  init(_ text: String) {
    self.init(lines: [text], baseline: 0)
  }

  init(lines: [String], baseline: Int) {
    self.lines = lines
    self.baseline = baseline
    width = lines.map { TerminalText.width($0) }.max() ?? 0
  }

  /// Lines whose width is known.
  private init(lines: [String], baseline: Int, width: Int) {
    self.lines = lines
    self.baseline = baseline
    self.width = width
  }

  /// The lines with spaces behind them up to the box's width.
  private var padded: [String] {
    if lines.count == 1 { return lines }
    return lines.map { line in
      line + String(repeating: " ", count: width - TerminalText.width(line))
    }
  }

  /// Boxes side by side.
  static func row(_ boxes: [TextBox]) -> TextBox {
    let above = boxes.map(\.baseline).max() ?? 0
    let below = boxes.map { $0.lines.count - $0.baseline }.max() ?? 1
    let padded = boxes.map(\.padded)
    let lines = (0..<above + below).map { line in
      zip(boxes, padded).map { box, padded in
        let place = line - above + box.baseline
        return padded.indices ~= place ? padded[place] : String(repeating: " ", count: box.width)
      }.joined()
    }
    return TextBox(lines: lines, baseline: above, width: boxes.reduce(0) { $0 + $1.width })
  }

  /// Boxes one below the other; operators stand beside the first.
  static func column(_ boxes: [TextBox]) -> TextBox {
    TextBox(lines: boxes.flatMap(\.lines), baseline: boxes.first?.baseline ?? 0)
  }

  /// The box between parentheses as high as it is.
  var inParentheses: TextBox { fenced(("(", ")"), ("⎛", "⎜", "⎝"), ("⎞", "⎟", "⎠")) }

  private typealias Pieces = (top: String, middle: String, bottom: String)

  private func fenced(
    _ single: (String, String), _ left: Pieces, _ right: Pieces
  ) -> TextBox {
    let filled = padded
    if lines.count == 1 { return TextBox(single.0 + filled[0] + single.1) }
    func piece(_ pieces: Pieces, _ line: Int) -> String {
      line == 0 ? pieces.top : line == lines.count - 1 ? pieces.bottom : pieces.middle
    }
    return TextBox(
      lines: filled.enumerated().map { piece(left, $0) + $1 + piece(right, $0) },
      baseline: baseline, width: width + 2)
  }

  /// Rows of a matrix in brackets, points below each other.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - width: The widest box; a wider matrix is written in groups of columns, named by `label`.
  ///   - label: What names the columns from one number to another.
  static func matrix(
    _ rows: [[MathNode]], width: Int = .max, label: (ClosedRange<Int>) -> String
  ) -> TextBox {
    let count = rows.map(\.count).max() ?? 0
    let columns = (0..<count).map { column in
      aligned(rows.map { column < $0.count ? TextMath.line($0[column]) : "" })
    }
    func brackets(_ range: Range<Int>) -> TextBox {
      let lines = rows.indices.map { row in
        columns[range].map { $0[row] }.joined(separator: "  ")
      }
      let inner = TextBox(lines: lines, baseline: max(0, lines.count - 1) / 2)
      return inner.fenced(("[", "]"), ("⎡", "⎢", "⎣"), ("⎤", "⎥", "⎦"))
    }
    if rows.isEmpty { return TextBox("[ ]") }
    let widths = columns.map { TerminalText.width($0.first ?? "") + 2 }
    // Brackets take the place of the gap that the last column does without.
    func fits(_ range: Range<Int>) -> Bool { widths[range].reduce(0, +) <= width }
    if fits(0..<count) { return brackets(0..<count) }
    var groups: [TextBox] = []
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, fits(start..<end + 1) { end += 1 }
      groups += [TextBox(label(start + 1...end)), brackets(start..<end)]
      start = end
    }
    return column(groups)
  }

  /// Numbers with their points below each other, all of one width.
  static func aligned(_ texts: [String]) -> [String] {
    func fraction(_ text: String) -> Int {
      text.contains("e") ? 0 : text.firstIndex(of: ".").map { text[$0...].count } ?? 0
    }
    let isNumeric = texts.allSatisfy { $0.allSatisfy { $0.isASCII || $0 == "−" || $0 == "∞" } }
    let places = isNumeric ? texts.map(fraction).max() ?? 0 : 0
    let padded = texts.map { text in
      isNumeric ? text + String(repeating: " ", count: places - fraction(text)) : text
    }
    let width = padded.map { TerminalText.width($0) }.max() ?? 0
    return padded.map { String(repeating: " ", count: width - TerminalText.width($0)) + $0 }
  }
}

/// Sets formulas as text that fits into a width.
struct TextMath {
  let language: Language

  private func columns(_ range: ClosedRange<Int>) -> String {
    let name = Label.columns.run(language).pieces.map { piece in
      if case .text(let text) = piece { text } else { "" }
    }.joined()
    let last = range.count > 1 ? "–\(range.upperBound)" : ""
    return "\(name) \(range.lowerBound)\(last):"
  }

  /// The formula in one line, without what would move a terminal's cursor: names come from files.
  static func line(_ node: MathNode) -> String { TerminalText.clean(MathText.text(node)) }

  /// The formula, in one row as wide as it is.
  func box(_ node: MathNode) -> TextBox {
    if !node.containsMatrix { return TextBox(TextMath.line(node)) }
    switch node {
    case .matrix(let rows): return .matrix(rows, label: columns)
    case .negate(let x): return .row([TextBox("−"), box(x)])
    case .infix(let sign, let a, let b):
      return .row([box(a), TextBox(" \(text(sign, isNumeric: true)) "), box(b)])
    case .fraction(let a, let b), .derivative(let a, let b):
      return .row([box(a), TextBox("/"), box(b)])
    case .power(let a, let b): return .row([box(a), raised("^", box(b))])
    case .transpose(let x): return transposed(box(x))
    case .call(let name, let arguments):
      let inner = arguments.enumerated().flatMap { index, argument in
        (index > 0 ? [TextBox(", ")] : []) + [box(argument)]
      }
      return .row([TextBox(MathText.functionName(name)), TextBox.row(inner).inParentheses])
    case .slope(let name, let x):
      return .row([TextBox(MathText.functionName(name) + "′"), box(x).inParentheses])
    case .parentheses(let x): return box(x).inParentheses
    case .number, .symbol, .word: return TextBox(TextMath.line(node))
    }
  }

  private func raised(_ mark: String, _ box: TextBox) -> TextBox { .row([TextBox(mark), box]) }

  private func transposed(_ box: TextBox) -> TextBox {
    var lines = box.lines.map { TerminalText.left($0, box.width) }
    lines[0] += "ᵀ"
    return TextBox(lines: lines, baseline: box.baseline)
  }

  /// The formula in at most `width` columns, broken where it must be.
  func box(_ node: MathNode, width: Int) -> TextBox {
    let whole = box(node)
    if whole.width <= width { return whole }
    let parts = node.parts
    if parts.count > 1 { return broken(parts, width: width) }
    switch node {
    case .matrix(let rows):
      let box = TextBox.matrix(rows, width: width, label: columns)
      return box.width <= width ? box : wrapped(node, width: width)
    case .parentheses(let x) where width > 8: return box(x, width: width - 2).inParentheses
    case .negate(let x) where width > 8:
      return .row([TextBox("−"), box(x, width: width - 1)])
    case .transpose(let x) where width > 8: return transposed(box(x, width: width - 1))
    case .call(let name, let arguments) where arguments.count == 1:
      let name = TextBox(MathText.functionName(name))
      let room = width - name.width - 2
      if room < 8 { return wrapped(node, width: width) }
      return .row([name, box(arguments[0], width: room).inParentheses])
    default: return wrapped(node, width: width)
    }
  }

  private func broken(_ parts: [MathNode.Part], width: Int) -> TextBox {
    var rows: [TextBox] = []
    var row: [TextBox] = []
    var used = 0
    func finish() {
      if row.isEmpty { return }
      rows.append(.row(rows.isEmpty ? row : [TextBox("  ")] + row))
      (row, used) = ([], 0)
    }
    for part in parts {
      let sign = part.sign.map { TextBox(text($0, isNumeric: part.isNumeric) + " ") }
      let room = width - (sign?.width ?? 0) - 2
      let whole = box(part.node)
      let fitted = whole.width <= room ? whole : box(part.node, width: max(8, room))
      let needed = (sign?.width ?? 0) + fitted.width + (row.isEmpty ? 0 : 1)
      if !row.isEmpty, used + needed > width - 2 || fitted.lines.count != whole.lines.count {
        finish()
      }
      if !row.isEmpty { row.append(TextBox(" ")) }
      row += (sign.map { [$0] } ?? []) + [fitted]
      used += needed
    }
    finish()
    return .column(rows)
  }

  private func wrapped(_ node: MathNode, width: Int) -> TextBox {
    TextBox(
      lines: TextWrapping.lines(inline(node), width: max(1, width), hanging: width > 20 ? 2 : 0),
      baseline: 0)
  }

  /// The formula in a line of words, which does not break at its spaces.
  func inline(_ node: MathNode) -> String {
    String(TextMath.line(node).map { $0 == " " ? TextWrapping.fixedSpace : $0 })
  }

  func text(_ sign: MathNode.Operator, isNumeric: Bool) -> String {
    switch sign {
    case .plus: "+"
    case .minus: "−"
    case .times: isNumeric ? "×" : "·"
    case .hadamard: "⊙"
    case .matrixProduct: "·"
    case .equals: "="
    case .approximately: "≈"
    case .assigned: "←"
    case .greater: ">"
    case .atMost: "≤"
    }
  }
}
