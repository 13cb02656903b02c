/// Text of unknown origin made fit for an error message: short, on one line, without control
/// characters that a terminal would obey.
package enum Excerpt {
  /// The most characters that are shown.
  static let longest = 60

  /// The text in quotation marks, cut where it is long.
  package static func quoted(_ text: String) -> String { "\"\(escaped(text, longest: longest))\"" }

  /// The text without quotation marks, cut where it is long.
  package static func short(_ text: String) -> String {
    escaped(text, longest: longest, quotes: false)
  }

  /// Bytes as text in quotation marks; those that are no UTF-8 show as replacement characters.
  static func quoted(_ bytes: some Collection<UInt8>) -> String {
    let head = bytes.prefix(4 * longest + 4)
    return quoted(String(decoding: head, as: UTF8.self))
  }

  /// The text without quotation marks, at most 4,096 characters: for paths.
  static func plain(_ text: String) -> String { escaped(text, longest: 4096, quotes: false) }

  /// The text with nothing cut but what is beyond 4,096 characters, and its line breaks kept: for
  /// whole messages, into which text of unknown origin may have come.
  package static func message(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.count <= 4096
    if isPlain { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { escaped(String($0), longest: 4096, quotes: false) }.joined(separator: "\n")
  }

  /// `1 byte`, `2 bytes`.
  static func bytes(_ count: Int) -> String { Self.count(count, "byte") }

  /// A number of things: `1 field`, `2 fields`.
  package static func count(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  private static func escaped(_ text: String, longest: Int, quotes: Bool = true) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == longest {
        result += "…"
        break
      }
      count += 1
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\"" where quotes: result += "\\\""
      case "\\" where quotes: result += "\\\\"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
          .unassigned:
          result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
