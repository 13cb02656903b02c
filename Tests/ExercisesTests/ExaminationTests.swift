import Exercises
import Explain
import Testing
import Workbench

@Suite("Mock examinations")
struct ExaminationTests {
  @Test("every starred row is asked about, all choices are four", arguments: [1, 2, 3] as [UInt64])
  func coverage(seed: UInt64) throws {
    let course = try EmbeddedCourse.read()
    let paper = try PaperSource(course).paper(PaperSettings(topic: "exam", seed: seed))
    let starred = Set(course.cards.filter(\.isStarred).map(\.row))
    #expect(starred.count > 20)
    // A calculation exercises several rows.
    let kinds = Set(paper.questions.map(\.topic))
    let calculated = ExerciseKind.all.filter { kinds.contains($0.name) }.flatMap(\.rows)
    let asked = Set(paper.questions.map(\.row)).union(calculated)
    #expect(starred.subtracting(asked).isEmpty)
    #expect(paper.questions.map(\.id) == (1...paper.questions.count).map { "q\($0)" })
    for question in paper.questions {
      if case .choice(let options, let right) = question.form {
        #expect(options.count == 4 && Set(options).count == 4, "\(question.prompt)")
        #expect(options.indices.contains(right))
      }
      #expect(question.marks > 0 && question.minutes > 0)
    }
  }

  @Test("the same seed gives the same paper, another seed another")
  func seeds() throws {
    let course = try EmbeddedCourse.read()
    func prompts(_ seed: UInt64) throws -> [Prose] {
      let settings = PaperSettings(topic: "exam", seed: seed)
      return try PaperSource(course).paper(settings).questions.map(\.prompt)
    }
    let first = try prompts(5)
    #expect(try prompts(5) == first)
    #expect(try prompts(6) != first)
  }

  @Test("the network is a regressor or a classifier, with and without L1 and L2")
  func regularization() throws {
    let course = try EmbeddedCourse.read()
    var seen: Set<String> = []
    for seed in 1...24 as ClosedRange<UInt64> {
      let paper = try PaperSource(course).paper(PaperSettings(topic: "exam", seed: seed))
      for question in paper.questions where question.topic == "network" {
        guard case .calculation(let task) = question.form,
          let problem = task.problem as? NetworkProblem
        else { continue }
        let isClassifier = problem.loss == .crossEntropy
        let kinds = Set(problem.penalties.map { $0.l1 != 0 ? "L1" : "L2" }).sorted()
        for kind in kinds.isEmpty ? ["none"] : kinds {
          seen.insert("\(isClassifier ? "classifier" : "regressor"), \(kind)")
        }
      }
    }
    #expect(
      seen == [
        "classifier, L1", "classifier, L2", "classifier, none", "regressor, L1", "regressor, L2",
        "regressor, none",
      ])
  }
}
