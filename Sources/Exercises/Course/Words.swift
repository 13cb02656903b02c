import Explain

/// A plain text in both languages.
public struct Words: Sendable, Hashable {
  /// The English text.
  public let english: String
  /// The Chinese text.
  public let chinese: String

  /// - Parameters:
  ///   - en: The English text.
  ///   - zh: The Chinese text.
  public init(en: String, zh: String) {
    english = en
    chinese = zh
  }

  /// The text of a language.
  public func text(_ language: Language) -> String {
    switch language {
    case .english: english
    case .chinese: chinese
    }
  }

  /// The same as prose, in which no letter is taken for a symbol.
  public var prose: Prose {
    Prose(en: Prose.Run(pieces: [.text(english)]), zh: Prose.Run(pieces: [.text(chinese)]))
  }
}
