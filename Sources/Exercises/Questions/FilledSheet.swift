/// What a student wrote on a sheet.
public struct FilledSheet: Sendable {
  /// What stands in one place.
  public enum Entry: Sendable, Hashable {
    /// Nothing.
    case blank
    /// A number, fraction, expression, word or letter.
    case text(String)
    /// A vector, or an order of letters.
    case list([String])
    /// A matrix by rows.
    case rows([[String]])
    /// Pairs: the right side by the left one's number.
    case pairs([String: String])
    /// Points of a rubric that the student claims.
    case claims(String, [Bool])
  }

  /// The answers to one question.
  public struct Answers: Sendable {
    /// By the lines' names.
    public var lines: [String: Entry]
    /// Lines of the student's own, in order.
    public var working: [String]

    /// - Parameters:
    ///   - lines: By the lines' names.
    ///   - working: Lines of the student's own, in order.
    public init(lines: [String: Entry] = [:], working: [String] = []) {
      self.lines = lines
      self.working = working
    }
  }

  /// By the questions' names.
  public var answers: [String: Answers]

  /// - Parameter answers: By the questions' names.
  public init(answers: [String: Answers] = [:]) { self.answers = answers }
}
