import Exercises

/// Writes a sheet as YAML, blank or with the key's answers.
struct SheetWriter {
  private let sheet: Sheet
  private let isKey: Bool

  /// - Parameters:
  ///   - sheet: The sheet.
  ///   - isKey: Whether answers are filled in.
  init(_ sheet: Sheet, isKey: Bool) {
    self.sheet = sheet
    self.isKey = isKey
  }

  private func words(_ en: String, _ zh: String) -> String {
    Words(en: en, zh: zh).text(sheet.settings.language)
  }

  /// The file's text.
  var text: String {
    let settings = sheet.settings
    return comments.map { "# \($0)\n" }.joined() + """
      topic: \(YAMLText.name(settings.topic))
      seed: \(settings.seed)
      count: \(sheet.questions.count)
      difficulty: \(settings.difficulty)
      scaffold: \(settings.scaffold.rawValue)
      language: \(settings.language.rawValue)
      questions:

      """ + sheet.questions.map(question).joined(separator: "\n")
  }

  private var comments: [String] {
    let marks = sheet.questions.reduce(0) { $0 + $1.marks }
    let head = words(
      "\(sheet.title), \(marks) marks\(isKey ? ", with the key's answers" : "")",
      "\(sheet.title)，共 \(marks) 分\(isKey ? "，含参考答案" : "")")
    if isKey { return [head] }
    var lines = [
      head,
      words(
        "Write each answer in place of null; `gradus grade FILE` marks the sheet.",
        "把每个 null 换成你的答案；用 gradus grade 文件 评分。"),
      words(
        "Numbers may be decimal (0.5), fractions (3/8) or arithmetic (0.5*1 + 0.1 = 0.6); a vector "
          + "is [1, 2], a matrix [[1, 2], [3, 4]].",
        "数可以写成小数（0.5）、分数（3/8）或算式（0.5*1 + 0.1 = 0.6）；向量写作 [1, 2]，矩阵写作 [[1, 2], [3, 4]]。"),
      words(
        "What is left null counts as not answered. Nothing else in the file may be changed.",
        "保留 null 表示未作答。文件的其他内容不得改动。"),
    ]
    if sheet.questions.contains(where: { !$0.options.isEmpty }) {
      lines.append(
        words(
          "A choice is answered by its letter, an order by letters such as [B, C, A].",
          "选择题和匹配题写字母，排序题按顺序写字母，例如 [B, C, A]。"))
    }
    let forms = sheet.questions.map(\.form)
    if forms.contains(where: { if case .working = $0 { true } else { false } }) {
      lines.append(
        words(
          "Under working, lines are written as: name = expression = number; keep their indentation.",
          "在 working 下逐行书写：名称 = 表达式 = 数；保持缩进不变。"))
    }
    if forms.contains(where: { if case .claims = $0 { true } else { false } }) {
      lines.append(
        words(
          "Short answers: answer first, then compare with the key and list under claims the numbers "
            + "of the points that your answer has, such as [1, 3].",
          "简答题：先作答，再与答案对照，在 claims 中列出你答到的得分点编号，例如 [1, 3]。"))
    }
    return lines
  }

  // MARK: Questions

  private func question(_ question: Sheet.Question) -> String {
    var text = "- id: \(YAMLText.name(question.id))\n"
    text += "  title: \(YAMLText.quoted(question.title))\n"
    text += "  prompt: \(YAMLText.quoted(question.prompt))\n"
    if !question.given.isEmpty {
      text += "  given:\n"
      for given in question.given { text += "  - \(YAMLText.quoted(given))\n" }
    }
    if !question.options.isEmpty {
      text += "  options:\n"
      for (index, option) in question.options.enumerated() {
        text += "    \(Sheet.letter(index)): \(YAMLText.quoted(option))\n"
      }
    }
    if let decimals = question.decimals {
      let note = words(
        "Numbers to \(decimals) places after the point", "数值保留 \(decimals) 位小数")
      text += "  # \(note)\n"
    }
    switch question.form {
    case .lines: text += lines(question)
    case .working(let headings): text += working(question, headings)
    case .claims(let points): text += lines(question) + claims(points)
    }
    return text
  }

  private func lines(_ question: Sheet.Question) -> String {
    var text = "  lines:\n"
    var heading: String?
    for line in question.lines {
      if let new = line.heading, new != heading { text += "  # \(Self.comment(new))\n" }
      heading = line.heading
      text += """
          - id: \(YAMLText.name(line.id))
            prompt: \(YAMLText.quoted(line.prompt))
            answer: \(isKey ? YAMLText.answer(line.answer) : "null")
            points: \(line.points)

        """
    }
    return text
  }

  private func working(_ question: Sheet.Question, _ headings: [String]) -> String {
    var lines: [String] = []
    if isKey {
      var heading: String?
      for line in question.lines {
        if let new = line.heading, new != heading { lines.append("# \(Self.comment(new))") }
        heading = line.heading
        lines.append("\(line.prompt) = \(line.answer)")
      }
    } else if headings.isEmpty {
      lines = ["# \(words("name = expression = number", "名称 = 表达式 = 数"))", ""]
    } else {
      for heading in headings { lines += ["# \(Self.comment(heading))", ""] }
    }
    return "  marks: \(question.marks)\n  working: " + YAMLText.block(lines, indent: 4)
  }

  private func claims(_ points: [String]) -> String {
    if !isKey { return "  claims: []\n" }
    let numbers = points.indices.map { "\($0 + 1)" }.joined(separator: ", ")
    return "  claims: [\(numbers)]\n  rubric:\n"
      + points.map { "  - \(YAMLText.quoted($0))\n" }.joined()
  }

  /// A text that stays on the line of its comment.
  private static func comment(_ text: String) -> String {
    String(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
  }
}
