import Exercises
import Explain
import Testing

/// Names that the passes of a network share, in working without a scaffold.
@Suite("Names that stand for several lines in turn")
struct RepeatedNamesTests {
  /// Three passes: that of the input and of two steps away from it.
  private static func question() throws -> Question {
    try ExerciseKind.adversarialExample.question(seed: 6, number: 1, difficulty: 5)
  }

  /// What is typed for every line of the key, as it is printed but for marks of the pass.
  private static func working(_ question: Question) throws -> [(id: String, text: String)] {
    guard case .calculation(let task) = question.form else {
      throw PlantedSheet.NoCalculation(question: question.id)
    }
    return question.lines.map { line in
      let symbol = task.workings.lines.first { $0.id == line.id }!.symbol
      return (line.id, "\(MathText.text(symbol)) = \(line.answer)")
    }
  }

  private static func marks(_ question: Question, _ working: [String]) -> [String: MarkReport.Line]
  {
    let paper = Paper(
      settings: PaperSettings(topic: question.topic, scaffold: .none), title: question.title,
      questions: [question])
    let report = Marker(paper).marks(
      FilledSheet(answers: [question.id: FilledSheet.Answers(working: working)]))
    return Dictionary(uniqueKeysWithValues: report.lines.map { ($0.line, $0) })
  }

  @Test("passes one after the other have their marks")
  func inOrder() throws {
    let question = try Self.question()
    let marks = Self.marks(question, try Self.working(question).map(\.text))
    for line in question.lines {
      #expect(marks[line.id]?.awarded == line.points.total, "\(line.id): \(marks[line.id]!)")
    }
  }

  @Test("a wrong number is the next pass's, not another name's", arguments: [0, 1, 2])
  func wrong(pass: Int) throws {
    let question = try Self.question()
    let id = "t\(pass).L"
    let lines = try Self.working(question).map { $0.id == id ? "L = 7.7777" : $0.text }
    for line in question.lines {
      let mark = Self.marks(question, lines)[line.id]
      #expect(mark?.verdict == (line.id == id ? .wrong : .right), "\(line.id)")
      if line.id == id { #expect(mark?.found.contains("7.7777") ?? false) }
    }
  }

  @Test("a mark tells the pass", arguments: ["L^(2)", "L(2)", "L′′"])
  func marked(name: String) throws {
    let question = try Self.question()
    let marks = Self.marks(question, ["L = 8.8888", "\(name) = 7.7777"])
    #expect(marks["t0.L"]?.found.contains("8.8888") ?? false)
    #expect(marks["t2.L"]?.found.contains("7.7777") ?? false)
  }
}
