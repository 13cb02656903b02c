import Autodiff
import Explain

/// Draws papers from the kinds of calculation and the course's statements.
public struct PaperSource: Sendable {
  private let course: Course

  /// - Parameter course: The lectures.
  public init(_ course: Course) { self.course = course }

  /// The names that papers can be drawn about: `exam`, `facts`, kinds of calculation, topics,
  /// lectures and rows.
  public var topics: [String] {
    var seen: Set<String> = []
    let rows = course.cards.map(\.row) + ExerciseKind.all.flatMap(\.rows)
    let names =
      ["exam", "facts"] + ExerciseKind.all.map(\.name) + course.topics.map(\.name)
      + course.lectures.map { "L\($0.number)" } + rows
    return names.filter { seen.insert($0).inserted }
  }

  /// Draws a paper.
  /// - Throws: `ExerciseError` for settings out of range, an unknown topic, or where no numbers
  ///   will do.
  public func paper(_ settings: PaperSettings) throws -> Paper {
    guard (1...5).contains(settings.difficulty) else {
      throw ExerciseError("difficulty: found \(settings.difficulty), expected 1 to 5")
    }
    guard (1...100).contains(settings.count) else {
      throw ExerciseError("count: found \(settings.count), expected 1 to 100")
    }
    if settings.topic == "exam" { return try examination(settings) }
    let pool = self.pool(settings.topic)
    guard !pool.kinds.isEmpty || !pool.tasks.isEmpty else {
      throw ExerciseError("topic: nothing is known about '\(settings.topic)'")
    }
    let title = Words(
      en: "Exercises: \(settings.topic)", zh: "练习：\(settings.topic)")
    return Paper(settings: settings, title: title.prose, questions: try questions(pool, settings))
  }

  // MARK: What there is

  /// What questions about a topic are drawn from.
  private struct Pool {
    var kinds: [ExerciseKind] = []
    var tasks: [Task] = []
  }

  /// Something that a question about facts is made of.
  enum Task: Sendable {
    case card(FactCard)
    case ordering(OrderingTask)
    case matching(MatchingTask)
    case formula(FormulaTask)

    var isStarred: Bool {
      switch self {
      case .card(let card): card.isStarred
      case .ordering(let task): task.isStarred
      case .matching(let task): task.isStarred
      case .formula(let task): task.isStarred
      }
    }

    var row: String {
      switch self {
      case .card(let card): card.row
      case .ordering(let task): task.row
      case .matching(let task): task.row
      case .formula(let task): task.row
      }
    }
  }

  private static func tasks(_ lecture: Course.Lecture) -> [Task] {
    lecture.cards.map(Task.card) + lecture.orderings.map(Task.ordering)
      + lecture.matchings.map(Task.matching) + lecture.formulas.map(Task.formula)
  }

  private func pool(_ topic: String) -> Pool {
    var pool = Pool()
    func isAsked(_ row: String) -> Bool { row == topic || row.hasPrefix(topic + ".") }
    pool.kinds = ExerciseKind.all.filter { $0.name == topic || $0.rows.contains(where: isAsked) }
    for lecture in course.lectures {
      for task in Self.tasks(lecture) {
        if topic == "facts" || topic == "L\(lecture.number)" || isAsked(task.row) {
          pool.tasks.append(task)
        } else if case .card(let card) = task, card.topic == topic {
          pool.tasks.append(task)
        }
      }
    }
    return pool
  }

  // MARK: Drawing

  /// Calculations and facts in turn, each before any stands twice.
  private func questions(_ pool: Pool, _ settings: PaperSettings) throws -> [Question] {
    let key = RandomKey(seed: settings.seed, path: "quiz.paper.\(settings.topic)")
    var source = NumberSource(key: key)
    var tasks = source.shuffled(pool.tasks)
    var questions: [Question] = []
    for number in 1...settings.count {
      let isCalculation = !pool.kinds.isEmpty && (pool.tasks.isEmpty || number % 2 == 1)
      if isCalculation {
        let turn = pool.tasks.isEmpty ? number - 1 : (number - 1) / 2
        questions.append(
          try pool.kinds[turn % pool.kinds.count].question(
            seed: settings.seed, number: number, difficulty: settings.difficulty))
      } else {
        if tasks.isEmpty { tasks = source.shuffled(pool.tasks) }
        questions.append(question(tasks.removeLast(), number, settings, &source))
      }
    }
    return questions
  }

  private func question(
    _ task: Task, _ number: Int, _ settings: PaperSettings, _ source: inout NumberSource
  ) -> Question {
    let facts = FactQuestions(course: course, key: RandomKey(seed: settings.seed))
    switch task {
    case .card(let card):
      // Long answers are no matter of recall; what has several points is a short answer.
      let canRecall = [.date, .figure].contains(card.kind) || card.answer.english.count <= 16
      switch source.integer(0...9) {
      case 0...1 where canRecall: return facts.recall(card, number: number)
      case 2...3 where card.points.count > 1:
        return facts.shortAnswer(card, number: number, language: settings.language)
      default: return facts.choice(card, number: number, language: settings.language)
      }
    case .ordering(let task): return facts.ordering(task, number: number)
    case .matching(let task): return facts.matching(task, number: number)
    case .formula(let task): return facts.formula(task, number: number)
    }
  }

  // MARK: Examinations

  /// A paper of the course's kind: the network's and three other calculations, orders, pairs, formulas,
  /// short answers, and a choice from every starred row that these leave out.
  private func examination(_ settings: PaperSettings) throws -> Paper {
    var source = NumberSource(key: RandomKey(seed: settings.seed, path: "quiz.exam"))
    let cards = source.shuffled(course.cards.filter(\.isStarred))
    let starred = course.lectures.flatMap(Self.tasks).filter(\.isStarred)
    func some(_ count: Int, _ isMeant: (Task) -> Bool) -> [Task] {
      Self.spread(source.shuffled(starred.filter(isMeant)), over: \.row, count)
    }
    let shorter =
      some(2) { if case .ordering = $0 { true } else { false } }
      + some(2) { if case .matching = $0 { true } else { false } }
      + some(3) { if case .formula = $0 { true } else { false } }
    let others = source.shuffled(ExerciseKind.all.filter { $0.isStarred && $0.name != "network" })
    let kinds = [(ExerciseKind.network, 4)] + others.prefix(3).map { ($0, 2) }
    let explained = Self.spread(cards.filter { $0.points.count > 1 }, over: \.row, 2)
    var covered = Set(shorter.map(\.row) + explained.map(\.row) + kinds.flatMap(\.0.rows))
    let facts = FactQuestions(course: course, key: RandomKey(seed: settings.seed))
    var questions: [Question] = []
    var next: Int { questions.count + 1 }
    for card in cards where covered.insert(card.row).inserted {
      questions.append(facts.choice(card, number: next, language: settings.language))
    }
    for task in shorter { questions.append(question(task, next, settings, &source)) }
    for card in explained {
      questions.append(facts.shortAnswer(card, number: next, language: settings.language))
    }
    for (kind, difficulty) in kinds {
      questions.append(
        try kind.question(seed: settings.seed, number: next, difficulty: difficulty))
    }
    return Paper(
      settings: settings,
      title: Words(en: "Deep learning: mock examination", zh: "深度学习模拟考试").prose,
      questions: questions)
  }

  /// The first members, as far as possible with different properties.
  private static func spread<Element, Property: Hashable>(
    _ list: [Element], over property: (Element) -> Property, _ count: Int
  ) -> [Element] {
    var seen: Set<Property> = []
    var first: [Element] = []
    var rest: [Element] = []
    for element in list {
      if seen.insert(property(element)).inserted {
        first.append(element)
      } else {
        rest.append(element)
      }
    }
    return Array((first + rest).prefix(count))
  }
}
