import Autodiff
import Explain
import Formats
import Foundation

/// Marks what is no calculation: choices, orders, pairs, formulas and words.
struct FactMarker {
  let question: Question

  init(_ question: Question) { self.question = question }

  func marks(_ answers: FilledSheet.Answers) -> [MarkReport.Line] {
    question.lines.map { mark($0, answers.lines[$0.id] ?? .blank) }
  }

  private func mark(_ line: Question.Line, _ entry: FilledSheet.Entry) -> MarkReport.Line {
    let found = Self.text(entry)
    if found.isEmpty, !isClaimed(entry) { return report(line, .unanswered, "") }
    switch question.form {
    case .calculation: fatalError("exercises: a calculation is marked line by line")
    case .choice(let options, let right): return choice(line, found, options.count, right)
    case .ordering(let shown, let order): return ordering(line, entry, shown.count, order)
    case .matching(let left, let right, let partners):
      return matching(line, found, left.count, right.count, partners)
    case .formula(let task): return formula(line, found, task)
    case .recall(let answer): return recall(line, found, answer)
    case .shortAnswer(let points): return shortAnswer(line, entry, points)
    }
  }

  private func report(
    _ line: Question.Line, _ verdict: MarkReport.Verdict, _ found: String,
    _ diagnosis: Words? = nil, slips: [String] = [], marks: Int = 0, isSelfMarked: Bool = false
  ) -> MarkReport.Line {
    let method = min(line.points.method, marks)
    return MarkReport.Line(
      question: question.id, line: line.id, verdict: verdict, expected: line.answer,
      found: Excerpt.short(found), diagnosis: diagnosis, slips: slips, method: method,
      answer: marks - method, of: line.points.total, isSelfMarked: isSelfMarked)
  }

  private static func text(_ entry: FilledSheet.Entry) -> String {
    switch entry {
    case .blank: ""
    case .text(let text): text.trimmingCharacters(in: .whitespacesAndNewlines)
    case .list(let parts): parts.joined(separator: ", ")
    case .rows(let rows): rows.map { $0.joined(separator: ", ") }.joined(separator: "; ")
    case .pairs(let pairs): pairs.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", ")
    case .claims(let text, _): text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  private func isClaimed(_ entry: FilledSheet.Entry) -> Bool {
    if case .claims(_, let claims) = entry { claims.contains(true) } else { false }
  }

  /// The place of a letter A, B, …; nil for other text.
  static func index(_ text: some StringProtocol, below count: Int) -> Int? {
    let clean = text.trimmingCharacters(in: CharacterSet(charactersIn: " .()[]（）。\t"))
    guard clean.count == 1, let scalar = clean.uppercased().unicodeScalars.first,
      scalar.value >= 65, scalar.value < 65 + UInt32(count)
    else { return nil }
    return Int(scalar.value) - 65
  }

  /// The letter of a place.
  static func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index))) }

  private func letters(_ count: Int) -> String { "A–\(Self.letter(count - 1))" }

  private func choice(
    _ line: Question.Line, _ found: String, _ count: Int, _ right: Int
  ) -> MarkReport.Line {
    guard let chosen = Self.index(found, below: count) else {
      return report(
        line, .unanswered, found,
        Words(en: "expected a letter \(letters(count))", zh: "应为字母 \(letters(count)) 之一"))
    }
    return chosen == right
      ? report(line, .right, found, marks: line.points.total) : report(line, .wrong, found)
  }

  private func ordering(
    _ line: Question.Line, _ entry: FilledSheet.Entry, _ count: Int, _ order: [Int]
  ) -> MarkReport.Line {
    let parts: [String]
    switch entry {
    case .list(let list): parts = list
    case .text(let text):
      let separators = CharacterSet(charactersIn: " ,;>→，、-")
      let pieces = text.components(separatedBy: separators).filter { !$0.isEmpty }
      parts = pieces.count == 1 ? pieces[0].map(String.init) : pieces
    default: parts = []
    }
    let found = Self.text(entry)
    let indices = parts.compactMap { Self.index($0, below: count) }
    guard indices.count == parts.count, Set(indices).count == indices.count, indices.count == count
    else {
      return report(
        line, .unanswered, found,
        Words(
          en: "expected each of the letters \(letters(count)) once, in order",
          zh: "应按顺序写出字母 \(letters(count))，每个一次"))
    }
    if indices == order { return report(line, .right, found, marks: line.points.total) }
    // The share of neighbours in the key that stand in that order.
    let place = Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, $0) })
    let kept = zip(order, order.dropFirst()).filter { place[$0]! + 1 == place[$1]! }.count
    let marks = line.points.total * kept / order.count
    return report(
      line, .wrong, found,
      Words(
        en: "\(kept) of \(count - 1) steps follow the step that they should",
        zh: "\(count - 1) 处先后关系中有 \(kept) 处正确"), marks: marks)
  }

  private func matching(
    _ line: Question.Line, _ found: String, _ leftCount: Int, _ rightCount: Int, _ partners: [Int]
  ) -> MarkReport.Line {
    guard let chosen = Self.index(found, below: rightCount) else {
      return report(
        line, .unanswered, found,
        Words(
          en: "expected a letter \(letters(rightCount))", zh: "应为字母 \(letters(rightCount)) 之一"))
    }
    guard let left = question.lines.firstIndex(where: { $0.id == line.id }) else {
      fatalError("exercises: the question has no line \(line.id)")
    }
    return partners[left] == chosen
      ? report(line, .right, found, marks: line.points.total) : report(line, .wrong, found)
  }

  // MARK: Formulas

  private func formula(
    _ line: Question.Line, _ found: String, _ task: FormulaTask
  ) -> MarkReport.Line {
    let last = AnswerText.plain(found).split(separator: "=").last.map(String.init) ?? ""
    let names = NameTable(variables: task.variables.map(\.name))
    let parsed: Expression
    do {
      let raw = try Expression(parsing: last.trimmingCharacters(in: .whitespaces))
      var unknown: String?
      parsed = names.resolved(raw) { unknown = unknown ?? $0 }
      if let unknown {
        let list = task.variables.map(\.name).joined(separator: ", ")
        return report(
          line, .unanswered, found,
          Words(
            en: "'\(Excerpt.short(unknown))' is not known here; the names are \(list)",
            zh: "这里没有“\(Excerpt.short(unknown))”；可用的名称是 \(list)"))
      }
    } catch {
      let message = Excerpt.short(error.message)
      return report(
        line, .unanswered, found, Words(en: "no formula: \(message)", zh: "不是公式：\(message)"))
    }
    let points = FormulaPoints(task)
    if points.agree(parsed, task.formula) {
      return report(line, .right, found, marks: line.points.total)
    }
    let slips = task.slips.filter { points.agree(parsed, $0.formula) }
    guard !slips.isEmpty else { return report(line, .wrong, found) }
    return report(
      line, .wrong, found,
      Words(
        en: slips.map(\.name.english).joined(separator: ", or "),
        zh: slips.map(\.name.chinese).joined(separator: "；或者")),
      slips: slips.map(\.name.english))
  }

  // MARK: Words

  /// Words compared without case, marks, spaces and articles; numbers by value.
  static func isSame(_ found: String, _ answer: String) -> Bool {
    if let a = Double(found.replacing("%", with: "").replacing(",", with: "")),
      let b = Double(answer.replacing("%", with: "").replacing(",", with: ""))
    {
      return a == b
    }
    func bare(_ text: String) -> String {
      // Signs of a formula count; a hyphen within a word does not.
      let plain = text.lowercased().precomposedStringWithCompatibilityMapping
        .replacing("−", with: "-").replacing("·", with: "*").replacing("×", with: "*")
      var signs = ""
      var last: Character = " "
      for (index, character) in plain.enumerated() {
        let next = plain.dropFirst(index + 1).first ?? " "
        let isHyphen = character == "-" && last.isLetter && last.isASCII && next.isLetter
        if "+-*/=^<>|√".contains(character), !isHyphen { signs.append(character) }
        last = character
      }
      let words = plain.split { !$0.isLetter && !$0.isNumber }
        .filter { !["the", "a", "an"].contains($0) }
      return words.joined() + signs
    }
    return !bare(found).isEmpty && bare(found) == bare(answer)
  }

  private func recall(
    _ line: Question.Line, _ found: String, _ answer: Words
  ) -> MarkReport.Line {
    if Self.isSame(found, answer.english) || Self.isSame(found, answer.chinese) {
      return report(line, .right, found, marks: line.points.total)
    }
    return report(line, .wrong, found)
  }

  private func shortAnswer(
    _ line: Question.Line, _ entry: FilledSheet.Entry, _ points: [Words]
  ) -> MarkReport.Line {
    let found = Self.text(entry)
    guard case .claims(_, let claims) = entry, !found.isEmpty else {
      return report(
        line, .unanswered, found,
        found.isEmpty
          ? Words(en: "points are claimed without an answer", zh: "勾选了得分点，却没有作答")
          : Words(
            en: "compare with the key and claim the points that the answer has",
            zh: "请对照答案，勾选作答中包含的得分点"))
    }
    let count = zip(points, claims).filter { $1 }.count
    let marks = line.points.total * count / max(1, points.count)
    return report(
      line, count == points.count ? .right : .wrong, found,
      Words(
        en: "marked by the student: \(count) of \(points.count) points",
        zh: "由学生自评：\(points.count) 个得分点中的 \(count) 个"), marks: marks,
      isSelfMarked: true)
  }
}

/// Random points at which formulas are compared.
struct FormulaPoints {
  private let points: [[String: Double]]

  init(_ task: FormulaTask, count: Int = 24) {
    var random = RandomGenerator(key: RandomKey(seed: 0, path: "formula." + task.id))
    points = (0..<count).map { _ in
      Dictionary(
        uniqueKeysWithValues: task.variables.map { variable in
          let range = variable.range
          return (
            variable.name,
            range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
          )
        })
    }
  }

  /// Whether two formulas have the same values: at every point where the second has one.
  func agree(_ own: Expression, _ other: Expression) -> Bool {
    var compared = 0
    for point in points {
      var numbers = Numbers()
      for (name, value) in point { numbers[name] = Value(value) }
      guard let b = numbers.scalar(other, .plain(other)), b.isFinite else { continue }
      guard let a = numbers.scalar(own, .plain(own)), a.isFinite,
        abs(a - b) <= 1e-9 * max(1, abs(b))
      else { return false }
      compared += 1
    }
    return compared >= points.count / 2
  }
}
