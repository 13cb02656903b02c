import Exercises
import Formats
import Foundation

/// Reads one question of a filled-in sheet.
struct QuestionReader {
  private let value: YAMLValue
  private let members: [String: YAMLValue]
  private let question: Sheet.Question
  private let settings: PaperSettings

  init(
    _ value: YAMLValue, _ members: [String: YAMLValue], _ question: Sheet.Question,
    settings: PaperSettings
  ) {
    self.value = value
    self.members = members
    self.question = question
    self.settings = settings
  }

  func answers() throws -> FilledSheet.Answers {
    try expect("title", question.title)
    try expect("prompt", question.prompt)
    try expectGiven()
    try expectOptions()
    switch question.form {
    case .lines:
      try refuse(["marks", "working", "claims", "rubric"])
      return FilledSheet.Answers(lines: try lines())
    case .working:
      try refuse(["lines", "claims", "rubric"])
      try expect("marks", "\(question.marks)")
      return FilledSheet.Answers(working: try working())
    case .claims(let points):
      try refuse(["marks", "working"])
      try expectRubric(points)
      return FilledSheet.Answers(lines: try claims(points, try lines()))
    }
  }

  // MARK: What was handed out

  private func changed(_ value: YAMLValue, _ what: String, _ wanted: String) -> WorkbenchError {
    value.error(
      "\(question.id): found \(what) \(Excerpt.short(value.found)), expected '\(Excerpt.short(wanted))' "
        + "as seed \(settings.seed) draws it")
  }

  private func member(_ key: String) throws -> YAMLValue {
    guard let member = members[key] else {
      throw value.error("\(question.id): '\(key)' is missing")
    }
    return member
  }

  private func expect(_ key: String, _ wanted: String) throws {
    let found = try member(key)
    guard case .scalar(let scalar) = found.node, scalar.string == wanted else {
      throw changed(found, "the \(key)", wanted)
    }
  }

  private func refuse(_ keys: [String]) throws {
    for key in keys {
      if let found = members[key] {
        throw found.error("\(question.id): found '\(key)', which this question has not")
      }
    }
  }

  private func expectTexts(_ found: YAMLValue, _ what: String, _ wanted: [String]) throws {
    let parts = try found.list("\(question.id)'s list of \(wanted.count) \(what)")
    guard parts.count == wanted.count else {
      throw found.error(
        "\(question.id): found \(parts.count) \(what), expected \(wanted.count)")
    }
    for (part, text) in zip(parts, wanted) {
      guard case .scalar(let scalar) = part.node, scalar.string == text else {
        throw changed(part, "among the \(what)", text)
      }
    }
  }

  private func expectGiven() throws {
    guard !question.given.isEmpty || members["given"] != nil else { return }
    try expectTexts(try member("given"), "given quantities", question.given)
  }

  private func expectOptions() throws {
    guard !question.options.isEmpty || members["options"] != nil else { return }
    let found = try member("options")
    let parts = try found.anyMembers()
    guard parts.map(\.name) == question.options.indices.map(Sheet.letter) else {
      throw found.error(
        "\(question.id): found the options \(Excerpt.short(parts.map(\.name).joined(separator: ", "))), "
          + "expected \(question.options.indices.map(Sheet.letter).joined(separator: ", "))")
    }
    for (part, text) in zip(parts, question.options) {
      guard case .scalar(let scalar) = part.value.node, scalar.string == text else {
        throw changed(part.value, "the option \(part.name)", text)
      }
    }
  }

  private func expectRubric(_ points: [String]) throws {
    guard let rubric = members["rubric"] else { return }
    try expectTexts(rubric, "points", points)
  }

  // MARK: What was written

  private func lines() throws -> [String: FilledSheet.Entry] {
    let list = try member("lines")
    var entries: [String: FilledSheet.Entry] = [:]
    for part in try list.list("\(question.id)'s lines") {
      let members = try part.members(["id", "prompt", "answer", "points"])
      guard let id = members["id"] else { throw part.missing("id") }
      let name = try id.string()
      guard let line = question.lines.first(where: { $0.id == name }) else {
        throw id.error(
          "\(question.id): found the line \(Excerpt.short(id.found)), which it has not")
      }
      guard entries[name] == nil else {
        throw part.error("\(question.id): the line \(name) stands twice")
      }
      for (key, wanted) in [("prompt", line.prompt), ("points", "\(line.points)")] {
        guard let found = members[key] else {
          throw part.error("\(question.id): line \(name): '\(key)' is missing")
        }
        guard case .scalar(let scalar) = found.node, scalar.string == wanted else {
          throw changed(found, "line \(name)'s \(key)", wanted)
        }
      }
      guard let answer = members["answer"] else {
        throw part.error("\(question.id): line \(name): 'answer' is missing")
      }
      entries[name] = try SheetReader.entry(answer, question: question.id)
    }
    if let missing = question.lines.first(where: { entries[$0.id] == nil }) {
      throw list.error("\(question.id): the line \(missing.id) is missing")
    }
    return entries
  }

  private func working() throws -> [String] {
    let found = try member("working")
    if case .sequence = found.node {
      return try found.list("lines").map { try $0.string("a line of \(question.id)'s working") }
    }
    let text = try found.string("\(question.id)'s working")
    if case .scalar(let scalar) = found.node, scalar.style == .plain,
      ["~", "null"].contains(scalar.string)
    {
      return []
    }
    return text.components(separatedBy: "\n")
  }

  /// The answer with the points that the student claims for it.
  private func claims(
    _ points: [String], _ lines: [String: FilledSheet.Entry]
  ) throws -> [String: FilledSheet.Entry] {
    let found = try member("claims")
    var claims = [Bool](repeating: false, count: points.count)
    var isAny = false
    for part in try found.list("\(question.id)'s claims, such as [1, 2]") {
      claims[try part.integer(1...points.count) - 1] = true
      isAny = true
    }
    guard isAny, let line = question.lines.first else { return lines }
    var entries = lines
    switch lines[line.id] {
    case .text(let text): entries[line.id] = .claims(text, claims)
    case .blank, nil: entries[line.id] = .claims("", claims)
    case .list(let parts): entries[line.id] = .claims(parts.joined(separator: ", "), claims)
    case .rows, .pairs, .claims: break
    }
    return entries
  }
}
