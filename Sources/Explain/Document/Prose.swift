/// A text in both languages, with mathematics and technical terms in it.
public struct Prose: Sendable, Hashable {
  /// The English text.
  public let english: Run
  /// The Chinese text.
  public let chinese: Run

  /// - Parameters:
  ///   - en: The English text.
  ///   - zh: The Chinese text.
  public init(en: Run, zh: Run) {
    english = en
    chinese = zh
  }

  /// A text that is the same in both languages, such as a formula.
  public init(_ run: Run) {
    english = run
    chinese = run
  }

  /// The text of a language.
  public func run(_ language: Language) -> Run {
    switch language {
    case .english: english
    case .chinese: chinese
    }
  }

  /// One language's text in pieces.
  public struct Run: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// A piece of a text.
    public enum Piece: Sendable, Hashable {
      /// Words.
      case text(String)
      /// A technical term.
      case term(Term)
      /// Mathematics within the line.
      case math(MathNode)
    }

    /// The pieces in order.
    public var pieces: [Piece]

    /// A text of words, in which a letter that stands alone is a symbol: "the loss by z".
    ///
    /// - Parameter value: The text.
    public init(stringLiteral value: String) { pieces = Run.split(literal: value) }

    public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    /// A text made of pieces.
    public init(pieces: [Piece]) { self.pieces = pieces }

    public struct StringInterpolation: StringInterpolationProtocol {
      var pieces: [Piece] = []

      public init(literalCapacity: Int, interpolationCount: Int) {}

      public mutating func appendLiteral(_ literal: String) {
        var isContinued = false
        switch pieces.last {
        case .term, .text: isContinued = true
        case .math, nil: break
        }
        pieces += Run.split(literal: literal, isContinued: isContinued)
      }

      /// A technical term.
      public mutating func appendInterpolation(_ term: Term) { pieces.append(.term(term)) }

      /// Mathematics.
      public mutating func appendInterpolation(_ math: MathNode) { pieces.append(.math(math)) }

      /// A symbol.
      public mutating func appendInterpolation(_ symbol: Symbol) {
        pieces.append(.math(.symbol(symbol)))
      }

      /// A name or number.
      public mutating func appendInterpolation(_ text: String) { pieces.append(.text(text)) }

      /// A whole number.
      public mutating func appendInterpolation(_ number: Int) { pieces.append(.text("\(number)")) }

      /// Another text's pieces.
      public mutating func appendInterpolation(_ run: Run) { pieces += run.pieces }
    }
  }
}
