/// Sets formulas as LaTeX with amsmath, for LaTeX and for the mathematics in Markdown.
struct LaTeXMath {
  /// What ends a row of a matrix.
  var rowBreak = "\\\\"
  /// What multiplies matrices: a small space.
  var smallSpace = "\\,"

  func text(_ node: MathNode) -> String {
    switch node {
    case .number(let digits): return number(digits)
    case .symbol(let symbol): return text(symbol, transposed: false)
    case .word(let word): return upright(word)
    case .derivative(let a, let b):
      return "\\frac{\\partial \(text(a))}{\\partial \(text(b))}"
    case .negate(let x): return "-" + text(x)
    case .infix(let sign, let a, let b):
      let isNumeric = MathText.hasDigits(a) || MathText.hasDigits(b)
      return text(a) + text(sign, isNumeric: isNumeric) + text(b)
    case .fraction(let a, let b): return "\\frac{\(text(a))}{\(text(b))}"
    case .power(let a, let b):
      return (a.hasSuperscript ? "(\(text(a)))" : "{\(text(a))}") + "^{\(text(b))}"
    case .transpose(.symbol(let symbol)): return text(symbol, transposed: true)
    case .transpose(let x): return "{\(text(x))}^{\\top}"
    case .call("sqrt", let arguments) where arguments.count == 1:
      return "\\sqrt{\(text(arguments[0]))}"
    case .call("abs", let arguments) where arguments.count == 1:
      return fenced("\\lvert ", arguments, "\\rvert ")
    case .call("norm", let arguments) where arguments.count == 1:
      return fenced("\\lVert ", arguments, "\\rVert ")
    case .call(let name, let arguments):
      return function(name) + fenced("(", arguments, ")")
    case .slope(let name, let x): return function(name) + "'" + fenced("(", [x], ")")
    case .parentheses(let x): return fenced("(", [x], ")")
    case .matrix(let rows):
      let rows = rows.map { row in row.map { text($0) }.joined(separator: " & ") }
      return "\\begin{bmatrix}" + rows.joined(separator: " \(rowBreak) ") + "\\end{bmatrix}"
    }
  }

  /// Fences grow only around what is higher than a line, for grown ones bring spaces with them.
  private func fenced(_ left: String, _ inner: [MathNode], _ right: String) -> String {
    let isTall = inner.contains(where: \.isTall)
    let text = inner.map { self.text($0) }.joined(separator: ", ")
    return isTall ? "\\left\(left)\(text)\\right\(right)" : left + text + right
  }

  /// An operator with the spaces that keep letters from running into commands.
  func text(_ sign: MathNode.Operator, isNumeric: Bool) -> String {
    switch sign {
    case .plus: " + "
    case .minus: " - "
    case .times: isNumeric ? " \\times " : " \\cdot "
    case .hadamard: " \\odot "
    case .matrixProduct: "\(smallSpace) "
    case .equals: " = "
    case .approximately: " \\approx "
    case .assigned: " \\leftarrow "
    case .greater: " > "
    case .atMost: " \\le "
    }
  }

  /// Digits, with a power of ten for an exponent.
  func number(_ digits: String) -> String {
    let digits = digits.replacing("∞", with: "\\infty ")
    guard let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }),
      let exponent = Int(digits[digits.index(after: mark)...].replacing("+", with: ""))
    else { return digits == "NaN" ? "\\mathrm{NaN}" : digits }
    return "\(digits[..<mark]) \\times 10^{\(exponent)}"
  }

  func function(_ name: String) -> String {
    switch name {
    case "sigmoid": "\\sigma"
    case "log": "\\ln"
    case "relu": "\\mathrm{ReLU}"
    case "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "max", "min", "det", "ln":
      "\\\(name)"
    default: upright(name)
    }
  }

  private func upright(_ word: String) -> String {
    if word.count == 1 { return letters(word) }
    return "\\mathrm{\(LaTeXText.escaped(word, inMath: true))}"
  }

  private func letters(_ text: String) -> String {
    text.map { LaTeXText.mathCommand($0) ?? LaTeXText.escaped("\($0)", inMath: true) }.joined()
  }

  private func text(_ symbol: Symbol, transposed: Bool) -> String {
    let isLetter = symbol.base.count == 1
    var result = isLetter ? letters(symbol.base) : upright(symbol.base)
    if symbol.isMatrix, isLetter {
      // \mathbf has no bold Greek letters.
      let command = symbol.base.allSatisfy(\.isASCII) ? "mathbf" : "boldsymbol"
      result = "\\\(command){\(result)}"
    }
    switch symbol.accent {
    case .hat: result = "\\hat{\(result)}"
    case .tilde: result = "\\tilde{\(result)}"
    case .bar: result = "\\bar{\(result)}"
    case .prime, nil: break
    }
    if !symbol.subscripts.isEmpty { result += "_{\(subscripts(symbol))}" }
    var raised = symbol.accent == .prime ? "\\prime " : ""
    if let layer = symbol.layer { raised += "[\(layer)]" }
    if let sample = symbol.sample { raised += "\\langle \(sample)\\rangle " }
    if let iteration = symbol.iteration { raised += "(\(iteration))" }
    if transposed { raised += "\\top " }
    return raised.isEmpty ? result : result + "^{\(raised)}"
  }

  private func subscripts(_ symbol: Symbol) -> String {
    let pieces = symbol.subscripts.map { piece in
      piece.count > 1 && piece.allSatisfy { $0.isASCII && $0.isLetter }
        ? "\\mathrm{\(piece)}" : letters(piece)
    }
    return pieces.joined(separator: symbol.subscripts.allSatisfy { $0.count == 1 } ? "" : ",")
  }
}
