import Exercises
import Testing

@Suite("Numbers that no solution has")
struct AnyNumbersTests {
  @Test("a covariance that is not symmetric, or huge, is marked, and all that follows from it")
  func asymmetric() throws {
    let question = try ExerciseKind.principalComponents.question(seed: 3, number: 1, difficulty: 4)
    for matrix in [[["1", "2"], ["3", "4"]], [["1e300", "1e300"], ["1e300", "1e300"]]] {
      let answers = FilledSheet.Answers(lines: ["C": .rows(matrix), "V": .rows(matrix)])
      let report = Marker(
        Paper(
          settings: PaperSettings(topic: "pca"), title: question.title, questions: [question])
      ).marks(FilledSheet(answers: [question.id: answers]))
      #expect(report.lines.first { $0.line == "C" }?.verdict == .wrong)
      #expect(report.total == 0)
    }
  }
}
