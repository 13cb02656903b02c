import Plots

/// Sets formulas as presentation MathML, within what MathML Core has.
struct MathML {
  /// A formula as an element of its own.
  ///
  /// - Parameters:
  ///   - node: The formula.
  ///   - display: Whether fractions are set large.
  static func element(_ node: MathNode, display: Bool) -> String {
    wrapped(text(node), display: display)
  }

  /// A formula that stands by itself; a long one in several elements, so that lines may break
  /// before its operators.
  static func breakable(_ node: MathNode) -> String {
    let parts = node.parts
    guard parts.count > 1, node.setWidth > 34 else { return element(node, display: true) }
    return parts.map { part in
      let sign = part.sign.map { mo($0, isNumeric: part.isNumeric, attributes: " lspace=\"0\"") }
      return wrapped((sign ?? "") + text(part.node), display: true)
    }.joined(separator: " ")
  }

  /// A relation sign as an element of its own.
  static func relation(_ sign: MathNode.Operator) -> String {
    wrapped(mo(sign, isNumeric: false, attributes: " lspace=\"0\" rspace=\"0\""), display: true)
  }

  private static func wrapped(_ text: String, display: Bool) -> String {
    "<math\(display ? " displaystyle=\"true\"" : "")><mrow>\(text)</mrow></math>"
  }

  static func text(_ node: MathNode) -> String {
    switch node {
    case .number(let digits): return number(digits)
    case .symbol(let symbol): return text(symbol, transposed: false)
    case .word(let word): return upright(word)
    case .derivative(let a, let b):
      return "<mfrac><mrow><mo>∂</mo>\(text(a))</mrow><mrow><mo>∂</mo>\(text(b))</mrow></mfrac>"
    case .negate(let x): return "<mrow><mo form=\"prefix\">−</mo>\(text(x))</mrow>"
    case .infix(let sign, let a, let b):
      let isNumeric = MathText.hasDigits(a) || MathText.hasDigits(b)
      return "<mrow>\(text(a))\(mo(sign, isNumeric: isNumeric))\(text(b))</mrow>"
    case .fraction(let a, let b): return "<mfrac>\(row(a))\(row(b))</mfrac>"
    case .power(let a, let b):
      let base = a.hasSuperscript ? fenced("(", [a], ")") : row(a)
      return "<msup>\(base)\(row(b))</msup>"
    case .transpose(.symbol(let symbol)): return text(symbol, transposed: true)
    case .transpose(let x): return "<msup>\(row(x))<mo>⊤</mo></msup>"
    case .call("sqrt", let arguments) where arguments.count == 1:
      return "<msqrt>\(text(arguments[0]))</msqrt>"
    case .call("abs", let arguments) where arguments.count == 1:
      return fenced("|", arguments, "|")
    case .call("norm", let arguments) where arguments.count == 1:
      return fenced("‖", arguments, "‖")
    case .call(let name, let arguments):
      return "<mrow>\(function(name))\(fenced("(", arguments, ")"))</mrow>"
    case .slope(let name, let x):
      return "<mrow>\(function(name))\(prime)\(fenced("(", [x], ")"))</mrow>"
    case .parentheses(let x): return fenced("(", [x], ")")
    case .matrix(let rows):
      let rows = rows.map { row in
        "<mtr>" + row.map { "<mtd>\(text($0))</mtd>" }.joined() + "</mtr>"
      }
      return fenced("[", "<mtable>\(rows.joined())</mtable>", "]", isTall: rows.count > 1)
    }
  }

  private static func row(_ node: MathNode) -> String { "<mrow>\(text(node))</mrow>" }

  private static func fenced(_ left: String, _ inner: [MathNode], _ right: String) -> String {
    fenced(
      left, inner.map(text).joined(separator: "<mo separator=\"true\">,</mo>"), right,
      isTall: inner.contains(where: \.isTall))
  }

  /// Fences grow only around what is tall: grown ones have wide sides.
  private static func fenced(
    _ left: String, _ inner: String, _ right: String, isTall: Bool
  ) -> String {
    "<mrow><mo form=\"prefix\" stretchy=\"\(isTall)\">\(left)</mo><mrow>\(inner)</mrow>"
      + "<mo form=\"postfix\" stretchy=\"\(isTall)\">\(right)</mo></mrow>"
  }

  private static func mo(
    _ sign: MathNode.Operator, isNumeric: Bool, attributes: String = ""
  ) -> String {
    let text: String
    switch sign {
    case .plus: text = "+"
    case .minus: text = "−"
    case .times: text = isNumeric ? "×" : "·"
    case .hadamard: text = "⊙"
    // Invisible times: factors stand side by side, a little apart.
    case .matrixProduct: return "<mo form=\"infix\" lspace=\"0.1em\" rspace=\"0.1em\">\u{2062}</mo>"
    case .equals: text = "="
    case .approximately: text = "≈"
    case .assigned: text = "←"
    case .greater: text = "&gt;"
    case .atMost: text = "≤"
    }
    return "<mo form=\"infix\"\(attributes)>\(text)</mo>"
  }

  private static func number(_ digits: String) -> String {
    let isNegative = digits.hasPrefix("-")
    let magnitude = isNegative ? String(digits.dropFirst()) : digits
    var result = "<mn>\(SVGDocument.escaped(magnitude))</mn>"
    if let mark = magnitude.firstIndex(where: { $0 == "e" || $0 == "E" }),
      let exponent = Int(magnitude[magnitude.index(after: mark)...].replacing("+", with: ""))
    {
      result =
        "<mn>\(SVGDocument.escaped(String(magnitude[..<mark])))</mn><mo form=\"infix\">×</mo>"
        + "<msup><mn>10</mn><mrow>\(number(String(exponent)))</mrow></msup>"
    } else if !isNegative {
      return result
    }
    return "<mrow>\(isNegative ? "<mo form=\"prefix\">−</mo>" : "")\(result)</mrow>"
  }

  private static func function(_ name: String) -> String {
    switch name {
    case "sigmoid": "<mi>σ</mi>"
    case "log": "<mi>ln</mi>"
    case "relu": "<mi>ReLU</mi>"
    default: name.count == 1 ? "<mi>\(SVGDocument.escaped(name))</mi>" : upright(name)
    }
  }

  /// The glyph is a raised one already: as a superscript it would be tiny.
  private static let prime = "<mo form=\"postfix\" lspace=\"0\" rspace=\"0\">′</mo>"

  private static func upright(_ word: String) -> String {
    // A single letter is set italic unless it says otherwise.
    "<mi\(word.count == 1 ? " mathvariant=\"normal\"" : "")>\(SVGDocument.escaped(word))</mi>"
  }

  private static func text(_ symbol: Symbol, transposed: Bool) -> String {
    let base = SVGDocument.escaped(symbol.base)
    var result =
      symbol.isMatrix
      ? "<mi mathvariant=\"normal\" class=\"array\">\(base)</mi>" : "<mi>\(base)</mi>"
    let accents: [Symbol.Accent: String] = [.hat: "^", .tilde: "~", .bar: "¯"]
    if let mark = symbol.accent.flatMap({ accents[$0] }) {
      result = "<mover accent=\"true\">\(result)<mo stretchy=\"false\">\(mark)</mo></mover>"
    }
    if symbol.accent == .prime { result = "<mrow>\(result)\(prime)</mrow>" }
    var raised = ""
    func fence(_ left: String, _ inside: Int, _ right: String) -> String {
      "<mo form=\"prefix\" stretchy=\"false\">\(left)</mo><mn>\(inside)</mn>"
        + "<mo form=\"postfix\" stretchy=\"false\">\(right)</mo>"
    }
    if let layer = symbol.layer { raised += fence("[", layer, "]") }
    if let sample = symbol.sample { raised += fence("⟨", sample, "⟩") }
    if let iteration = symbol.iteration { raised += fence("(", iteration, ")") }
    if transposed { raised += "<mo>⊤</mo>" }
    let lowered = subscripts(symbol)
    switch (lowered.isEmpty, raised.isEmpty) {
    case (true, true): return result
    case (false, true): return "<msub>\(result)<mrow>\(lowered)</mrow></msub>"
    case (true, false): return "<msup>\(result)<mrow>\(raised)</mrow></msup>"
    case (false, false):
      return "<msubsup>\(result)<mrow>\(lowered)</mrow><mrow>\(raised)</mrow></msubsup>"
    }
  }

  private static func subscripts(_ symbol: Symbol) -> String {
    let isClose = symbol.subscripts.allSatisfy { $0.count == 1 }
    return symbol.subscripts.map(row)
      .joined(separator: isClose ? "" : "<mo separator=\"true\">,</mo>")
  }

  /// One subscript such as `12`, `total`, `t-1` or `i,t`: of its parts, words stand upright.
  private static func row(_ piece: String) -> String {
    var result = ""
    var rest = Substring(piece)
    func take(_ belongs: (Character) -> Bool) -> Substring {
      let part = rest.prefix(while: belongs)
      rest = rest.dropFirst(part.count)
      return part
    }
    while let first = rest.first {
      if first.isNumber {
        result += "<mn>\(take(\.isNumber))</mn>"
      } else if first.isLetter {
        result += "<mi>\(take(\.isLetter))</mi>"
      } else {
        rest.removeFirst()
        let attribute = first == "," ? " separator=\"true\"" : ""
        let sign = first == "-" ? "−" : SVGDocument.escaped("\(first)")
        result += "<mo\(attribute)>\(sign)</mo>"
      }
    }
    return result
  }
}
