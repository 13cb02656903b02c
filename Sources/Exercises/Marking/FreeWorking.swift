import Explain

/// Finds the key's lines in what a student wrote without a scaffold: own names, own order, steps
/// left out or added.
struct FreeWorking {
  let workings: Workings
  /// Answers by line.
  private(set) var answers: [Int: ReadAnswer] = [:]
  /// Why lines could not be read, by their number from 1.
  private(set) var unread: [(line: Int, text: String, reason: Words)] = []
  /// Lines that are no line of the key, by their number from 1.
  private(set) var extra: [(line: Int, text: String)] = []

  private var names: NameTable
  private var numbers: Numbers
  private var ownNames = 0
  /// The line that was answered last.
  private var latest = -1

  /// More lines than this are not read.
  static let most = 400

  /// - Parameters:
  ///   - workings: The key's lines.
  ///   - lines: What the student wrote, a line each.
  init(_ workings: Workings, _ lines: [String]) {
    self.workings = workings
    names = NameTable(workings)
    numbers = workings.given
    for (index, line) in lines.prefix(Self.most).enumerated() {
      let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
      if text.isEmpty || text.hasPrefix("#") { continue }
      do throws(UnreadableAnswer) {
        try take(text, index + 1)
      } catch {
        unread.append((index + 1, text, error.words))
      }
    }
  }

  /// Takes a line `name = expression = number`; the name and the expression may be left out.
  private mutating func take(_ text: String, _ number: Int) throws(UnreadableAnswer) {
    var parts = AnswerText.plain(text).split(separator: "=", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    while parts.last == "" { parts.removeLast() }
    guard let first = parts.first, !parts.isEmpty else { return }
    // `a = b = …`: as many names as stand at the front.
    var named: [String] = []
    while let head = parts.first, parts.count > 1, isName(head) {
      named.append(head)
      parts.removeFirst()
    }
    let reader = AnswerReader(names: names, numbers: numbers)
    let answer: ReadAnswer
    if parts.count == 1, named.isEmpty, names.knows(first), !isNumber(first) { return }
    var read = try reader.read(parts.joined(separator: " = "))
    read.text = text
    answer = read
    let byName = named.compactMap { names.line($0) }.first
    if let line = byName ?? turn(named, answer) ?? match(answer) {
      answers[line] = answer
      latest = line
      numbers.set(answer.values.map(\.value), of: workings.lines[line].calculation)
      for name in named where !names.knows(name) || names.turns(name) != nil {
        names.define(name, workings.lines[line].variable)
      }
      return
    }
    if takeVector(answer, named) { return }
    extra.append((number, text))
    // An intermediate quantity of the student's own.
    guard answer.values.count == 1 else { return }
    for name in named where !names.knows(name) {
      ownNames += 1
      let key = "own:\(ownNames)"
      numbers[key] = Value(answer.values[0].value)
      names.define(name, key)
    }
  }

  /// Takes a vector or matrix whose entries are lines of their own in the key.
  private mutating func takeVector(_ answer: ReadAnswer, _ named: [String]) -> Bool {
    guard answer.values.count > 1 else { return false }
    var groups: [(key: String, lines: [Int])] = []
    for (index, line) in workings.lines.enumerated() where line.calculation.entry != nil {
      let key = line.calculation.key
      if let place = groups.firstIndex(where: { $0.key == key }) {
        groups[place].lines.append(index)
      } else {
        groups.append((key, [index]))
      }
    }
    let candidates = groups.filter { group in
      group.lines.count == answer.values.count && group.lines.allSatisfy { answers[$0] == nil }
    }
    func isNamed(_ lines: [Int]) -> Bool {
      let wholes = Set(lines.flatMap { NameTable.wholeNames(workings.lines[$0].symbol) })
      return named.contains { wholes.contains(AnswerText.name($0)) }
    }
    func isNear(_ lines: [Int]) -> Bool {
      zip(lines, answer.values).allSatisfy { index, written in
        let line = workings.lines[index]
        return [line.exact[0], line.rounded[0]].contains {
          written.nearness(to: $0, asked: workings.decimals) != .off
        }
      }
    }
    let found =
      candidates.first { isNamed($0.lines) && isNear($0.lines) }
      ?? candidates.first { isNamed($0.lines) } ?? candidates.first { isNear($0.lines) }
    guard let found else { return false }
    for (index, written) in zip(found.lines, answer.values) {
      answers[index] = ReadAnswer(values: [written], shape: [], text: answer.text)
      numbers.set([written.value], of: workings.lines[index].calculation)
    }
    return true
  }

  private func isNumber(_ text: String) -> Bool { WrittenNumber(text[...]) != nil }

  /// Whether a part is a left side: a name that is known, or one that could be the student's own.
  private func isName(_ text: String) -> Bool {
    if names.knows(text) { return true }
    guard let first = text.first, first.isLetter || "∂∇".contains(first), text.count <= 30 else {
      return false
    }
    // A call or a sum is no name; an index in brackets is one.
    if text.contains(where: { "+-*".contains($0) }) { return false }
    if let parsed = try? Expression(parsing: text), case .call(_, let arguments) = parsed {
      return arguments.count == 1 && isIndex(arguments[0])
    }
    return true
  }

  private func isIndex(_ part: Expression) -> Bool {
    if case .number(let value) = part {
      value == value.rounded() && value >= 0 && value < 100
    } else {
      false
    }
  }

  /// Of lines with one symbol the one that is meant: that which has the number, else the next one.
  private func turn(_ named: [String], _ answer: ReadAnswer) -> Int? {
    guard let turns = named.compactMap({ names.turns($0) }).first else { return nil }
    let open = turns.filter {
      answers[$0] == nil && workings.lines[$0].exact.count == answer.values.count
    }
    return match(answer, among: open) ?? open.first { $0 > latest } ?? open.first
  }

  /// The first line not answered yet that has the answer's number, or that follows from the
  /// student's numbers with it.
  private func match(_ answer: ReadAnswer, among places: [Int]? = nil) -> Int? {
    var world = numbers
    for (index, line) in workings.lines.enumerated() {
      let own = workings.value(line, on: world)
      if answers[index] == nil { world.set(own, of: line.calculation) }
      guard answers[index] == nil, line.isAsked, answer.values.count == line.exact.count,
        places?.contains(index) ?? true
      else { continue }
      // A number that is given, or a plain 0 or 1, says nothing of which line it is.
      if answer.expression == nil, answer.values.allSatisfy({ $0.significant < 2 }) { continue }
      for target in [line.exact, line.rounded, own] {
        let isNear = zip(answer.values, target).allSatisfy { written, number in
          written.nearness(to: number, asked: workings.decimals) != .off
        }
        if isNear { return index }
      }
    }
    return nil
  }
}
