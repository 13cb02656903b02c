/// What a worked solution is written as.
public enum SolutionFormat: String, Sendable, Hashable, CaseIterable {
  /// Lines for a terminal or a file.
  case text
  /// GitHub's Markdown with mathematics in LaTeX.
  case markdown
  /// A document for pdflatex, or for xelatex where it has Chinese in it.
  case latex
  /// A page that needs nothing else: MathML, the graph as SVG.
  case html
  /// What scripts read.
  case json
}

extension Solution {
  /// The solution written out.
  ///
  /// - Parameters:
  ///   - format: What it is written as.
  ///   - language: The language of headings and words.
  ///   - colour: Whether text carries a terminal's escape sequences for colour and bold letters;
  ///     the other formats take no notice.
  ///   - width: The longest line of text in columns, at least 40; the other formats take no
  ///     notice.
  /// - Returns: The document, with a line feed at its end.
  public func rendered(
    _ format: SolutionFormat, language: Language = .english, colour: Bool = false, width: Int = 80
  ) -> String {
    switch format {
    case .text: TextRenderer(language: language, colour: colour, width: width).render(self)
    case .markdown: MarkdownRenderer(language: language).render(self)
    case .latex: LaTeXRenderer(language: language).render(self)
    case .html: HTMLRenderer(language: language).render(self)
    case .json: JSONRenderer(language: language).render(self).text(pretty: true) + "\n"
    }
  }
}
