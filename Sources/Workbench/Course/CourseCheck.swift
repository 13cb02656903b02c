import Exercises

/// What the fact cards of a course have to keep to beyond their form.
struct CourseCheck {
  private let course: Course
  private let files: [String]

  /// - Parameters:
  ///   - course: The lectures.
  ///   - files: Their files, for errors.
  init(_ course: Course, files: [String]) {
    self.course = course
    self.files = files
  }

  func perform() throws {
    var ids: Set<String> = []
    var topics: Set<String> = []
    var groups: [String: Int] = [:]
    for (lecture, file) in zip(course.lectures, files) {
      for topic in lecture.topics where !topics.insert(topic.name).inserted {
        throw error(file, topic.name, "found a topic that stands twice")
      }
      let all =
        lecture.cards.map(\.id) + lecture.orderings.map(\.id) + lecture.matchings.map(\.id)
        + lecture.formulas.map(\.id)
      for id in all where !ids.insert(id).inserted {
        throw error(file, id, "found an id that stands twice")
      }
      try checkCards(lecture, file)
      for card in lecture.cards {
        let first = groups[card.group] ?? lecture.number
        guard first == lecture.number else {
          throw error(
            file, card.id, "found the group '\(card.group)' of lecture \(first), expected another")
        }
        groups[card.group] = first
      }
      for task in lecture.matchings {
        guard Set(task.pairs.map(\.right)).count == task.pairs.count else {
          throw error(file, task.id, "found right sides that are the same, expected different ones")
        }
      }
      for task in lecture.formulas { try check(task, file) }
    }
  }

  private func error(_ file: String, _ id: String, _ message: String) -> WorkbenchError {
    WorkbenchError(.input, "\(file): \(id)", message)
  }

  /// Every question has three wrong choices, and none of its own wrong ones is right.
  private func checkCards(_ lecture: Course.Lecture, _ file: String) throws {
    let members = Dictionary(grouping: lecture.cards, by: \.group)
    for card in lecture.cards {
      if card.wrong.contains(where: {
        $0.english == card.answer.english || $0.chinese == card.answer.chinese
      }) {
        throw error(file, card.id, "found the answer among the wrong choices")
      }
      let choices = (members[card.group] ?? []).map(\.answer) + card.wrong
      for language in Language.allCases {
        let wrong = Set(choices.map { $0.text(language) }).subtracting([card.answer.text(language)])
        guard wrong.count >= 3 else {
          throw error(
            file, card.id,
            "found \(wrong.count) wrong choices in \(language == .english ? "English" : "Chinese"), "
              + "expected at least 3 from 'wrong' and the group '\(card.group)'")
        }
      }
    }
  }

  /// The formula has a value on its variables' ranges, which every slip changes.
  private func check(_ task: FormulaTask, _ file: String) throws {
    let names = Set(task.variables.map(\.name))
    guard Set(task.formula.variables) == names else {
      throw error(
        file, task.id,
        "found a formula of \(task.formula.variables.sorted().joined(separator: ", ")), expected the "
          + "variables \(names.sorted().joined(separator: ", "))")
    }
    guard task.hasValue else {
      throw error(
        file, task.id, "found no value for the formula at half of the points or more")
    }
    for slip in task.slips {
      guard Set(slip.formula.variables).isSubset(of: names) else {
        throw error(file, task.id, "found other variables in the slip '\(slip.name.english)'")
      }
      guard task.differs(slip) else {
        throw error(
          file, task.id,
          "the slip '\(slip.name.english)' has the formula's own values, expected others")
      }
    }
  }
}
