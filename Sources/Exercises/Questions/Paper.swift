import Explain

/// What a paper is drawn from: the same settings give the same paper.
public struct PaperSettings: Sendable, Hashable {
  /// How much of the working is laid out for the student.
  public enum Scaffold: String, Sendable, Hashable, CaseIterable {
    /// A line for every number.
    case full
    /// Headings, under which students write their own lines.
    case headings
    /// Nothing: students write their own lines `name = expression = number`.
    case none
  }

  /// What is asked about: a kind of problem, a topic, a row or a lecture of the course, `facts`,
  /// or `exam`.
  public var topic: String
  /// Fixes everything that is drawn.
  public var seed: UInt64
  /// How many questions; an examination has its own number.
  public var count: Int
  /// From 1, one gate, to 5, two iterations or Adam.
  public var difficulty: Int
  /// How much of the working is laid out.
  public var scaffold: Scaffold
  /// The language of the sheet.
  public var language: Language

  /// - Parameters:
  ///   - topic: What is asked about.
  ///   - seed: Fixes everything that is drawn.
  ///   - count: How many questions, 1 to 100.
  ///   - difficulty: From 1 to 5.
  ///   - scaffold: How much of the working is laid out.
  ///   - language: The language of the sheet.
  public init(
    topic: String, seed: UInt64 = 0, count: Int = 5, difficulty: Int = 2,
    scaffold: Scaffold = .full, language: Language = .english
  ) {
    self.topic = topic
    self.seed = seed
    self.count = count
    self.difficulty = difficulty
    self.scaffold = scaffold
    self.language = language
  }
}

/// Questions with their keys.
public struct Paper: Sendable {
  /// What it was drawn from.
  public let settings: PaperSettings
  /// The heading.
  public let title: Prose
  /// The questions in order.
  public let questions: [Question]

  /// - Parameters:
  ///   - settings: What it was drawn from.
  ///   - title: The heading.
  ///   - questions: The questions in order.
  public init(settings: PaperSettings, title: Prose, questions: [Question]) {
    self.settings = settings
    self.title = title
    self.questions = questions
  }

  /// The marks that can be had.
  public var marks: Int { questions.reduce(0) { $0 + $1.marks } }
  /// The time that it should take, in minutes.
  public var minutes: Int { questions.reduce(0) { $0 + $1.minutes } }
}
