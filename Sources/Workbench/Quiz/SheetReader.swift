import Exercises
import Formats

/// Reads a filled-in sheet: draws its paper again from the header, and takes the answers where all
/// else stands as it was handed out.
struct SheetReader {
  private let root: YAMLValue
  private let header: [String: YAMLValue]

  /// The paper that the sheet is of.
  let paper: Paper
  private let sheet: Sheet

  /// Longest list of numbers that is read as an answer.
  private static let mostNumbers = 4096

  /// - Parameters:
  ///   - root: The whole file.
  ///   - draw: Draws a paper.
  /// - Throws: `WorkbenchError` with the place of what cannot be read.
  init(_ root: YAMLValue, draw: (PaperSettings) throws -> Paper) throws {
    self.root = root
    header = try root.members([
      "topic", "seed", "count", "difficulty", "scaffold", "language", "questions",
    ])
    let members = header
    func part(_ key: String) throws -> YAMLValue {
      guard let value = members[key] else { throw root.missing(key) }
      return value
    }
    let seed = try part("seed")
    guard let number = UInt64(try seed.string()) else {
      throw seed.expected("a whole number from 0 to \(UInt64.max)")
    }
    let settings = PaperSettings(
      topic: try part("topic").string(), seed: number,
      count: try part("count").integer(1...Quiz.mostQuestions),
      difficulty: try part("difficulty").integer(1...5),
      scaffold: try part("scaffold").choice(
        "scaffold", PaperSettings.Scaffold.allCases.map { ($0.rawValue, $0) }),
      language: try part("language").choice(
        "language", Language.allCases.map { ($0.rawValue, $0) }))
    do {
      paper = try draw(settings)
    } catch let error as WorkbenchError {
      throw try part("topic").error(error.message)
    }
    sheet = Sheet(paper)
    guard settings.count == sheet.questions.count else {
      throw try part("count").expected("\(sheet.questions.count)")
    }
  }

  /// What the student wrote.
  func filledSheet() throws -> FilledSheet {
    guard let list = header["questions"] else { throw root.missing("questions") }
    var filled = FilledSheet()
    for value in try list.list("the questions") {
      let members = try value.members([
        "id", "title", "prompt", "given", "options", "lines", "marks", "working", "claims",
        "rubric",
      ])
      guard let id = members["id"] else { throw value.missing("id") }
      let name = try id.string()
      guard let question = sheet.questions.first(where: { $0.id == name }) else {
        throw id.error(
          "found the question '\(name)', expected q1 to q\(sheet.questions.count) once each")
      }
      guard filled.answers[name] == nil else {
        throw value.error("the question \(name) stands twice")
      }
      filled.answers[name] = try QuestionReader(value, members, question, settings: sheet.settings)
        .answers()
    }
    if let missing = sheet.questions.first(where: { filled.answers[$0.id] == nil }) {
      throw list.error("the question \(missing.id) is missing")
    }
    return filled
  }

  /// Reads an answer: a text, a list, rows, or pairs.
  static func entry(_ value: YAMLValue, question: String) throws -> FilledSheet.Entry {
    if let text = scalar(value) { return text.map { .text($0) } ?? .blank }
    if value.isMapping {
      var pairs: [String: String] = [:]
      for (name, part) in try value.anyMembers() {
        pairs[name] = try part.string("a number or word as \(question)'s answer")
      }
      return .pairs(pairs)
    }
    let parts = try value.list("an answer")
    guard parts.count <= mostNumbers else {
      throw value.error("found \(parts.count) members in \(question)'s answer, expected fewer")
    }
    let texts = parts.map(scalar)
    if texts.allSatisfy({ $0 != nil }) { return .list(texts.map { ($0 ?? nil) ?? "" }) }
    var count = 0
    let rows = try parts.map { row in
      let cells = try row.list("a row of numbers in \(question)'s answer")
      count += cells.count
      guard count <= mostNumbers else {
        throw value.error("found over \(mostNumbers) numbers in \(question)'s answer")
      }
      return try cells.map { cell in
        guard let text = scalar(cell) else {
          throw cell.expected("a number in \(question)'s answer")
        }
        return text ?? ""
      }
    }
    return .rows(rows)
  }

  /// A scalar's text as written, with an inner nil for null; nil for what is no scalar.
  private static func scalar(_ value: YAMLValue) -> String?? {
    guard case .scalar(let scalar) = value.node else { return nil }
    let isNull =
      scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    return .some(isNull ? nil : scalar.string)
  }
}
