import Explain
import Formats

/// Fact cards about something, grouped by topic, as a document and as JSON.
public struct FactsDocument {
  /// What the cards are about: a topic, a lecture or a row.
  public let name: String
  /// The cards in the course's order with their topics.
  public let groups: [(topic: Course.Topic, cards: [FactCard])]
  private let title: Words

  /// The cards of a course about a topic, a lecture such as `L5` or a row such as `L5.6`; nil where
  /// there are none.
  ///
  /// - Parameters:
  ///   - name: What the cards are to be about.
  ///   - course: The lectures.
  public init?(about name: String, in course: Course) {
    self.name = name
    groups = course.lectures.flatMap { lecture in
      lecture.topics.compactMap { topic in
        let cards = lecture.cards.filter { card in
          card.topic == topic.name
            && (name == "L\(lecture.number)" || card.topic == name || card.row == name)
        }
        return cards.isEmpty ? nil : (topic, cards)
      }
    }
    if groups.isEmpty { return nil }
    if groups.count == 1, groups[0].topic.name == name {
      title = groups[0].topic.title
    } else if let lecture = course.lectures.first(where: { name == "L\($0.number)" }) {
      title = Words(en: "\(name): \(lecture.title.english)", zh: "\(name)：\(lecture.title.chinese)")
    } else {
      title = Words(en: "What the course states: \(name)", zh: "课程知识点：\(name)")
    }
  }

  /// The document.
  public var solution: Solution {
    var solution = Solution(kind: "facts", title: title.prose)
    solution.showsCheck = false
    solution.sections = groups.map { topic, cards in
      Section(topic.title.prose, cards.flatMap(Self.blocks))
    }
    return solution
  }

  private static func blocks(_ card: FactCard) -> [Block] {
    let star = card.isStarred ? "★ " : ""
    var blocks: [Block] = [
      .prose(
        Words(
          en: "\(star)\(card.statement.english) (\(card.row); review, line \(card.source.line))",
          zh: "\(star)\(card.statement.chinese)（\(card.row)；课程复习资料第 \(card.source.line) 行）"
        ).prose)
    ]
    if let correction = card.correction { blocks.append(.note(correction.prose)) }
    return blocks
  }

  /// What scripts read.
  ///
  /// - Parameter language: The language of the texts.
  public func json(_ language: Language) -> JSONValue {
    [
      "kind": "facts", "topic": .string(name), "language": .string(language.rawValue),
      "cards": .array(
        groups.flatMap { topic, cards in
          cards.map { card in
            [
              "id": .string(card.id), "row": .string(card.row), "topic": .string(topic.name),
              "kind": .string(card.kind.rawValue), "star": .bool(card.isStarred),
              "statement": .string(card.statement.text(language)),
              "correction": card.correction.map { .string($0.text(language)) } ?? .null,
              "question": .string(card.question.text(language)),
              "answer": .string(card.answer.text(language)),
              "source": .integer(card.source.line),
            ]
          }
        }),
    ]
  }
}
