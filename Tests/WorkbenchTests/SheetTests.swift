import Foundation
import Testing
import Workbench

/// Sheets as they are handed out, filled in and marked.
@Suite("Sheets")
struct SheetTests {
  static func paper(
    _ topic: String, seed: UInt64 = 1, count: Int = 4, difficulty: Int = 2,
    scaffold: PaperSettings.Scaffold = .full, language: Language = .english
  ) throws -> Paper {
    try Quiz.paper(
      PaperSettings(
        topic: topic, seed: seed, count: count, difficulty: difficulty, scaffold: scaffold,
        language: language))
  }

  @Test("a key has full marks, a blank sheet none", arguments: PaperSettings.Scaffold.allCases)
  func keys(scaffold: PaperSettings.Scaffold) throws {
    for topic in ["network", "facts", "exam", "L3", "L5.6", "vae-loss"] {
      for language in Language.allCases {
        let paper = try Self.paper(
          topic, seed: 5, count: 12, scaffold: scaffold, language: language)
        let sheet = Sheet(paper)
        let key = try Grading(text: sheet.yaml(isKey: true), name: "key")
        let wrong = key.report.lines.filter { $0.verdict != .right }
        #expect(key.report.total == paper.marks, "\(topic) \(language): \(wrong)")
        #expect(key.report.of == paper.marks)
        let blank = try Grading(text: sheet.yaml(isKey: false), name: "blank")
        #expect(blank.report.total == 0 && blank.report.of == paper.marks)
        #expect(blank.report.lines.allSatisfy { $0.verdict == .unanswered })
      }
    }
  }

  @Test("every kind of calculation", arguments: ExerciseKind.all.map(\.name))
  func kinds(_ kind: String) throws {
    for scaffold in PaperSettings.Scaffold.allCases {
      let paper = try Self.paper(kind, seed: 3, count: 2, scaffold: scaffold)
      let key = try Grading(text: Sheet(paper).yaml(isKey: true), name: "key")
      let wrong = key.report.lines.filter { $0.verdict != .right }
      #expect(key.report.total == paper.marks, "\(scaffold): \(wrong)")
    }
  }

  @Test("the same seed gives the same sheet, another seed another")
  func seeds() throws {
    func text(_ seed: UInt64) throws -> String {
      Sheet(try Self.paper("L5", seed: seed, count: 20)).yaml(isKey: true)
    }
    #expect(try text(1) == text(1))
    #expect(try text(1) != text(2))
    #expect(try text(.max).contains("seed: 18446744073709551615\n"))
  }

  @Test("a blank sheet gives nothing of the key away")
  func secrets() throws {
    let paper = try Self.paper("facts", seed: 9, count: 40)
    let text = Sheet(paper).yaml(isKey: false)
    for question in paper.questions {
      if case .shortAnswer(let points) = question.form {
        for point in points { #expect(!text.contains("- \"\(point.english)\"")) }
      }
      if case .formula(let task) = question.form {
        #expect(!text.contains(YAMLLine.answer(task.formula.description)))
      }
    }
    #expect(!text.contains("rubric"))
    #expect(text.components(separatedBy: "answer: null").count > 40)
  }

  private enum YAMLLine {
    static func answer(_ text: String) -> String { "answer: \"\(text)\"" }
  }

  @Test("prompts survive whatever stands in them")
  func prompts() throws {
    let weird = [
      "a: b # c", "- dash", "\"quoted\" and 'single'", "back\\slash \\n",
      "*star &anchor Q&A *anchor",
      "[1, 2] {a: b}", "tab\there", "line\nbreak", "null", "~", "", " spaces ", "50 % | > @ `",
      "é 反向传播 ŷ₁ 𝜎 🎓", "\u{1}\u{7F}\u{85}\u{2028}\u{FEFF}", "--- ...", "!!int 3", "? key",
    ]
    let settings = PaperSettings(topic: "facts", seed: 1, count: weird.count)
    let paper = Paper(
      settings: settings, title: Words(en: "Weird", zh: "怪").prose,
      questions: weird.enumerated().map { index, text in
        let words = Words(en: text, zh: text)
        return Question(
          id: "q\(index + 1)", topic: "weird", row: "F.1", title: words.prose, prompt: words.prose,
          form: .choice(options: [words, Words(en: "other", zh: "其他")], right: 0),
          lines: [
            Question.Line(
              id: text.isEmpty ? "answer" : text, prompt: words.prose, answer: "A",
              points: Question.Points(method: 0, answer: 2))
          ], minutes: 1)
      })
    for isKey in [false, true] {
      let grading = try Grading(text: Sheet(paper).yaml(isKey: isKey), name: "weird") { _ in paper }
      #expect(grading.report.total == (isKey ? paper.marks : 0))
    }
  }

  @Test("numbers keep the digits that were written")
  func digits() throws {
    let paper = try Self.paper("network", seed: 4, count: 1, difficulty: 3)
    let text = Sheet(paper).yaml(isKey: true)
    // Two places are another number than four, and still two significant digits.
    let line = try #require(
      paper.questions[0].lines.first { line in
        let digits = line.answer.split(separator: ".").last ?? ""
        return digits.count == 4 && !digits.hasSuffix("00") && digits.first != "0"
      })
    let two = String(format: "%.2f", try #require(Double(line.answer)))
    let grading = try Grading(
      text: text.replacing("answer: \(line.answer)\n", with: "answer: \(two)\n"), name: "sheet")
    let found = grading.report.lines.filter { $0.found == two }
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.verdict == .right })
    #expect(grading.report.deductions.count == 1)
    #expect(grading.report.total == paper.marks - 1)
  }

  // MARK: Sheets that are refused

  static func base() throws -> String {
    Sheet(try paper("L5", seed: 11, count: 12)).yaml(isKey: false)
  }

  static let cases: [(from: String, to: String, message: String)] = [
    ("seed: 11", "seed: 12", "as seed 12 draws it"),
    ("seed: 11", "seed: -1", "found '-1', expected a whole number from 0 to 18446744073709551615"),
    ("topic: L5", "topic: L55", "unknown topic 'L55'; did you mean L5?"),
    ("topic: L5\n", "", "'topic' is missing"),
    ("count: 12", "count: 11", "found the question 'q12', expected q1 to q11"),
    ("count: 12", "count: 1000", "found '1000', expected a whole number from 1 to 100"),
    ("difficulty: 2", "difficulty: 3", "as seed 11 draws it"),
    ("difficulty: 2", "difficulty: 6", "expected a whole number from 1 to 5"),
    ("scaffold: full", "scaffold: none", "found 'lines', which this question has not"),
    ("scaffold: full", "scaffold: some", "unknown scaffold 'some'"),
    ("language: en", "language: zh", "as seed 11 draws it"),
    ("- id: q2\n", "- id: q1\n", "the question q1 stands twice"),
    ("- id: q2\n", "- id: q99\n", "found the question 'q99', expected q1 to q12 once each"),
    ("  - \"η = ", "  - \"η = 9", "q1: found among the given quantities"),
    ("    answer: null\n    points: 2\n", "    points: 2\n", "q1: line t1.z0.1.1: 'answer' is"),
    ("    points: 2\n", "    points: 20\n", "'20', expected '2'"),
    ("  - id: t1.z0.1.1\n", "  - id: t1.none\n", "q1: found the line 't1.none', which it has not"),
    ("  - id: t1.z0.1.1\n", "  - id: t1.L\n", "q1: found line t1.L's prompt"),
    ("    A: \"", "    A: \"x", "found the option A"),
    ("    A: \"", "    E: \"", "found the options E, B, C, D, expected A, B, C, D"),
    ("  given:\n", "  givens:\n", "unknown key 'givens'; did you mean given?"),
    ("answer: null", "answer: [[[1]]]", "a number in q1's answer"),
    ("answer: null", "answer: {a: [1]}", "a number or word as q1's answer"),
    ("answer: null", "answer: &a [1]\n    b: *a", "found the alias '*a', which is not read here"),
    ("answer: null", "answer: \"open", "found no valid YAML"),
    ("questions:", "question:", "unknown key 'question'; did you mean questions?"),
  ]

  @Test("a sheet that was changed is refused with the question's name", arguments: cases)
  func refused(_ from: String, _ to: String, _ message: String) throws {
    var text = try Self.base()
    // The network that stands first has a line for each entry, whatever is drawn.
    let id = try #require(text.range(of: "  - id: "))
    let first = text[id.upperBound...].prefix { $0 != "\n" }
    text = text.replacing("  - id: \(first)\n", with: "  - id: FIRST\n", maxReplacements: 1)
    let from = from.replacing("t1.z0.1.1", with: "FIRST")
    let changed = text.replacing(from, with: to, maxReplacements: 1)
    try #require(changed != text, "\(from)")
    let error = #expect(throws: WorkbenchError.self) {
      try Grading(text: changed.replacing("id: FIRST\n", with: "id: \(first)\n"), name: "sheet")
    }
    let wanted = message.replacing("t1.z0.1.1", with: String(first))
    #expect(error?.description.contains(wanted) == true, "\(error?.description ?? "none")")
    #expect(error?.description.hasPrefix("sheet") == true)
  }

  @Test("questions and lines that were left out are named")
  func missing() throws {
    let text = try Self.base()
    let start = try #require(text.range(of: "- id: q5\n"))
    let end = try #require(text.range(of: "- id: q6\n"))
    let error = #expect(throws: WorkbenchError.self) {
      try Grading(
        text: String(text[..<start.lowerBound] + text[end.lowerBound...]), name: "sheet")
    }
    #expect(error?.description.contains("the question q5 is missing") == true)
  }

  @Test("bombs are refused")
  func bombs() throws {
    let bomb =
      "topic: L5\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
      + "questions: \(String(repeating: "[", count: 100))\(String(repeating: "]", count: 100))"
    for text in [
      bomb, "questions: " + String(repeating: "[", count: 100_000), "a: !!binary x", "\u{0}", "- a",
      try Self.base().replacing(
        "answer: null", with: "answer: [\(String(repeating: "1,", count: 5000))]"),
    ] {
      let error = #expect(throws: WorkbenchError.self) { try Grading(text: text, name: "sheet") }
      // A message is cut at 4,096 characters, and so is a place.
      #expect((error?.description.count ?? 0) < 4400)
    }
  }
}
