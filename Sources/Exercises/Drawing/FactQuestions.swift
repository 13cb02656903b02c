import Autodiff
import Explain

/// Draws questions about the course's statements.
struct FactQuestions {
  let course: Course
  /// What names the streams of random numbers.
  let key: RandomKey

  private func source(_ id: String, _ number: Int) -> NumberSource {
    NumberSource(key: key.appending("fact").appending(id).appending("\(number)"))
  }

  private static func line(_ answer: String, method: Int = 0, marks: Int) -> Question.Line {
    Question.Line(
      id: "answer", prompt: Words(en: "Answer", zh: "答案").prose, answer: answer,
      points: Question.Points(method: method, answer: marks))
  }

  // MARK: Statements

  /// A question with four choices, the wrong ones from neighbouring statements.
  func choice(_ card: FactCard, number: Int, language: Language) -> Question {
    var source = source(card.id, number)
    var wrong: [Words] = []
    // Formulas differ by a sign or a bracket alone.
    func isNew(_ words: Words) -> Bool {
      !([card.answer] + wrong).contains {
        $0.text(language).lowercased() == words.text(language).lowercased()
      }
    }
    let neighbours = course.cards.filter { $0.group == card.group && $0.id != card.id }
      .map(\.answer)
    for words in source.shuffled(card.wrong) + source.shuffled(neighbours) where isNew(words) {
      wrong.append(words)
    }
    let options = source.shuffled([card.answer] + wrong.prefix(3))
    let right = options.firstIndex(of: card.answer)!
    return Question(
      id: "q\(number)", topic: card.topic, row: card.row, title: Self.choiceTitle.prose,
      prompt: card.question.prose, form: .choice(options: options, right: right),
      lines: [Self.line(FactMarker.letter(right), marks: 2)], minutes: 1)
  }

  private static let choiceTitle = Words(en: "Multiple choice", zh: "选择题")

  /// A question answered by a few words.
  func recall(_ card: FactCard, number: Int) -> Question {
    Question(
      id: "q\(number)", topic: card.topic, row: card.row,
      title: Words(en: "Recall", zh: "填空题").prose, prompt: card.question.prose,
      form: .recall(answer: card.answer),
      lines: [
        Question.Line(
          id: "answer", prompt: Words(en: "Answer", zh: "答案").prose,
          answer: "\(card.answer.english) | \(card.answer.chinese)",
          points: Question.Points(method: 0, answer: 2))
      ], minutes: 1)
  }

  /// A question answered by sentences, which students mark themselves.
  func shortAnswer(_ card: FactCard, number: Int, language: Language) -> Question {
    let points = card.points.isEmpty ? [card.statement] : card.points
    return Question(
      id: "q\(number)", topic: card.topic, row: card.row,
      title: Words(en: "Short answer", zh: "简答题").prose, prompt: card.question.prose,
      form: .shortAnswer(points: points),
      lines: [Self.line(card.statement.text(language), marks: 2 * points.count)],
      minutes: 2 * points.count)
  }

  // MARK: Tasks

  func ordering(_ task: OrderingTask, number: Int) -> Question {
    var source = source(task.id, number)
    let count = task.steps.count
    // For each place of those shown the step that stands there.
    var places = source.shuffled(Array(0..<count))
    if places == Array(0..<count) { places.swapAt(0, count - 1) }
    let order = (0..<count).map { step in places.firstIndex(of: step)! }
    return Question(
      id: "q\(number)", topic: task.id, row: task.row,
      title: Words(en: "Put in order", zh: "排序题").prose, prompt: task.question.prose,
      form: .ordering(shown: places.map { task.steps[$0] }, order: order),
      lines: [Self.line(order.map(FactMarker.letter).joined(separator: ", "), marks: count)],
      minutes: 2)
  }

  func matching(_ task: MatchingTask, number: Int) -> Question {
    var source = source(task.id, number)
    let count = task.pairs.count
    let left = source.shuffled(Array(0..<count))
    let right = source.shuffled(Array(0..<count))
    let partners = left.map { pair in right.firstIndex(of: pair)! }
    return Question(
      id: "q\(number)", topic: task.id, row: task.row,
      title: Words(en: "Match", zh: "匹配题").prose, prompt: task.question.prose,
      form: .matching(
        left: left.map { task.pairs[$0].left }, right: right.map { task.pairs[$0].right },
        partners: partners),
      lines: left.indices.map { index in
        Question.Line(
          id: "\(index + 1)", prompt: task.pairs[left[index]].left.prose,
          answer: FactMarker.letter(partners[index]),
          points: Question.Points(method: 0, answer: 1))
      }, minutes: 3)
  }

  func formula(_ task: FormulaTask, number: Int) -> Question {
    Question(
      id: "q\(number)", topic: task.id, row: task.row,
      title: Words(en: "Write the formula", zh: "写出公式").prose, prompt: task.question.prose,
      form: .formula(task), lines: [Self.line(task.formula.description, marks: 3)], minutes: 2)
  }
}
