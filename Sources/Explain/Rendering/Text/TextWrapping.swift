import Plots

/// Breaks text into lines for a terminal, Chinese between characters, other text at spaces.
enum TextWrapping {
  /// A space that lines do not break at: within mathematics.
  static let fixedSpace: Character = "\u{A0}"

  /// The text in lines of at most `width` columns.
  ///
  /// - Parameters:
  ///   - text: The text; line feeds in it end a line.
  ///   - width: The longest line.
  ///   - hanging: What lines after the first are indented by.
  static func lines(_ text: String, width: Int, hanging: Int = 0) -> [String] {
    var result: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      var used = 0
      func limit() -> Int { max(1, width - (result.isEmpty ? 0 : hanging)) }
      func finish() {
        let indent = result.isEmpty ? "" : String(repeating: " ", count: hanging)
        let line = line.map { $0 == fixedSpace ? " " : $0 }
        result.append(TerminalText.trimmed(indent + String(line)))
      }
      for word in words(String(paragraph)) {
        var word = word
        if used + word.space + word.width > limit(), used > 0 {
          finish()
          (line, used) = ("", 0)
        }
        // What is longer than a line breaks at the spaces of its mathematics, then anywhere.
        while word.width > limit() {
          let (head, tail) = split(word.text, at: limit())
          line = head
          finish()
          (line, used) = ("", 0)
          word = Word(text: tail, space: 0)
        }
        if used > 0 {
          line += String(repeating: " ", count: word.space)
          used += word.space
        }
        line += word.text
        used += word.width
      }
      finish()
    }
    return result
  }

  /// A text's longest piece that does not break.
  static func longestWord(_ text: String) -> Int { words(text).map(\.width).max() ?? 0 }

  private struct Word {
    let text: String
    /// 1 where a space stands before it.
    let space: Int
    let width: Int

    init(text: String, space: Int) {
      self.text = text
      self.space = space
      width = TerminalText.width(text)
    }
  }

  /// Chinese punctuation that begins no line.
  private static let notFirst: Set<Character> = [
    "、", "。", "，", "；", "：", "？", "！", "）", "」", "』", "》", "】", "”", "’", "…", ".", ",", ";",
    ":", ")", "]", "?", "!",
  ]
  /// Chinese punctuation that ends no line.
  private static let notLast: Set<Character> = ["（", "「", "『", "《", "【", "“", "‘", "(", "["]

  private static func words(_ text: String) -> [Word] {
    var result: [Word] = []
    var word = ""
    var space = 0
    func finish() {
      if !word.isEmpty { result.append(Word(text: word, space: space)) }
      (word, space) = ("", 0)
    }
    var last: Character?
    for character in text {
      if character == " " || character == "\t" {
        finish()
        space = 1
      } else {
        if let last, last != " ", TerminalText.width("\(last)") == 2 || isWide(character),
          !notFirst.contains(character), !notLast.contains(last)
        {
          finish()
        }
        word.append(character)
      }
      last = character
    }
    finish()
    return result
  }

  private static func isWide(_ character: Character) -> Bool {
    TerminalText.width("\(character)") == 2
  }

  private static func split(_ text: String, at width: Int) -> (head: String, tail: String) {
    var used = 0
    var end = text.startIndex
    var breakable: String.Index?
    for index in text.indices {
      used += TerminalText.width("\(text[index])")
      if used > width, end > text.startIndex { break }
      end = text.index(after: index)
      // Before an operator between spaces, not behind it.
      if text[index] == fixedSpace, index > text.startIndex,
        text.index(after: index) < text.endIndex,
        "+−×·⊙=≈←>≤".contains(text[text.index(after: index)])
      {
        breakable = index
      }
    }
    if let breakable, end < text.endIndex {
      return (String(text[..<breakable]), String(text[text.index(after: breakable)...]))
    }
    return (String(text[..<end]), String(text[end...]))
  }
}
