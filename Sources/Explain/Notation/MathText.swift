/// A formula as one line of Unicode text that the expression parser reads back.
public struct MathText {
  /// The text.
  public static func text(_ node: MathNode) -> String {
    switch node {
    case .number(let digits): return number(digits)
    case .symbol(let symbol): return text(symbol)
    case .word(let word): return word
    case .derivative(let a, let b): return "∂" + text(a) + "/∂" + text(b)
    case .negate(let x): return "−" + text(x)
    case .infix(let sign, let a, let b): return text(a) + text(sign, a, b) + text(b)
    case .fraction(let a, let b):
      return wrapped(a, above: 1) + "/" + (isDerivative(b) ? "(\(text(b)))" : wrapped(b, above: 3))
    case .power(let a, let b):
      let base = a.hasSuperscript ? "(" + text(a) + ")" : text(a)
      if case .number(let digits) = b, digits.allSatisfy(\.isNumber) {
        return base + superscript(digits)
      }
      return base + "^" + wrapped(b, above: 4)
    case .transpose(let x): return text(x) + "ᵀ"
    case .call(let name, let arguments):
      return functionName(name) + "(" + arguments.map(text).joined(separator: ", ") + ")"
    case .slope(let name, let x): return functionName(name) + "′(" + text(x) + ")"
    case .parentheses(let x): return "(" + text(x) + ")"
    case .matrix(let rows):
      return "["
        + rows.map { "[" + $0.map(text).joined(separator: ", ") + "]" }
        .joined(separator: ", ") + "]"
    }
  }

  /// A number with a typographic minus sign before it. The one of an exponent stays ASCII, for
  /// that is what parsers of numbers read: `−1.2e-05`.
  static func number(_ digits: String) -> String {
    digits.hasPrefix("-") ? "−" + digits.dropFirst() : digits
  }

  /// Text with numbers in it, such as `[-1, 2e-05]`, with typographic minus signs.
  static func digits(_ text: String) -> String {
    var last: Character = " "
    return String(
      text.map { character in
        defer { last = character }
        return character == "-" && last != "e" ? "−" : character
      })
  }

  private static func isDerivative(_ node: MathNode) -> Bool {
    if case .derivative = node { true } else { false }
  }

  private static func wrapped(_ node: MathNode, above limit: Int) -> String {
    node.precedence > limit ? text(node) : "(" + text(node) + ")"
  }

  private static func text(_ sign: MathNode.Operator, _ a: MathNode, _ b: MathNode) -> String {
    switch sign {
    case .plus: " + "
    case .minus: " − "
    case .times: hasDigits(a) || hasDigits(b) ? " × " : "·"
    case .hadamard: " ⊙ "
    case .matrixProduct: " · "
    case .equals: " = "
    case .approximately: " ≈ "
    case .assigned: " ← "
    case .greater: " > "
    case .atMost: " ≤ "
    }
  }

  /// Whether the factor next to the sign is a number, so that a dot could be taken for a point.
  static func hasDigits(_ node: MathNode) -> Bool {
    switch node {
    case .number, .matrix: true
    case .infix(.times, let a, let b): hasDigits(a) || hasDigits(b)
    case .parentheses(let x), .negate(let x): hasDigits(x)
    default: false
    }
  }

  /// A function's name as the course writes it.
  static func functionName(_ name: String) -> String {
    switch name {
    case "sigmoid": "σ"
    case "log": "ln"
    case "relu": "ReLU"
    case "leaky-relu": "LeakyReLU"
    default: name
    }
  }

  /// A symbol: base with accent, subscripts, [layer], ⟨sample⟩, (iteration).
  static func text(_ symbol: Symbol) -> String {
    var result = symbol.base
    switch symbol.accent {
    case .hat: result += "\u{302}"
    case .tilde: result += "\u{303}"
    case .bar: result += "\u{304}"
    case .prime: result += "′"
    case nil: break
    }
    if symbol.accent != nil, symbol.accent != .prime {
      result = result.precomposed
    }
    result += subscripted(symbol.subscriptText)
    if let layer = symbol.layer { result += "^[\(layer)]" }
    if let sample = symbol.sample { result += "⟨\(sample)⟩" }
    if let iteration = symbol.iteration {
      result += symbol.layer == nil && symbol.sample == nil ? "^(\(iteration))" : "(\(iteration))"
    }
    return result
  }

  /// Digits and letters as subscripts, or after a low line where a character has none.
  static func subscripted(_ text: String) -> String {
    let map: [Character: Character] = [
      "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈",
      "9": "₉", ",": "͵", "i": "ᵢ", "j": "ⱼ", "t": "ₜ", "h": "ₕ", "x": "ₓ", "o": "ₒ", "k": "ₖ",
      "n": "ₙ", "m": "ₘ", "+": "₊", "-": "₋", "r": "ᵣ", "u": "ᵤ", "v": "ᵥ", "a": "ₐ", "e": "ₑ",
      "s": "ₛ", "p": "ₚ", "l": "ₗ",
    ]
    if text.contains(",") || !text.allSatisfy({ map[$0] != nil }) {
      return text.isEmpty ? "" : "_" + text
    }
    return String(text.map { map[$0]! })
  }

  private static func superscript(_ digits: String) -> String {
    String(digits.map { "⁰¹²³⁴⁵⁶⁷⁸⁹"[Int(String($0))!] })
  }
}

extension String {
  fileprivate subscript(_ index: Int) -> Character { self[self.index(startIndex, offsetBy: index)] }

  /// Letter and mark as one character where there is one.
  fileprivate var precomposed: String {
    let known = ["y\u{302}": "ŷ", "x\u{302}": "x̂", "h\u{302}": "ĥ", "Y\u{302}": "Ŷ"]
    return known[self] ?? self
  }
}
