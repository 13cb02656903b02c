import Explain

/// A marked sheet.
public struct MarkReport: Sendable {
  /// What was found of a line.
  public enum Verdict: String, Sendable, Hashable {
    /// The number or words of the key.
    case right
    /// The right way from a wrong earlier value.
    case carried
    /// Neither.
    case wrong
    /// Nothing that could be read.
    case unanswered
  }

  /// A line's marks.
  public struct Line: Sendable {
    /// The question's name.
    public let question: String
    /// The line's name.
    public let line: String
    /// What was found.
    public let verdict: Verdict
    /// What the key has.
    public let expected: String
    /// What the student wrote; empty for a blank.
    public let found: String
    /// Why, where there is something to say: the slip, the reason of a blank.
    public let diagnosis: Words?
    /// The slips that reproduce the number, by name.
    public let slips: [String]
    /// Marks for the method.
    public var method: Int
    /// Marks for the answer.
    public var answer: Int
    /// The marks that could be had.
    public let of: Int
    /// Whether the student gave these marks.
    public let isSelfMarked: Bool

    /// Marks for both.
    public var awarded: Int { method + answer }

    /// A line of these parts.
    public init(
      question: String, line: String, verdict: Verdict, expected: String, found: String,
      diagnosis: Words? = nil, slips: [String] = [], method: Int = 0, answer: Int = 0, of: Int,
      isSelfMarked: Bool = false
    ) {
      self.question = question
      self.line = line
      self.verdict = verdict
      self.expected = expected
      self.found = found
      self.diagnosis = diagnosis
      self.slips = slips
      self.method = method
      self.answer = answer
      self.of = of
      self.isSelfMarked = isSelfMarked
    }
  }

  /// Marks taken off a question as a whole.
  public struct Deduction: Sendable {
    /// The question's name.
    public let question: String
    /// How many.
    public let marks: Int
    /// Why.
    public let reason: Words

    /// - Parameters:
    ///   - question: The question's name.
    ///   - marks: How many.
    ///   - reason: Why.
    public init(question: String, marks: Int, reason: Words) {
      self.question = question
      self.marks = marks
      self.reason = reason
    }
  }

  /// The lines in order.
  public let lines: [Line]
  /// Marks taken off.
  public let deductions: [Deduction]

  /// - Parameters:
  ///   - lines: The lines in order.
  ///   - deductions: Marks taken off.
  public init(lines: [Line], deductions: [Deduction] = []) {
    self.lines = lines
    self.deductions = deductions
  }

  /// The marks awarded.
  public var total: Int {
    lines.reduce(0) { $0 + $1.awarded } - deductions.reduce(0) { $0 + $1.marks }
  }
  /// The marks that could be had.
  public var of: Int { lines.reduce(0) { $0 + $1.of } }
}
