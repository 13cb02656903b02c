import TestSupport
import Testing
import Workbench

/// Filled-in sheets changed at random: marks or a `WorkbenchError`, and never more marks.
@Suite("Mutated sheets")
struct SheetMutationTests {
  @Test("Mutation of filled-in sheets", arguments: PaperSettings.Scaffold.allCases)
  func sheets(scaffold: PaperSettings.Scaffold) throws {
    let settings = PaperSettings(topic: "L3", seed: 2, count: 8, difficulty: 1, scaffold: scaffold)
    let paper = try Quiz.paper(settings)
    let text = Sheet(paper).yaml(isKey: true)
    // Other headers are few; their papers come from the lecture's own source.
    func draw(_ other: PaperSettings) throws -> Paper {
      other == settings ? paper : try Quiz.paper(other)
    }
    #expect(try Grading(text: text, name: "sheet", draw: draw).report.total == paper.marks)
    var generator = RandomGenerator(
      key: RandomKey(seed: 3, path: "sheets.\(scaffold.rawValue)", step: 0))
    let count = MutationTests.count / 3
    var marked = 0
    for _ in 0..<count {
      let mutant = Self.mutant(text, &generator)
      do {
        let report = try Grading(text: mutant, name: "sheet", draw: draw).report
        #expect(report.of == paper.marks && report.total <= paper.marks && report.total >= 0)
        for line in report.lines { #expect((0...line.of).contains(line.awarded)) }
        marked += 1
      } catch let error as WorkbenchError {
        MutationTests.expectShown(error)
      } catch {
        Issue.record("\(type(of: error)) \(error) of\n\(mutant)")
      }
    }
    #expect(marked > count / 20, "the mutants are so broken that little is tried: \(marked)")
    #expect(marked < count)
  }

  /// What students and forgers write in an answer's place.
  static let answers = [
    "null", "~", "0.5", "1e308", "-1e-308", "nan", "inf", "1/0", "1/3", "[1, 2]", "[[1], [2, 3]]",
    "[]", "[[]]", "{}", "{a: 1}", "A", "Z", "[A, B, C]", "\"\"", "' '", "x^x^x^x", "((((((((1", "=",
    "w1 = ", "= 3", "z1 = 0.5*1 = 0.5", "max(", "exp(1000)", "sqrt(-1)", "０．５", "½", "−0.25",
    "|\n      a\n      b", "\"\\u0000\"", "\"\\e[2J\"", "[null, null]", "9999999999999999999999",
  ]

  /// An answer replaced, or the text changed anywhere.
  static func mutant(_ text: String, _ generator: inout RandomGenerator) -> String {
    guard generator.next() % 4 != 0 else { return MutationTests.mutant(text, &generator) }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let places = lines.indices.filter { index in
      ["    answer: ", "  claims: ", "    # ", "  # "].contains { lines[index].hasPrefix($0) }
        || lines[index].hasPrefix("    ") && lines[index].contains(" = ")
    }
    for _ in 0...(generator.next() % 4) {
      let place = places[Int(generator.next() % UInt64(places.count))]
      let answer = answers[Int(generator.next() % UInt64(answers.count))]
      let head = lines[place].split(separator: ":").first.map { $0 + ": " } ?? ""
      lines[place] =
        lines[place].contains("answer: ") || lines[place].contains("claims: ")
        ? head + answer : "    " + answer
    }
    return lines.joined(separator: "\n")
  }
}
