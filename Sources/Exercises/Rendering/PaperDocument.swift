import Explain

/// A paper to be printed, as a document that every renderer writes.
public struct PaperDocument {
  private let paper: Paper
  private let isKey: Bool

  /// - Parameters:
  ///   - paper: The paper.
  ///   - isKey: Whether the answers and the worked solutions stand in it.
  public init(_ paper: Paper, isKey: Bool) {
    self.paper = paper
    self.isKey = isKey
  }

  /// The document.
  public var solution: Solution {
    var solution = Solution(kind: "quiz", title: title)
    solution.showsCheck = false
    solution.sections = [Section(Words(en: "About this paper", zh: "说明").prose, head)]
    for (index, question) in paper.questions.enumerated() {
      solution.sections += sections(question, number: index + 1)
    }
    return solution
  }

  private var title: Prose {
    guard isKey else { return paper.title }
    let word = Words(en: " – key", zh: "（答案）").prose
    return Prose(
      en: Prose.Run(pieces: paper.title.english.pieces + word.english.pieces),
      zh: Prose.Run(pieces: paper.title.chinese.pieces + word.chinese.pieces))
  }

  private var head: [Block] {
    let settings = paper.settings
    var blocks: [Block] = [
      .prose(
        Words(
          en: "\(paper.questions.count) questions, \(paper.marks) marks, \(paper.minutes) minutes. "
            + "Topic \(settings.topic), seed \(settings.seed), difficulty \(settings.difficulty).",
          zh: "共 \(paper.questions.count) 题，\(paper.marks) 分，\(paper.minutes) 分钟。"
            + "主题 \(settings.topic)，种子 \(settings.seed)，难度 \(settings.difficulty)。"
        ).prose)
    ]
    if !isKey {
      blocks.append(
        .prose(Words(en: "Name: \(Self.blank(24))", zh: "姓名：\(Self.blank(24))").prose))
    }
    return blocks
  }

  // MARK: Questions

  private func sections(_ question: Question, number: Int) -> [Section] {
    let minutes = question.minutes
    let heading = Prose(
      en: Prose.Run(
        pieces: [.text("\(number). ")] + question.title.english.pieces
          + [.text(" (\(Self.marks(question.marks)), \(minutes) min)")]),
      zh: Prose.Run(
        pieces: [.text("\(number). ")] + question.title.chinese.pieces
          + [.text("（\(question.marks) 分，\(minutes) 分钟）")]))
    var blocks: [Block] = [.prose(question.prompt)]
    blocks += question.given.map { .given($0.symbol, $0.value) }
    var further: [Section] = []
    switch question.form {
    case .calculation(let task):
      if let decimals = task.workings.toldDecimals {
        blocks.append(
          .prose(
            Words(
              en: "Give numbers to \(decimals) decimal places.", zh: "数值保留 \(decimals) 位小数。"
            ).prose))
      }
      blocks += isKey || paper.settings.scaffold == .full ? lines(question) : room(question)
      if isKey { further = working(task, number) }
    case .choice(let options, _): blocks += self.options(options) + answer(question)
    case .ordering(let shown, _): blocks += options(shown) + answer(question)
    case .matching(_, let right, _): blocks += options(right) + pairs(question)
    case .formula: blocks += answer(question)
    case .recall(let words): blocks += answer(question, words.prose)
    case .shortAnswer(let points): blocks += sentences(question, points)
    }
    return [Section(heading, blocks)] + further
  }

  private static func marks(_ count: Int) -> String { count == 1 ? "1 mark" : "\(count) marks" }

  /// A line to write on.
  private static func blank(_ width: Int) -> String { String(repeating: "_", count: width) }

  private static func cell(_ en: String, _ zh: String) -> Table.Cell {
    .prose(Words(en: en, zh: zh).prose)
  }

  private static func cell(_ text: String) -> Table.Cell { cell(text, text) }

  private func options(_ options: [Words]) -> [Block] {
    [
      .table(
        Table(
          headings: [Self.cell(""), Self.cell("choice", "选项")],
          rows: options.enumerated().map { index, option in
            [Self.cell(FactMarker.letter(index)), .prose(option.prose)]
          }))
    ]
  }

  private func answer(_ question: Question, _ key: Prose? = nil) -> [Block] {
    let text = isKey ? question.lines[0].answer : Self.blank(24)
    let answer = isKey ? key ?? Words(en: text, zh: text).prose : Words(en: text, zh: text).prose
    return [
      .prose(
        Prose(
          en: Prose.Run(pieces: [.text("Answer: ")] + answer.english.pieces),
          zh: Prose.Run(pieces: [.text("答案：")] + answer.chinese.pieces)))
    ]
  }

  /// A table of what is to be filled in.
  private func lines(_ question: Question) -> [Block] {
    var blocks: [Block] = []
    var start = 0
    let all = question.lines
    while start < all.count {
      let heading = all[start].heading
      let end = all[start...].firstIndex { $0.heading != heading } ?? all.count
      if let heading { blocks.append(.prose(heading)) }
      blocks.append(table(Array(all[start..<end]), first: Self.cell("line", "行")))
      start = end
    }
    return blocks
  }

  private func table(_ lines: [Question.Line], first: Table.Cell) -> Block {
    .table(
      Table(
        headings: [first, Self.cell("answer", "答案"), Self.cell("marks", "分值")],
        rows: lines.map { line in
          [
            .prose(line.prompt), Self.cell(isKey ? line.answer : Self.blank(20)),
            .digits("\(line.points.total)"),
          ]
        }))
  }

  private func pairs(_ question: Question) -> [Block] {
    [
      .table(
        Table(
          headings: [
            Self.cell(""), Self.cell("to be matched", "待匹配项"), Self.cell("letter", "字母"),
            Self.cell("marks", "分值"),
          ],
          rows: question.lines.map { line in
            [
              Self.cell(line.id), .prose(line.prompt),
              Self.cell(isKey ? line.answer : Self.blank(6)),
              .digits("\(line.points.total)"),
            ]
          }))
    ]
  }

  private func sentences(_ question: Question, _ points: [Words]) -> [Block] {
    guard isKey else { return Array(repeating: .prose(Words.blankLine), count: points.count + 1) }
    return answer(question) + [
      .table(
        Table(
          headings: [
            Self.cell(""), Self.cell("point", "得分点"), Self.cell("marks", "分值"),
          ],
          rows: points.enumerated().map { index, point in
            [
              Self.cell("\(index + 1)"), .prose(point.prose),
              .digits("\(question.marks / max(1, points.count))"),
            ]
          }))
    ]
  }

  /// Room for lines of the student's own.
  private func room(_ question: Question) -> [Block] {
    var blocks: [Block] = []
    var heading: Prose?
    for line in question.lines {
      if paper.settings.scaffold == .headings, let new = line.heading, new != heading {
        blocks.append(.prose(new))
      }
      heading = line.heading
      blocks.append(.prose(Words.blankLine))
    }
    return blocks
  }

  /// The worked solution's parts.
  private func working(_ task: CalculationTask, _ number: Int) -> [Section] {
    task.solution.sections.map { section in
      var section = section
      section.blocks.removeAll { if case .graph = $0 { true } else { false } }
      return Section(
        Prose(
          en: Prose.Run(pieces: [.text("\(number). ")] + section.title.english.pieces),
          zh: Prose.Run(pieces: [.text("\(number). ")] + section.title.chinese.pieces)),
        section.blocks)
    }
  }
}

extension Words {
  /// A line to write on.
  fileprivate static var blankLine: Prose {
    let line = String(repeating: "_", count: 60)
    return Words(en: line, zh: line).prose
  }
}
