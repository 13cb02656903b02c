import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// `gradus quiz`, `gradus grade` and `gradus quiz review` as a user and as a script meet them.
@Suite("gradus quiz and grade")
struct QuizCommandTests {
  let gradus: Program

  init() throws { gradus = try Program() }

  private func text(_ name: String) throws -> String {
    String(decoding: try gradus.folder.bytes(name), as: UTF8.self)
  }

  @Test func aSheetItsKeyAndItsMarks() throws {
    let made = try gradus(
      "quiz", "network", "--seed", "7", "--count", "2", "--out", "sheet.yaml", "--key", "--print",
      "html,markdown")
    #expect(made.status == 0 && made.output.isEmpty)
    #expect(made.errors.split(separator: "\n").count == 6)
    #expect(
      try gradus.folder.names() == [
        "sheet.html", "sheet.key.html", "sheet.key.md", "sheet.key.yaml", "sheet.md", "sheet.yaml",
      ])
    #expect(
      try gradus("quiz", "network", "--seed", "7", "--count", "2").output == text("sheet.yaml"))
    #expect(
      try gradus("quiz", "network", "--seed", "7", "--count", "2", "--key").output
        == text("sheet.key.yaml"))
    #expect(try text("sheet.html").contains("</html>"))
    #expect(try text("sheet.md").contains(#"\_\_\_\_"#))
    #expect(try !text("sheet.key.md").contains(#"\_\_\_\_"#))

    let key = try gradus("grade", "sheet.key.yaml", "--json")
    #expect(key.status == 0 && key.errors.isEmpty)
    let marks = try #require(try key.lines().first)
    #expect(marks.keys == ["total", "of", "lines", "deductions"])
    #expect(marks["total"] == marks["of"])
    let line = try #require(marks["lines"]?.array?.first?.object)
    #expect(
      line.keys == [
        "question", "line", "verdict", "expected", "found", "diagnosis", "slips", "awarded", "of",
        "self_marked",
      ])
    let blank = try gradus("grade", "sheet.yaml", "--language", "zh")
    #expect(blank.status == 0)
    #expect(blank.output.contains("未作答"))
    #expect(blank.output.contains("分中得 0 分"))
  }

  @Test func sheetsAsJSON() throws {
    let result = try gradus(
      "quiz", "L5", "--seed", "3", "--count", "6", "--language", "zh", "--json")
    let sheet = try #require(try result.lines().first)
    #expect(
      sheet.keys == ["topic", "seed", "count", "difficulty", "scaffold", "language", "questions"])
    let questions = try #require(sheet["questions"]?.array)
    #expect(questions.count == 6)
    for question in questions {
      for key in ["id", "title", "prompt"] { #expect(question[key]?.string?.isEmpty == false) }
      for line in question["lines"]?.array ?? [] {
        #expect(line.object?.keys == ["id", "prompt", "answer", "points"])
        #expect(line["answer"] == .null)
      }
    }
    let list = try #require(try JSONParser.parse(gradus("quiz", "--list", "--json").output).array)
    let names = list.compactMap { $0["topic"]?.string }
    for name in ["exam", "facts", "network", "L14", "vae-loss"] { #expect(names.contains(name)) }
  }

  @Test func aMockExamination() throws {
    let made = try gradus(
      "quiz", "exam", "--seed", "1", "--out", "exam.yaml", "--key", "--print", "markdown",
      "--language", "zh")
    #expect(made.status == 0)
    let page = try text("exam.md")
    #expect(page.contains("分钟") && page.contains("选择题") && page.contains("简答题"))
    let marks = try #require(try gradus("grade", "exam.key.yaml", "--json").lines().first)
    #expect(marks["total"] == marks["of"])
    #expect(page.contains("\(marks["of"]?.integer ?? 0) 分"))
  }

  static let mistakes: [([String], Int32, String)] = [
    (["quiz"], 2, "TOPIC: is missing, expected a topic; `gradus quiz --list` lists them"),
    (["quiz", "netwrok"], 2, "unknown topic 'netwrok'; did you mean network?"),
    (["quiz", "network", "facts"], 2, "TOPIC: found network facts, expected one topic"),
    (["quiz", "network", "--count", "0"], 2, "--count: found 0, expected from 1 to 100"),
    (["quiz", "network", "--difficulty", "6"], 2, "--difficulty: found 6, expected from 1 to 5"),
    (
      ["quiz", "network", "--scaffold", "some"], 2,
      "--scaffold: found 'some', expected full, headings"
    ),
    (["quiz", "network", "--language", "fr"], 2, "--language: found 'fr', expected en, zh"),
    (["quiz", "network", "--print", "html"], 2, "--print: expected --out NAME.yaml"),
    (
      ["quiz", "network", "--print", "pdf", "--out", "a.yaml"], 2, "--print: found 'pdf', expected"
    ),
    (["quiz", "network", "--due"], 2, "--due: is for `quiz review`"),
    (["quiz", "review", "--key"], 2, "--key: is for sheets, not for reviews"),
    (["quiz", "review", "vae-los"], 2, "unknown topic 'vae-los'; did you mean vae-loss?"),
    (["quiz", "review", "--date", "tomorrow"], 2, "--date: found 'tomorrow', expected a date"),
    (["grade", "nowhere.yaml"], 1, "nowhere.yaml: found no such file"),
    (["quiz", "network", "--out", "nowhere/a.yaml"], 1, "nowhere/a.yaml"),
  ]

  @Test(arguments: mistakes)
  func saysWhatIsWrong(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let result = try gradus.start(arguments).wait()
    #expect(result.status == status)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  // MARK: Reviews

  private func review(
    _ date: String, _ input: String, _ arguments: [String] = []
  ) throws -> Program.Result {
    try gradus.folder.write("input", input)
    return try gradus.start(
      ["quiz", "review", "--state", "own/review.json", "--date", date] + arguments,
      shell: "exec <input"
    ).wait()
  }

  @Test func reviewsComeBackWhenTheyAreDue() throws {
    // Two cards, of which the second is known poorly, asked again, and then known.
    let first = try review("2026-03-01", "\n5\n\n2\n\n4\n", ["vae-loss", "--count", "2"])
    #expect(first.status == 0)
    #expect(first.output.contains("[1/2] ") && first.output.contains("[2/2] "))
    #expect(first.output.contains("Next on 2026-03-02"))
    #expect(first.output.contains("Once more"))
    let state = try JSONParser.parse(text("own/review.json"))
    let cards = try #require(state["cards"]?.object)
    #expect(cards.count == 2)
    #expect(cards.map { $0.value["repetitions"]?.integer } == [1, 0])
    #expect(cards.map { $0.value["ease"]?.double } == [2.6, 2.5])
    #expect(cards.allSatisfy { $0.value["due"]?.integer == 20_514 })

    let early = try review("2026-03-01", "", ["--due", "--json"])
    #expect(try early.lines().first?["due"]?.array?.isEmpty == true)
    let due = try review("2026-03-02", "", ["--due", "--json"])
    #expect(try due.lines().first?["due"]?.array?.count == 2)

    // What is due comes before what is new; the end of the input stops.
    let second = try review("2026-03-03", "\n4\n", ["vae-loss", "--json"])
    #expect(second.status == 0)
    let line = try #require(try second.lines().first)
    #expect(line["card"]?.string == cards.keys[0])
    #expect(line["due"]?.string == "2026-03-09" && line["interval"]?.integer == 6)
    let third = try review("2026-03-03", "\nnine\n7\nq\n", ["vae-loss"])
    #expect(third.status == 0)
    #expect(third.output.components(separatedBy: "expected a number from 0 to 5").count == 3)
    #expect(try review("2026-03-03", "q\n", ["vae-loss"]).status == 0)
  }

  @Test func aStateOfAnotherCourseIsKept() throws {
    try FileManager.default.createDirectory(
      atPath: gradus.folder("own"), withIntermediateDirectories: true)
    try gradus.folder.write(
      "own/review.json",
      """
      {"format": 1, "cards": {"L1.gone": {"repetitions": 3, "interval": 15, "ease": 2.5, "due": 9}}}
      """)
    #expect(try review("2026-03-01", "\n3\n", ["L10", "--count", "1"]).status == 0)
    let cards = try #require(try JSONParser.parse(text("own/review.json"))["cards"]?.object)
    #expect(cards.count == 2 && cards["L1.gone"]?["interval"]?.integer == 15)
  }

  @Test(
    "a state that cannot be read is told, and left as it is",
    arguments: [
      ("", "review.json"), ("{}", "expected format 1"), ("[1", "review.json"),
      (
        #"{"format": 1, "cards": {"a": {"repetitions": -1, "interval": 1, "ease": 2.5, "due": 1}}}"#,
        "cards.a.repetitions: found -1, expected a whole number from 0"
      ),
      (
        #"{"format": 1, "cards": {"a": {"repetitions": 1, "interval": 1, "ease": 0.5, "due": 1}}}"#,
        "cards.a.ease: found 0.5, expected a number from 1.3"
      ),
      (#"{"format": 1, "cards": {"a": 3}}"#, "cards.a.ease: found nothing"),
    ])
  func states(_ state: String, _ message: String) throws {
    try FileManager.default.createDirectory(
      atPath: gradus.folder("own"), withIntermediateDirectories: true)
    try gradus.folder.write("own/review.json", state)
    let result = try review("2026-03-01", "\n3\n")
    #expect(result.status == 1)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(try text("own/review.json") == state)
  }
}
