/// An examinable statement of the course that is prose.
public struct FactCard: Sendable, Hashable {
  /// What sort of statement it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// What a term means.
    case definition
    /// Why something is so.
    case reason
    /// What speaks for something.
    case advantage
    /// What speaks against something.
    case drawback
    /// How something behaves.
    case property
    /// What something is for.
    case use
    /// What something consists of.
    case structure
    /// When something happened.
    case date
    /// A number.
    case figure
    /// A relation of quantities.
    case formula
    /// What happened.
    case history
  }

  /// Where the course review says it.
  public struct Source: Sendable, Hashable {
    /// The line of its text, from 1.
    public let line: Int
    /// A few characters of that line.
    public let contains: String

    /// - Parameters:
    ///   - line: The line of the review's text, from 1.
    ///   - contains: A few characters of that line.
    public init(line: Int, contains: String) {
      self.line = line
      self.contains = contains
    }
  }

  /// A name without another like it, such as `L5.sgd-one-sample`.
  public let id: String
  /// The row of the syllabus, such as `L5.1`.
  public let row: String
  /// The topic's name, such as `gradient-descent`.
  public let topic: String
  /// Whether the examiner stressed it.
  public let isStarred: Bool
  /// What sort of statement it is.
  public let kind: Kind
  /// The statement, as it is right.
  public let statement: Words
  /// What the review has instead, where it errs or is loose.
  public let correction: Words?
  /// A question that the statement answers.
  public let question: Words
  /// The answer in a few words.
  public let answer: Words
  /// Cards of one group have answers that are plausible, and wrong, for each other's questions.
  public let group: String
  /// Further wrong choices.
  public let wrong: [Words]
  /// What a short answer has to say, point by point; the statement alone where empty.
  public let points: [Words]
  /// Where the course review says it.
  public let source: Source

  /// A card of these parts.
  public init(
    id: String, row: String, topic: String, isStarred: Bool = false, kind: Kind, statement: Words,
    correction: Words? = nil, question: Words, answer: Words, group: String, wrong: [Words] = [],
    points: [Words] = [], source: Source
  ) {
    self.id = id
    self.row = row
    self.topic = topic
    self.isStarred = isStarred
    self.kind = kind
    self.statement = statement
    self.correction = correction
    self.question = question
    self.answer = answer
    self.group = group
    self.wrong = wrong
    self.points = points
    self.source = source
  }
}
