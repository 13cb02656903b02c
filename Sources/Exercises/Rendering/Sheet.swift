import Explain

/// A paper in plain words of its language: what stands on the sheet that a student fills in, and
/// what the key has there.
public struct Sheet: Sendable {
  /// A line to be answered.
  public struct Line: Sendable, Hashable {
    /// A name without another like it in the question.
    public let id: String
    /// What stands before the blank.
    public let prompt: String
    /// The part of the working that it belongs to; nil where the question has no parts.
    public let heading: String?
    /// What the key has there.
    public let answer: String
    /// The marks that can be had.
    public let points: Int
  }

  /// How a question is answered.
  public enum Form: Sendable, Hashable {
    /// Line by line.
    case lines
    /// By lines of the student's own, under these headings.
    case working(headings: [String])
    /// By sentences, which the student marks by these points.
    case claims(points: [String])
  }

  /// A question.
  public struct Question: Sendable, Hashable {
    /// `q1`, `q2`, ….
    public let id: String
    /// The heading.
    public let title: String
    /// What is asked.
    public let prompt: String
    /// Quantities that are given, such as `w₁ = 0.5`.
    public let given: [String]
    /// The choices, of which the first is A; empty where there are none.
    public let options: [String]
    /// How it is answered.
    public let form: Form
    /// The lines to be answered, or those that the marker looks for.
    public let lines: [Line]
    /// Digits after the point that are asked for; nil where no numbers are, or all are whole.
    public let decimals: Int?

    /// The marks that can be had.
    public var marks: Int { lines.reduce(0) { $0 + $1.points } }
  }

  /// What the paper was drawn from.
  public let settings: PaperSettings
  /// The heading.
  public let title: String
  /// The questions in order.
  public let questions: [Question]

  /// A paper's sheet.
  public init(_ paper: Paper) {
    settings = paper.settings
    title = paper.title.plain(paper.settings.language)
    questions = paper.questions.map { Sheet.question($0, paper.settings) }
  }

  /// The letter of a choice.
  public static func letter(_ index: Int) -> String { FactMarker.letter(index) }

  private static func question(
    _ question: Exercises.Question, _ settings: PaperSettings
  ) -> Question {
    let language = settings.language
    var options: [Words] = []
    var form = Form.lines
    var decimals: Int?
    var answer: String?
    switch question.form {
    case .calculation(let task):
      decimals = task.workings.toldDecimals
      if settings.scaffold != .full {
        form = .working(
          headings: settings.scaffold == .headings ? headings(question, language) : [])
      }
    case .choice(let choices, _): options = choices
    case .ordering(let shown, _): options = shown
    case .matching(_, let right, _): options = right
    case .recall(let words): answer = words.text(language)
    case .formula: break
    case .shortAnswer(let points): form = .claims(points: points.map { $0.text(language) })
    }
    return Question(
      id: question.id, title: question.title.plain(language),
      prompt: question.prompt.plain(language), given: question.given.map(text),
      options: options.map { $0.text(language) }, form: form,
      lines: question.lines.map { line in
        Line(
          id: line.id, prompt: line.prompt.plain(language), heading: line.heading?.plain(language),
          answer: answer ?? line.answer, points: line.points.total)
      }, decimals: decimals)
  }

  private static func headings(
    _ question: Exercises.Question, _ language: Language
  ) -> [String] {
    var headings: [String] = []
    for heading in question.lines.compactMap({ $0.heading?.plain(language) })
    where headings.last != heading {
      headings.append(heading)
    }
    return headings
  }

  /// `w = 0.5`, `W = [[1, 2], [3, 4]]`.
  private static func text(_ given: (symbol: MathNode, value: Value)) -> String {
    func nested(_ elements: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> String {
      guard let count = shape.first else { return number(elements.first ?? .nan) }
      guard count > 0 else { return "[]" }
      let size = elements.count / count
      let parts = (0..<count).map { index in
        let start = elements.startIndex + index * size
        return nested(elements[start..<(start + size)], shape.dropFirst())
      }
      return "[" + parts.joined(separator: ", ") + "]"
    }
    func number(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
    let value = given.value
    return MathText.text(given.symbol) + " = " + nested(value.elements[...], value.shape[...])
  }
}
