/// Words as LaTeX, for engines that know no Unicode beyond Latin letters too.
enum LaTeXText {
  /// The text with every character that LaTeX would take for a command written out.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - inMath: Whether it stands in mathematics.
  static func escaped(_ text: String, inMath: Bool = false) -> String {
    var result = ""
    for character in text {
      if character == " " || character.isNewline || character.isASCIIControl {
        result += inMath ? "\\ " : " "
      } else if inMath, let plain = specialInMath[character] {
        result += plain
      } else if let plain = special[character] {
        result += plain
      } else if character.isASCII || isText(character) {
        result.append(character)
      } else if let command = mathCommand(character) {
        result += inMath ? command : "$\(command.trimmedEnd)$"
      } else {
        result += decomposed(character, inMath: inMath)
      }
    }
    return result
  }

  private static let special: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "_": "\\_", "%": "\\%", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "\"": "\\textquotedbl{}",
    "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": "\\ldots{}",
    "\u{A0}": "~", "`": "\\textasciigrave{}",
  ]

  private static let specialInMath: [Character: String] = [
    "\\": "\\backslash{}", "<": "{<}", ">": "{>}", "|": "\\vert{}", "~": "\\sim{}",
    "^": "\\wedge{}", "\"": "''", "`": "'", "“": "''", "”": "''", "‘": "'", "’": "'", "–": "-",
    "—": "-",
  ]

  /// Chinese characters and punctuation, which xelatex sets, and Latin letters that both set.
  private static func isText(_ character: Character) -> Bool {
    if isChinese(character) { return true }
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else {
      return false
    }
    return (0xC0...0x17F).contains(scalar.value) && scalar != "×" && scalar != "÷"
  }

  /// Whether it takes a Chinese font.
  static func isChinese(_ character: Character) -> Bool {
    character.unicodeScalars.contains {
      switch $0.value {
      case 0x2E80...0x303F, 0x3400...0x9FFF, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFFEF,
        0x20000...0x3FFFF:
        true
      default: false
      }
    }
  }

  /// A mark over a letter, or the number of a character that there is no command for.
  private static func decomposed(_ character: Character, inMath: Bool) -> String {
    let scalars = Array(character.unicodeScalars)
    let accents: [Unicode.Scalar: String] = [
      "\u{302}": "\\hat", "\u{303}": "\\tilde", "\u{304}": "\\bar", "\u{307}": "\\dot",
    ]
    if scalars.count == 2, let accent = accents[scalars[1]] {
      let letter = mathCommand(Character(scalars[0])) ?? "\(scalars[0])"
      return inMath ? "\(accent){\(letter)}" : "$\(accent){\(letter)}$"
    }
    return scalars.map { "[U+\(String($0.value, radix: 16, uppercase: true))]" }.joined()
  }

  /// A character's command in mathematics, with a space behind it.
  static func mathCommand(_ character: Character) -> String? {
    if let command = commands[character] { return command }
    if let place = Array("⁰¹²³⁴⁵⁶⁷⁸⁹").firstIndex(of: character) { return "^{\(place)}" }
    if let place = Array("₀₁₂₃₄₅₆₇₈₉").firstIndex(of: character) { return "_{\(place)}" }
    return nil
  }

  private static let commands: [Character: String] = {
    let greek: [Character: String] = [
      "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
      "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
      "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
      "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
      "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi",
      "Ω": "Omega", "µ": "mu", "ϵ": "epsilon",
    ]
    let signs: [Character: String] = [
      "×": "times", "÷": "div", "·": "cdot", "⋅": "cdot", "⊙": "odot", "≤": "le", "≥": "ge",
      "≈": "approx", "≠": "ne", "→": "to", "←": "leftarrow", "↔": "leftrightarrow",
      "⇒": "Rightarrow", "↦": "mapsto", "∞": "infty", "∂": "partial", "∇": "nabla", "∑": "sum",
      "∏": "prod", "∫": "int", "√": "surd", "∈": "in", "∉": "notin", "⊂": "subset",
      "∪": "cup", "∩": "cap", "∀": "forall", "∃": "exists", "±": "pm", "∓": "mp",
      "⟨": "langle", "⟩": "rangle", "′": "prime", "‖": "Vert", "∥": "parallel", "ᵀ": "top",
      "⊤": "top", "∘": "circ", "°": "circ", "★": "star", "⋆": "star", "ℓ": "ell", "⌊": "lfloor",
      "⌋": "rfloor", "⌈": "lceil", "⌉": "rceil", "∝": "propto", "≡": "equiv", "∼": "sim",
      "¬": "neg", "⋯": "cdots", "•": "bullet", "−": "-", "≪": "ll", "≫": "gg", "↑": "uparrow",
      "↓": "downarrow", "⊕": "oplus", "⊗": "otimes",
    ]
    var result = greek.merging(signs) { first, _ in first }.mapValues { "\\\($0) " }
    result["−"] = "-"
    for (character, command) in ["′": "^{\\prime}", "ᵀ": "^{\\top}", "°": "^{\\circ}"] {
      result[Character(character)] = command
    }
    for (character, command) in [
      "½": "\\tfrac12 ", "¼": "\\tfrac14 ", "¾": "\\tfrac34 ", "⁻": "^{-}", "⁺": "^{+}",
      "ᵢ": "_{i}", "ⱼ": "_{j}", "ₜ": "_{t}", "ₖ": "_{k}", "ₙ": "_{n}", "ₘ": "_{m}", "ₓ": "_{x}",
      "₋": "_{-}", "₊": "_{+}", "ₗ": "_{l}", "ₕ": "_{h}", "ₚ": "_{p}", "ₛ": "_{s}", "ᵣ": "_{r}",
      "ᵤ": "_{u}", "ᵥ": "_{v}", "ₐ": "_{a}", "ₑ": "_{e}", "ₒ": "_{o}", "⁽": "^{(}", "⁾": "^{)}",
      "ⁿ": "^{n}", "ᵏ": "^{k}", "ᵗ": "^{t}", "ⁱ": "^{i}", "ˣ": "^{x}", "Ẑ": "\\hat{Z}",
      "✓": "\\checkmark ", "𝟙": "\\mathbf{1}",
    ] {
      result[Character(character)] = command
    }
    return result
  }()
}

extension Character {
  fileprivate var isASCIIControl: Bool { (asciiValue.map { $0 < 32 || $0 == 127 }) ?? false }
}

extension String {
  /// Without spaces at the end.
  var trimmedEnd: String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}
