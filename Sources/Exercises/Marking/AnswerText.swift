import Foundation

/// Brings what students type to the form that the parser reads.
enum AnswerText {
  /// Full-width characters, Unicode signs, Greek function names and indices as plain text.
  static func plain(_ text: String) -> String {
    var result = ""
    for character in text.trimmingCharacters(in: .whitespacesAndNewlines) {
      switch character {
      case "−", "－", "–": result += "-"
      case "×", "·", "⋅", "＊", "⊙": result += "*"
      case "÷", "／": result += "/"
      case "＋": result += "+"
      case "（": result += "("
      case "）": result += ")"
      case "，": result += ","
      case "；": result += ";"
      case "＝", "≈", "≃", "≅": result += "="
      case "．", "。": result += "."
      case "０"..."９": result += String(character.wholeNumberValue!)
      case "½": result += "(1/2)"
      case "¼": result += "(1/4)"
      case "¾": result += "(3/4)"
      case "²": result += "^2"
      case "³": result += "^3"
      case "√": result += "sqrt"
      default: result.append(character)
      }
    }
    return
      result
      .replacing("**", with: "^").replacing("~=", with: "=").replacing("=~", with: "=")
      .replacing("==", with: "=")
  }

  /// A name without what differs from hand to hand: indices as digits, Greek letters spelled,
  /// no low lines, carets, braces or spaces.
  static func name(_ text: String) -> String {
    var result = ""
    for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar {
      case "_", "^", "{", "}", " ", "\\", "·": continue
      case "\u{302}": result += "hat"
      case "\u{303}": result += "tilde"
      case "\u{304}", "\u{305}": result += "bar"
      case "′", "’", "`": result += "'"
      case "⟨", "〈": result += "<"
      case "⟩", "〉": result += ">"
      case "∂": result += "d"
      case "∇": result += "grad"
      case "͵": result += ","
      case "δ": result += "delta"
      case "σ": result += "sigma"
      case "η": result += "eta"
      case "λ": result += "lambda"
      case "μ", "µ": result += "mu"
      case "ε": result += "eps"
      case "γ": result += "gamma"
      case "β": result += "beta"
      case "α": result += "alpha"
      case "θ": result += "theta"
      case "ρ": result += "rho"
      case "φ": result += "phi"
      case "κ": result += "kappa"
      default:
        result += Self.plainIndex[scalar] ?? String(scalar)
      }
    }
    return result
  }

  /// Subscripts and superscripts and the characters that they stand for.
  private static let plainIndex: [Unicode.Scalar: String] = {
    let raised = "₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹ᵢⱼₜₕₓₒₖₙₘ₊₋ᵣᵤᵥₐₑₛₚₗᵀ".unicodeScalars
    let plain = "01234567890123456789ijthxoknm+-ruvaesplT".unicodeScalars
    return Dictionary(
      zip(raised, plain.map { String($0) }), uniquingKeysWith: { first, _ in first })
  }()
}
