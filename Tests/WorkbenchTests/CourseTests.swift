import Foundation
import Testing
import Workbench

/// The fact cards that ship with the program, and what is said about others.
@Suite("Fact cards")
struct CourseTests {
  @Test("the embedded cards are whole, in both languages")
  func embedded() throws {
    let course = try EmbeddedCourse.read()
    #expect(course.lectures.map(\.number) == Array(1...14))
    #expect(course.cards.count >= 250)
    for lecture in course.lectures {
      #expect(!lecture.topics.isEmpty && lecture.cards.count >= 10, "L\(lecture.number)")
      let used = Set(lecture.cards.map(\.topic))
      for topic in lecture.topics { #expect(used.contains(topic.name), "\(topic.name)") }
    }
    for card in course.cards {
      for words in [card.statement, card.question, card.answer] {
        #expect(!words.english.isEmpty && !words.chinese.isEmpty, "\(card.id)")
      }
    }
    #expect(course.lectures.flatMap(\.orderings).count >= 10)
    #expect(course.lectures.flatMap(\.matchings).count >= 10)
    #expect(course.lectures.flatMap(\.formulas).count >= 10)
  }

  /// How many rows the syllabus has in each lecture, from L1.
  static let rows = [5, 1, 5, 4, 11, 3, 10, 5, 6, 3, 5, 9, 5, 10]

  @Test("rows are the syllabus's")
  func rows() throws {
    for lecture in try EmbeddedCourse.read().lectures {
      let rows =
        lecture.cards.map(\.row) + lecture.orderings.map(\.row) + lecture.matchings.map(\.row)
        + lecture.formulas.map(\.row)
      for row in rows where row != "F.1" {
        let parts = row.dropFirst().split(separator: ".").compactMap { Int($0) }
        try #require(parts.count == 2 && (1...14).contains(parts[0]), "\(row)")
        #expect((1...Self.rows[parts[0] - 1]).contains(parts[1]), "\(row)")
      }
    }
  }

  @Test("what is read about a topic is all that the course has about it")
  func parts() throws {
    let course = try EmbeddedCourse.read()
    let names =
      course.topics.map(\.name) + course.lectures.map { "L\($0.number)" }
      + Set(course.cards.map(\.row)).sorted()
    for name in names {
      let part = try EmbeddedCourse.read(about: name)
      let whole = try #require(FactsDocument(about: name, in: course), "\(name)")
      let own = try #require(FactsDocument(about: name, in: part), "\(name)")
      #expect(own.groups.map(\.cards) == whole.groups.map(\.cards), "\(name)")
    }
    #expect(try EmbeddedCourse.read(about: "no-such-topic").lectures.isEmpty)
  }

  // MARK: Bad cards

  static let good = """
    lecture: 3
    title: {en: Networks, zh: 网络}
    topics:
      chain-rule: {en: Chain rule, zh: 链式法则}
    cards:
    - id: L3.one
      row: L3.4
      topic: chain-rule
      star: true
      kind: definition
      statement: {en: A statement., zh: 陈述。}
      source: {line: 7, contains: 陈述}
      question: {en: What?, zh: 什么？}
      answer: {en: This, zh: 这个}
      group: things
      wrong: [{en: a, zh: 甲}, {en: b, zh: 乙}, {en: c, zh: 丙}]
    orderings:
    - id: L3.order
      row: L3.4
      question: {en: Order?, zh: 顺序？}
      steps: [{en: 1st, zh: 一}, {en: 2nd, zh: 二}, {en: 3rd, zh: 三}]
    matchings:
    - id: L3.match
      row: L3.4
      question: {en: Match?, zh: 匹配？}
      pairs:
      - {left: {en: a, zh: 甲}, right: {en: 1, zh: 一}}
      - {left: {en: b, zh: 乙}, right: {en: 2, zh: 二}}
      - {left: {en: c, zh: 丙}, right: {en: 3, zh: 三}}
    formulas:
    - id: L3.formula
      row: L3.4
      question: {en: Write it., zh: 写出。}
      variables: {x: [-1, 1], y: [0.5, 2]}
      formula: x / y + max(x, 0)
      slips:
      - {formula: x * y, en: a product, zh: 乘积}

    """

  static let cases: [(from: String, to: String, message: String)] = [
    ("lecture: 3\n", "", "cards: 'lecture' is missing"),
    ("lecture: 3", "lecture: three", "found 'three', expected a whole number from 1 to 99"),
    ("  chain-rule:", "  Chain Rule:", "found the topic 'Chain Rule', expected small letters"),
    ("id: L3.one", "id: L4.one", "cards: cards[0].id (line 6): found 'L4.one', expected L3. and a"),
    ("id: L3.order", "id: L3.one", "cards: L3.one: found an id that stands twice"),
    ("row: L3.4\n  topic", "row: L3\n  topic", "found 'L3', expected a row of the syllabus"),
    (
      "topic: chain-rule", "topic: chain-rul", "unknown topic 'chain-rul'; did you mean chain-rule?"
    ),
    ("kind: definition", "kind: opinion", "unknown kind 'opinion'"),
    ("star: true", "star: 1", "found '1', expected true or false"),
    ("zh: 陈述。", "zh: ''", "cards[0].statement.zh (line 11): found nothing, expected a text"),
    ("{en: What?, zh: 什么？}", "What?", "cards[0].question (line 13): found 'What?', expected a"),
    ("  group: things\n", "", "cards[0] (line 6): 'group' is missing"),
    ("{en: b, zh: 乙}, {en: c, zh: 丙}]", "{en: b, zh: 乙}]", "found 2 wrong choices in English"),
    ("{en: c, zh: 丙}]", "{en: c, zh: 乙}]", "found 2 wrong choices in Chinese, expected at least 3"),
    ("{en: c, zh: 丙}]", "{en: This, zh: 丙}]", "found the answer among the wrong choices"),
    (", {en: 3rd, zh: 三}]", "]", "found 2 steps, expected 3 to 8"),
    ("{en: 2, zh: 二}}", "{en: 1, zh: 一}}", "L3.match: found right sides that are the same"),
    ("x: [-1, 1]", "x: [1, -1]", "expected two numbers, the smaller one first"),
    (
      "x: [-1, 1]", "z: [-1, 1]", "L3.formula: found a formula of x, y, expected the variables y, z"
    ),
    ("formula: x / y +", "formula: x / y + (", "which is no formula: "),
    ("formula: x / y + max(x, 0)", "formula: x / y + log(-3)", "found no value for the formula"),
    ("formula: x * y", "formula: x / y + (abs(x) + x) / 2", "'a product' has the formula's own"),
    ("formula: x * y", "formula: x * t", "found other variables in the slip 'a product'"),
    ("cards:\n", "card:\n", "unknown key 'card'; did you mean cards?"),
  ]

  @Test("what is wrong with cards is told with its place", arguments: cases)
  func mistakes(_ from: String, _ to: String, _ message: String) throws {
    let text = Self.good.replacing(from, with: to, maxReplacements: 1)
    try #require(text != Self.good)
    let error = #expect(throws: WorkbenchError.self) {
      try EmbeddedCourse.read(texts: [(text, "cards")])
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
  }

  @Test("groups and topics belong to one lecture")
  func lectures() throws {
    #expect(try EmbeddedCourse.read(texts: [(Self.good, "cards")]).cards.count == 1)
    let other = Self.good.replacing("L3.", with: "L4.").replacing("lecture: 3", with: "lecture: 4")
    for (text, message) in [
      (other, "found a topic that stands twice"),
      (
        other.replacing("chain-rule", with: "other"),
        "L4.one: found the group 'things' of lecture 3, expected another"
      ),
    ] {
      let error = #expect(throws: WorkbenchError.self) {
        try EmbeddedCourse.read(texts: [(Self.good, "L03"), (text, "L04")])
      }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }
  }
}
