import Exercises
import Explain
import Foundation
import Testing

@Suite("Exercises of networks")
struct NetworkExerciseTests {
  @Test("keys are marked right, digits as asked", arguments: 1...5)
  func keys(difficulty: Int) throws {
    for number in 1...20 {
      let question = try ExerciseKind.network.question(
        seed: 7, number: number, difficulty: difficulty)
      let answers = Dictionary(
        uniqueKeysWithValues: question.lines.map { ($0.id, FilledSheet.Entry.text($0.answer)) })
      let paper = Paper(
        settings: PaperSettings(topic: "network"), title: question.title, questions: [question])
      let report = Marker(paper).marks(
        FilledSheet(answers: [question.id: FilledSheet.Answers(lines: answers)]))
      #expect(report.total == report.of, "\(report.lines.filter { $0.verdict != .right })")
      #expect(report.of == 2 * question.lines.count)
    }
  }
}
