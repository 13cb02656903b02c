import Explain

/// A question with its key.
public struct Question: Sendable {
  /// What is asked for, and what it takes to mark it.
  public enum Form: Sendable {
    /// A calculation, marked line by line.
    case calculation(CalculationTask)
    /// One of several choices: where the right one stands.
    case choice(options: [Words], right: Int)
    /// Steps, shown in the order given, and for each place the index of the step that belongs
    /// there.
    case ordering(shown: [Words], order: [Int])
    /// Pairs: for each left side the index of its right side among those shown.
    case matching(left: [Words], right: [Words], partners: [Int])
    /// A formula, marked by its values at random points.
    case formula(FormulaTask)
    /// A few words, compared with the answer.
    case recall(answer: Words)
    /// Sentences, which the student marks by these points.
    case shortAnswer(points: [Words])
  }

  /// A line to be answered.
  public struct Line: Sendable {
    /// A name without another like it in the question.
    public let id: String
    /// What stands before the blank.
    public let prompt: Prose
    /// The part of the working that it belongs to, where the question has parts.
    public let heading: Prose?
    /// What the key has there.
    public let answer: String
    /// Marks for the method and for the answer.
    public let points: Points

    /// A line of these parts.
    public init(id: String, prompt: Prose, heading: Prose? = nil, answer: String, points: Points) {
      self.id = id
      self.prompt = prompt
      self.heading = heading
      self.answer = answer
      self.points = points
    }
  }

  /// Marks.
  public struct Points: Sendable, Hashable {
    /// For the way.
    public let method: Int
    /// For the number or words.
    public let answer: Int
    /// Both.
    public var total: Int { method + answer }

    /// - Parameters:
    ///   - method: For the way.
    ///   - answer: For the number or words.
    public init(method: Int, answer: Int) {
      self.method = method
      self.answer = answer
    }
  }

  /// `q1`, `q2`, ….
  public let id: String
  /// The kind of problem or the course's topic.
  public let topic: String
  /// The row of the syllabus, such as `L3.5`.
  public let row: String
  /// The heading.
  public let title: Prose
  /// What is asked.
  public let prompt: Prose
  /// Quantities that are given.
  public let given: [(symbol: MathNode, value: Value)]
  /// What is asked for, and what it takes to mark it.
  public let form: Form
  /// The lines to be answered; with the scaffold left out, those that the marker looks for.
  public let lines: [Line]
  /// The time that it should take.
  public let minutes: Int

  /// A question of these parts.
  public init(
    id: String, topic: String, row: String, title: Prose, prompt: Prose,
    given: [(symbol: MathNode, value: Value)] = [], form: Form, lines: [Line], minutes: Int
  ) {
    self.id = id
    self.topic = topic
    self.row = row
    self.title = title
    self.prompt = prompt
    self.given = given
    self.form = form
    self.lines = lines
    self.minutes = minutes
  }

  /// A calculation, a line of two marks for each number that is asked for.
  package init(
    id: String, topic: String, row: String, title: Prose, prompt: Prose, task: CalculationTask,
    alsoGiven: [(symbol: MathNode, value: Value)] = [], minutes: Int
  ) {
    let workings = task.workings
    let lines = workings.lines.filter(\.isAsked).map { line in
      Line(
        id: line.id, prompt: Prose(Prose.Run(pieces: [.math(line.symbol)])),
        heading: line.heading,
        answer: KeyText.value(line.exact, shape: line.shape, decimals: workings.decimals),
        points: Points(method: 1, answer: 1))
    }
    self.init(
      id: id, topic: topic, row: row, title: title, prompt: prompt,
      given: Self.given(task) + alsoGiven, form: .calculation(task), lines: lines,
      minutes: minutes)
  }

  /// What a solution shows as given, but for what students are to find.
  private static func given(_ task: CalculationTask) -> [(symbol: MathNode, value: Value)] {
    let workings = task.workings
    var given: [(symbol: MathNode, value: Value)] = []
    for section in task.solution.sections {
      var found: Set<String> = []
      for block in section.blocks {
        switch block {
        case .step(let step): if let key = step.calculation?.key { found.insert(key) }
        case .given(let symbol, let value):
          // What students read off the task themselves, and arrays that sum up the lines before them.
          let isRead = workings.lines.contains { $0.isAsked && $0.symbol == symbol }
          let isSum =
            !value.shape.isEmpty
            && found.contains { workings.key[$0]?.elements == value.elements }
          if !isRead, !isSum { given.append((symbol, value)) }
        default: break
        }
      }
    }
    return given
  }

  /// The marks that can be had.
  public var marks: Int { lines.reduce(0) { $0 + $1.points.total } }
}
