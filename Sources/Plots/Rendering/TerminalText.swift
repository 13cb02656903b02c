/// Text measured and coloured for a terminal.
package enum TerminalText {
  /// How many columns `text` takes; East Asian wide characters and emoji take two.
  package static func width(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  /// `text` without control characters, which could move the cursor or recolour the screen:
  /// labels come from files.
  package static func clean(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isPlain(scalar) {
        scalars.append(scalar)
        continue
      }
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: scalars.append(" ")
      case .format where scalar != "\u{200D}": continue
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// `text` cleaned, and cut to at most `width` columns with an ellipsis where it is longer.
  package static func cut(_ text: String, to width: Int) -> String {
    let text = clean(text)
    if self.width(text) <= width { return text }
    var kept = ""
    var used = 0
    for character in text {
      used += self.width(character)
      if used > width - 1 { break }
      kept.append(character)
    }
    return width > 0 ? kept + "…" : ""
  }

  /// `text` cut and filled with spaces on the right to exactly `width` columns.
  package static func left(_ text: String, _ width: Int) -> String {
    let text = cut(text, to: width)
    return text + String(repeating: " ", count: max(0, width - self.width(text)))
  }

  /// `text` cut and filled with spaces on the left to exactly `width` columns.
  package static func right(_ text: String, _ width: Int) -> String {
    let text = cut(text, to: width)
    return String(repeating: " ", count: max(0, width - self.width(text))) + text
  }

  /// `text` in one of the terminal's 256 colours, on another, or as it is where both are nil.
  package static func colored(
    _ text: String, _ color: Int?, on background: Int? = nil
  ) -> String {
    if text.isEmpty || (color == nil && background == nil) { return text }
    let codes = [color.map { "38;5;\($0)" }, background.map { "48;5;\($0)" }].compactMap { $0 }
    return "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  /// `text` without spaces at its end.
  package static func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }

  private static func width(_ character: Character) -> Int {
    var widest = 0
    for scalar in character.unicodeScalars {
      // U+FE0F asks for the emoji form of a character that also has a narrow one.
      if scalar.value == 0xFE0F { return 2 }
      if isPlain(scalar) {
        widest = max(widest, 1)
        continue
      }
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format, .control: continue
      default: widest = max(widest, isWide(scalar) ? 2 : 1)
      }
    }
    return widest
  }

  /// Whether the scalar is a visible character of one column, as far as its block tells without
  /// a look at its properties, which take much longer: ASCII, Latin, Greek, super- and subscripts,
  /// arrows, mathematical operators and box drawing.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA1...0xAC, 0xAE...0x2FF, 0x3A3...0x3FF, 0x2074...0x208E, 0x2190...0x22FF,
      0x2500...0x257F:
      true
    default: false
    }
  }

  /// Whether the scalar is East Asian wide or full-width (Unicode Standard Annex 11), by blocks.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
      0x1F1E6...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      true
    default:
      scalar.properties.isEmojiPresentation
    }
  }
}
