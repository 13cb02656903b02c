import Exercises

/// Reads a lecture's fact cards from YAML.
struct CourseReader {
  private let root: [String: YAMLValue]
  private let number: Int
  private let topics: [Course.Topic]

  /// The lectures of some texts, none of which says what another says too.
  /// - Throws: `WorkbenchError` with the file and the place.
  static func course(_ texts: [(text: String, file: String)]) throws -> Course {
    let lectures = try texts.map { text, file in
      try CourseReader(YAMLValue(text: text, file: file)).lecture()
    }
    let course = Course(lectures: lectures)
    try CourseCheck(course, files: texts.map(\.file)).perform()
    return course
  }

  init(_ file: YAMLValue) throws {
    root = try file.members([
      "lecture", "title", "topics", "cards", "orderings", "matchings", "formulas",
    ])
    number = try Self.required("lecture", of: root, in: file).integer(1...99)
    for key in ["title", "topics", "cards"] where root[key] == nil { throw file.missing(key) }
    topics = try Self.required("topics", of: root, in: file).anyMembers().map { name, value in
      guard Self.isName(name) else {
        throw value.error("found the topic '\(name)', expected small letters, digits and hyphens")
      }
      return Course.Topic(name: name, title: try value.words())
    }
  }

  /// The lecture.
  func lecture() throws -> Course.Lecture {
    Course.Lecture(
      number: number, title: try root["title"]!.words(), topics: topics,
      cards: try list("cards", card), orderings: try list("orderings", ordering),
      matchings: try list("matchings", matching), formulas: try list("formulas", formula))
  }

  private func list<Element>(
    _ key: String, _ read: (YAMLValue) throws -> Element
  ) throws -> [Element] {
    try root[key]?.list("a list").map(read) ?? []
  }

  // MARK: Parts

  static func required(
    _ key: String, of members: [String: YAMLValue], in value: YAMLValue
  ) throws -> YAMLValue {
    guard let member = members[key] else { throw value.missing(key) }
    return member
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  private static func isName(_ text: String) -> Bool { isName(text[...]) }

  /// `L5.some-words`.
  private func id(_ members: [String: YAMLValue], in value: YAMLValue) throws -> String {
    let member = try Self.required("id", of: members, in: value)
    let text = try member.string()
    let prefix = "L\(number)."
    guard text.hasPrefix(prefix), Self.isName(text.dropFirst(prefix.count)) else {
      throw member.expected("\(prefix) and a name of small letters, digits and hyphens")
    }
    return text
  }

  /// `L5.6` or `F.1`.
  private func row(_ members: [String: YAMLValue], in value: YAMLValue) throws -> String {
    let member = try Self.required("row", of: members, in: value)
    let text = try member.string()
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isRow =
      parts.count == 2 && Int(parts[1]) != nil
      && (parts[0] == "F" || parts[0].hasPrefix("L") && Int(parts[0].dropFirst()) != nil)
    guard isRow else { throw member.expected("a row of the syllabus such as L\(number).1") }
    return text
  }

  private func star(_ members: [String: YAMLValue]) throws -> Bool {
    try members["star"]?.boolean() ?? false
  }

  private func question(_ members: [String: YAMLValue], in value: YAMLValue) throws -> Words {
    try Self.required("question", of: members, in: value).words()
  }

  private func card(_ value: YAMLValue) throws -> FactCard {
    let members = try value.members([
      "id", "row", "topic", "star", "kind", "statement", "source", "correction", "question",
      "answer", "group", "wrong", "points",
    ])
    func part(_ key: String) throws -> YAMLValue {
      try Self.required(key, of: members, in: value)
    }
    let topic = try part("topic").choice("topic", topics.map { ($0.name, $0.name) })
    let source = try part("source").members(["line", "contains"])
    return FactCard(
      id: try id(members, in: value), row: try row(members, in: value), topic: topic,
      isStarred: try star(members),
      kind: try part("kind").choice("kind", FactCard.Kind.allCases.map { ($0.rawValue, $0) }),
      statement: try part("statement").words(), correction: try members["correction"]?.words(),
      question: try question(members, in: value), answer: try part("answer").words(),
      group: try part("group").string(),
      wrong: try members["wrong"]?.list("a list of wrong choices").map { try $0.words() } ?? [],
      points: try members["points"]?.list("a list of points").map { try $0.words() } ?? [],
      source: FactCard.Source(
        line: try Self.required("line", of: source, in: part("source")).integer(1...1_000_000),
        contains: try Self.required("contains", of: source, in: part("source")).string()))
  }

  private func ordering(_ value: YAMLValue) throws -> OrderingTask {
    let members = try value.members(["id", "row", "star", "question", "steps"])
    let steps = try Self.required("steps", of: members, in: value)
    let list = try steps.list("3 to 8 steps")
    guard (3...8).contains(list.count) else {
      throw steps.error("found \(list.count) steps, expected 3 to 8")
    }
    return OrderingTask(
      id: try id(members, in: value), row: try row(members, in: value),
      isStarred: try star(members), question: try question(members, in: value),
      steps: try list.map { try $0.words() })
  }

  private func matching(_ value: YAMLValue) throws -> MatchingTask {
    let members = try value.members(["id", "row", "star", "question", "pairs"])
    let pairs = try Self.required("pairs", of: members, in: value)
    let list = try pairs.list("3 to 8 pairs")
    guard (3...8).contains(list.count) else {
      throw pairs.error("found \(list.count) pairs, expected 3 to 8")
    }
    return MatchingTask(
      id: try id(members, in: value), row: try row(members, in: value),
      isStarred: try star(members), question: try question(members, in: value),
      pairs: try list.map { pair in
        let sides = try pair.members(["left", "right"])
        return MatchingTask.Pair(
          left: try Self.required("left", of: sides, in: pair).words(),
          right: try Self.required("right", of: sides, in: pair).words())
      })
  }

  private func formula(_ value: YAMLValue) throws -> FormulaTask {
    let members = try value.members([
      "id", "row", "star", "question", "variables", "formula", "slips",
    ])
    let variables = try Self.required("variables", of: members, in: value).anyMembers()
      .map { name, range in
        let ends = try range.vector()
        guard ends.count == 2, ends[0] < ends[1] else {
          throw range.error("expected two numbers, the smaller one first")
        }
        return FormulaTask.Variable(name: name, range: ends[0]...ends[1])
      }
    return FormulaTask(
      id: try id(members, in: value), row: try row(members, in: value),
      isStarred: try star(members), question: try question(members, in: value),
      variables: variables,
      formula: try Self.required("formula", of: members, in: value).formula(),
      slips: try members["slips"]?.list("a list of slips").map { slip in
        let parts = try slip.members(["formula", "en", "zh"])
        return FormulaTask.Slip(
          formula: try Self.required("formula", of: parts, in: slip).formula(),
          name: Words(
            en: try Self.required("en", of: parts, in: slip).text(),
            zh: try Self.required("zh", of: parts, in: slip).text()))
      } ?? [])
  }
}

extension YAMLValue {
  /// A text that is not empty.
  fileprivate func text() throws -> String {
    let text = try string()
    guard text.contains(where: { !$0.isWhitespace }) else { throw expected("a text") }
    return text
  }

  /// `{en: …, zh: …}`, neither empty.
  fileprivate func words() throws -> Words {
    let parts = try members(["en", "zh"])
    return Words(
      en: try CourseReader.required("en", of: parts, in: self).text(),
      zh: try CourseReader.required("zh", of: parts, in: self).text())
  }

  /// A formula.
  fileprivate func formula() throws -> Autodiff.Expression {
    let text = try string("a formula")
    do {
      return try Autodiff.Expression(parsing: text)
    } catch {
      throw self.error("found '\(text)', which is no formula: \(error.message)")
    }
  }
}
