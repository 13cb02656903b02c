extension Prose {
  /// The text of a language with mathematics as a line of text.
  public func plain(_ language: Language) -> String {
    run(language).pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .math(let node): MathText.text(node)
      case .term(let term): language == .english ? term.english : term.chinese
      }
    }.joined()
  }
}
