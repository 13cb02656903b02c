/// Remembers which technical terms have stood in a document, since a Chinese text gives the English
/// word where a term stands first.
struct TermMemory {
  let language: Language
  private var seen: Set<String> = []

  init(_ language: Language) { self.language = language }

  /// The term's words here, and whether it stands here for the first time.
  mutating func spelled(_ term: Term) -> (words: String, isFirst: Bool) {
    let isFirst = seen.insert(term.english.lowercased()).inserted
    switch language {
    case .english: return (term.english, isFirst)
    case .chinese:
      let saysItself = term.chinese.lowercased().contains(term.english.lowercased())
      return (isFirst && !saysItself ? "\(term.chinese) (\(term.english))" : term.chinese, isFirst)
    }
  }
}

/// How a renderer writes what stands within a line.
protocol Markup {
  var terms: TermMemory { get set }
  /// Words that mean themselves.
  func escaped(_ text: String) -> String
  /// A technical term's words.
  func term(_ words: String, isFirst: Bool) -> String
  /// Mathematics within the line.
  func inline(_ node: MathNode) -> String
}

extension Markup {
  func term(_ words: String, isFirst: Bool) -> String { escaped(words) }

  /// A text in the document's language.
  mutating func inline(_ prose: Prose) -> String {
    var result = ""
    var isAfterEnglish = false
    for piece in prose.run(terms.language).pieces {
      defer { if case .term = piece {} else { isAfterEnglish = false } }
      switch piece {
      case .text(let text):
        // Chinese words stand apart from Latin letters and what is in ASCII parentheses.
        if isAfterEnglish, let first = text.unicodeScalars.first, first.properties.isIdeographic {
          result += " "
        }
        result += escaped(text)
      case .math(let node): result += inline(node)
      case .term(let term):
        let (words, isFirst) = terms.spelled(term)
        result += self.term(words, isFirst: isFirst)
        isAfterEnglish = words.last == ")"
      }
    }
    return result
  }

  /// A table's cell.
  mutating func inline(_ cell: Table.Cell) -> String {
    switch cell {
    case .prose(let prose): inline(prose)
    case .math(let node): inline(node)
    case .digits(let digits): inline(.number(digits))
    }
  }
}
