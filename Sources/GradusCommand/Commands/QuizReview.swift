import Formats
import Foundation
import Workbench

/// `gradus quiz review`: asks cards that are due, then new ones.
struct QuizReview {
  let topic: String?
  let count: Int
  /// Whether to list what is due and ask nothing.
  let isDueOnly: Bool
  let state: String?
  let date: String?
  let language: Language
  let json: Bool

  func run() throws {
    guard (1...1000).contains(count) else {
      throw WorkbenchError(.usage, "--count", "found \(count), expected from 1 to 1000")
    }
    var review = try Review(
      topic: topic, file: state ?? ReviewState.defaultFile, today: try today())
    if isDueOnly { return list(review) }
    let cards = (review.due + review.new).prefix(count).map(\.card)
    if cards.isEmpty {
      say(words("Nothing is due.", "没有到期的卡片。"))
      return
    }
    try ask(cards, &review)
  }

  private func today() throws -> Int {
    if let date {
      guard let day = CivilDate(date) else {
        throw WorkbenchError(
          .usage, "--date", "found '\(date)', expected a date such as 2026-03-01")
      }
      return day.dayNumber
    }
    let now = Date()
    let seconds = now.timeIntervalSince1970 + Double(TimeZone.current.secondsFromGMT(for: now))
    return Int((seconds / 86_400).rounded(.down))
  }

  private func words(_ en: String, _ zh: String) -> String {
    Words(en: en, zh: zh).text(language)
  }

  /// Questions stand on standard output, unless that carries JSON.
  private func say(_ text: String, terminator: String = "\n") {
    let handle = json ? FileHandle.standardError : FileHandle.standardOutput
    handle.write(Data((text + terminator).utf8))
  }

  // MARK: What is due

  private func list(_ review: Review) {
    let due = review.due
    if json {
      Output.print(
        json: [
          "due": .array(
            due.map { card in
              [
                "card": .string(card.card.id), "row": .string(card.card.row),
                "due": .string(CivilDate(dayNumber: card.item?.due ?? review.today).description),
                "interval": .integer(card.item?.interval ?? 0),
                "question": .string(card.card.question.text(language)),
              ]
            }),
          "new": .integer(review.new.count),
        ])
      return
    }
    for card in due {
      let day = CivilDate(dayNumber: card.item?.due ?? review.today)
      print("\(day)  \(card.card.id)  \(card.card.question.text(language))")
    }
    print(
      words(
        "\(due.count) due, \(review.new.count) not reviewed yet",
        "到期 \(due.count) 张，尚未复习 \(review.new.count) 张"))
  }

  // MARK: Asking

  /// Asks each card, and those that were known poorly again until they are not, which changes their
  /// days no more (step 7 of SM-2).
  private func ask(_ cards: [FactCard], _ review: inout Review) throws {
    var again: [FactCard] = []
    for (index, card) in cards.enumerated() {
      say("[\(index + 1)/\(cards.count)] ", terminator: "")
      guard let grade = grade(card) else { return }
      let item = try review.note(grade, of: card)
      let day = CivilDate(dayNumber: item.due).description
      say(words("Next on \(day)\n", "下次复习：\(day)\n"))
      if json {
        Output.print(
          json: [
            "card": .string(card.id), "grade": .integer(grade), "due": .string(day),
            "interval": .integer(item.interval), "ease": .number(item.easeFactor),
          ])
      }
      if grade < 4 { again.append(card) }
    }
    while !again.isEmpty {
      say(words("Once more, what was below 4:", "再来一次：评分低于 4 的卡片"))
      var rest: [FactCard] = []
      for card in again {
        guard let grade = grade(card) else { return }
        if grade < 4 { rest.append(card) }
      }
      again = rest
    }
  }

  /// Asks a card; nil where the user stops.
  private func grade(_ card: FactCard) -> Int? {
    let star = card.isStarred ? " ★" : ""
    say("\(card.row)\(star)  \(card.question.text(language))")
    say(words("(Enter shows the answer, q stops) ", "（回车显示答案，q 结束）"), terminator: "")
    guard let line = readLine(), !stops(line) else { return nil }
    say("\(card.answer.text(language))\n\(card.statement.text(language))")
    if let correction = card.correction { say(correction.text(language)) }
    while true {
      say(words("Grade 0–5: ", "自评 0–5："), terminator: "")
      guard let line = readLine(), !stops(line) else { return nil }
      if let grade = Int(line.trimmingCharacters(in: .whitespaces)), (0...5).contains(grade) {
        return grade
      }
      say(words("expected a number from 0 to 5, or q", "请输入 0 到 5 的数字，或 q"))
    }
  }

  private func stops(_ line: String) -> Bool {
    ["q", "Q"].contains(line.trimmingCharacters(in: .whitespaces))
  }
}
