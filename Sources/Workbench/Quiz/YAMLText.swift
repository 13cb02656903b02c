/// Writes texts so that YAML reads the same.
enum YAMLText {
  /// A text in double quotation marks, on one line: whatever stands in it, it is read back.
  static func quoted(_ text: String) -> String {
    var result = "\""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      // A name after & is taken for an anchor by the reader's guard against aliases.
      case "&" where index + 1 < scalars.count && scalars[index + 1] != " ": result += "\\x26"
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        let isPlain =
          (0x20...0x7E).contains(scalar.value)
          || scalar.value >= 0xA0 && scalar.value <= 0xFFFD && scalar.value != 0xFEFF
            && scalar.value != 0x2028 && scalar.value != 0x2029
          || scalar.value >= 0x10000
        if isPlain {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return result + "\""
  }

  /// A name without quotation marks where it needs none.
  static func name(_ text: String) -> String {
    let isPlain =
      text.first.map { $0.isASCII && $0.isLetter } == true
      && text.utf8.allSatisfy {
        (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
          || [45, 46].contains($0)
      }
    let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    return isPlain && !words.contains(text.lowercased()) ? text : quoted(text)
  }

  /// A number, a list of numbers or a matrix as such; other texts in quotation marks.
  static func answer(_ text: String) -> String {
    let isNumeric =
      !text.isEmpty
      && text.utf8.allSatisfy {
        (48...57).contains($0) || [32, 43, 44, 45, 46, 91, 93, 101].contains($0)
      }
    let isList = text.first == "[" && text.last == "]"
    return isNumeric && (isList || Double(text) != nil) ? text : name(text)
  }

  /// Lines as a block in which each is what it is.
  ///
  /// - Parameters:
  ///   - lines: The lines, of which the first begins with no space.
  ///   - indent: Spaces before each.
  static func block(_ lines: [String], indent: Int) -> String {
    let space = String(repeating: " ", count: indent)
    return "|\n" + lines.map { $0.isEmpty ? "\n" : space + $0 + "\n" }.joined()
  }
}
