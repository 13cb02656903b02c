import Explain
import Formats
import Foundation

/// What a student's entry says.
struct ReadAnswer: Sendable {
  /// The numbers, row by row.
  var values: [WrittenNumber]
  /// Sizes along each axis as written, empty for a single number.
  var shape: [Int]
  /// The way to a single number, where one is written out.
  var expression: Expression?
  /// The text, for the report.
  var text: String

  /// The same numbers, taken for exact however few digits they have.
  var exactly: ReadAnswer {
    var copy = self
    copy.values = values.map { WrittenNumber(exactly: $0.value) }
    return copy
  }
}

/// Why an entry cannot be read, in words for the student.
struct UnreadableAnswer: Error {
  let words: Words
  init(_ en: String, _ zh: String) { words = Words(en: en, zh: zh) }
}

/// Reads numbers, fractions, arithmetic, vectors and matrices as students write them.
struct AnswerReader {
  /// What the names in a student's expressions stand for.
  let names: NameTable
  let numbers: Numbers

  /// Longer texts are not read.
  static let longest = 2000

  /// Reads an entry; nil for a blank.
  /// - Throws: `UnreadableAnswer`.
  func read(_ entry: FilledSheet.Entry?) throws(UnreadableAnswer) -> ReadAnswer? {
    switch entry {
    case nil, .blank: return nil
    case .text(let text):
      let clean = text.trimmingCharacters(in: .whitespacesAndNewlines)
      return clean.isEmpty ? nil : try read(clean)
    case .list(let parts):
      if parts.allSatisfy({ $0.trimmingCharacters(in: .whitespaces).isEmpty }) { return nil }
      return ReadAnswer(
        values: try values(parts), shape: [parts.count],
        text: "[" + parts.joined(separator: ", ") + "]")
    case .rows(let rows):
      guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else {
        throw UnreadableAnswer("the rows have different lengths", "各行长度不同")
      }
      if rows.joined().allSatisfy({ $0.trimmingCharacters(in: .whitespaces).isEmpty }) {
        return nil
      }
      return ReadAnswer(
        values: try values(rows.flatMap { $0 }), shape: [rows.count, width],
        text: "["
          + rows.map { "[" + $0.joined(separator: ", ") + "]" }.joined(separator: ", ")
          + "]")
    case .pairs, .claims:
      throw UnreadableAnswer("found a mapping, expected a number", "这里应为一个数，却是键值对")
    }
  }

  private func values(_ parts: [String]) throws(UnreadableAnswer) -> [WrittenNumber] {
    var result: [WrittenNumber] = []
    for part in parts {
      let clean = part.trimmingCharacters(in: .whitespaces)
      guard !clean.isEmpty else {
        throw UnreadableAnswer("an entry is blank", "有一个元素没有填写")
      }
      let read = try read(clean)
      guard read.values.count == 1 else {
        throw UnreadableAnswer("an entry is no single number", "有一个元素不是单个数")
      }
      result.append(read.values[0])
    }
    return result
  }

  /// Reads one text: `0.62`, `3/8`, `0.5*1 + 0.1`, `w1*x = 0.5`, `[1, 2; 3, 4]`.
  func read(_ text: String) throws(UnreadableAnswer) -> ReadAnswer {
    guard text.utf8.count <= Self.longest else {
      throw UnreadableAnswer(
        "found a text of \(text.utf8.count) bytes, expected a number",
        "文字太长（\(text.utf8.count) 字节），应为一个数")
    }
    let plain = AnswerText.plain(text)
    if plain.hasPrefix("[") { return try brackets(plain, text) }
    // "expression = number": the last part is the answer, the first is the way to it.
    let parts = plain.split(separator: "=", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard let last = parts.last, !last.isEmpty else {
      throw UnreadableAnswer("nothing stands after the last =", "最后一个等号之后没有内容")
    }
    var way: Expression?
    for part in parts.dropLast() {
      if let expression = try? expression(part, of: text), !expression.isName {
        way = way ?? expression
      }
    }
    if last.hasPrefix("[") {
      var answer = try brackets(last, text)
      answer.expression = nil
      return answer
    }
    if let number = WrittenNumber(last[...]) {
      return ReadAnswer(values: [number], shape: [], expression: way, text: text)
    }
    let expression = try expression(last, of: text)
    let value = try evaluate(expression)
    return ReadAnswer(
      values: [WrittenNumber(exactly: value)], shape: [], expression: way ?? expression,
      text: text)
  }

  /// Parses an expression whose names are known.
  func expression(_ text: String, of whole: String) throws(UnreadableAnswer) -> Expression {
    let parsed: Expression
    do {
      parsed = try Expression(parsing: text)
    } catch {
      let message = Excerpt.short(error.message)
      throw UnreadableAnswer(
        "found '\(Excerpt.short(whole))', which is no number: \(message)",
        "“\(Excerpt.short(whole))”不是数：\(message)")
    }
    var unknown: String?
    let named = names.resolved(parsed) { unknown = unknown ?? $0 }
    if let unknown {
      throw UnreadableAnswer(
        "found '\(Excerpt.short(unknown))', which has not been given or worked out before",
        "“\(Excerpt.short(unknown))”既未给出，也未在前面算出")
    }
    return named
  }

  /// An expression's value on the student's numbers.
  func evaluate(_ expression: Expression) throws(UnreadableAnswer) -> Double {
    let line = Calculation.plain(expression)
    guard let value = numbers.scalar(expression, line) else {
      throw UnreadableAnswer("found an expression of arrays, expected a number", "这里应为一个数，却是数组的表达式")
    }
    guard value.isFinite else {
      throw UnreadableAnswer("the value is not finite", "结果不是有限数")
    }
    return value
  }

  /// `[1, 2]`, `[1, 2; 3, 4]`, `[[1, 2], [3, 4]]`.
  private func brackets(_ plain: String, _ text: String) throws(UnreadableAnswer) -> ReadAnswer {
    let inner = plain.filter { !$0.isWhitespace }
    guard inner.hasPrefix("["), inner.hasSuffix("]") else {
      throw UnreadableAnswer("a bracket is not closed", "方括号没有闭合")
    }
    let body = inner.dropFirst().dropLast()
    if body.hasPrefix("[") {
      let rows = body.replacing("],[", with: "];[").split(separator: ";").map { row in
        row.drop { $0 == "[" }.split(separator: "]", omittingEmptySubsequences: false).first
          .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
          ?? []
      }
      return try withText(.rows(rows), text)
    }
    let rows = body.split(separator: ";", omittingEmptySubsequences: false).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return try withText(rows.count > 1 ? .rows(rows) : .list(rows.first ?? []), text)
  }

  private func withText(
    _ entry: FilledSheet.Entry, _ text: String
  ) throws(UnreadableAnswer) -> ReadAnswer {
    guard var answer = try read(entry) else {
      throw UnreadableAnswer("the brackets are empty", "括号内为空")
    }
    answer.text = text
    return answer
  }
}

extension Expression {
  var isName: Bool { if case .variable = self { true } else { false } }
}

extension Calculation {
  /// A formula on its own, of single numbers.
  static func plain(_ expression: Expression) -> Calculation {
    Calculation(
      key: "", entry: 0, shape: [], expression: expression, inputs: [], functions: [:])
  }
}
