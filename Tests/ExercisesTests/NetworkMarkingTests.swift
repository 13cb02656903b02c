import Exercises
import Explain
import Foundation
import Testing

/// A student who works through a calculation and makes the slips that are planted, rounding what is
/// written down.
struct SlippingStudent {
  let task: CalculationTask
  /// Slips by the lines that they are made in.
  let slips: [Int: [Slip]]

  /// What the student writes, by line; nil where a slip changes nothing.
  var written: [[Double]]? {
    let workings = task.workings
    let rounding = Rounding.decimals(workings.decimals)
    // An updated weight that is used too early is worked out by the right formulas.
    var numbers = workings.given
    for line in workings.lines { numbers.set(line.exact, of: line.calculation) }
    var result: [[Double]] = []
    for (index, line) in workings.lines.enumerated() {
      var formula = line.formula
      for slip in slips[index] ?? [] {
        guard let changed = task.formula(of: slip, in: line, from: formula) else { return nil }
        formula = changed
      }
      let right = workings.value(line, on: numbers)
      let value = workings.value(line, on: numbers, by: formula)
      if slips[index] != nil, zip(right, value).allSatisfy({ abs($0 - $1) < 5 * workings.unit }) {
        return nil
      }
      let text = value.map { $0 == $0.rounded() ? $0 : rounding.rounded($0) }
      numbers.set(text, of: line.calculation)
      // What is worked out early follows the student's numbers.
      for later in workings.lines.indices where later > index {
        let line = workings.lines[later]
        numbers.set(workings.value(line, on: numbers), of: line.calculation)
      }
      result.append(text)
    }
    return result
  }
}

/// Marks what a student wrote on a question's full sheet.
///
/// - Returns: The marks by the lines' places in the working; nil for lines that are not asked.
func marked(_ question: Question, _ written: [[Double]]) -> [MarkReport.Line?] {
  guard case .calculation(let task) = question.form else { fatalError("no calculation") }
  var lines: [String: FilledSheet.Entry] = [:]
  for (line, values) in zip(task.workings.lines, written) where line.isAsked {
    let texts = values.map { value in
      value == value.rounded()
        ? "\(Int(value))" : String(format: "%.\(task.workings.decimals)f", value)
    }
    lines[line.id] = texts.count == 1 ? .text(texts[0]) : .list(texts)
  }
  let paper = Paper(
    settings: PaperSettings(topic: question.topic), title: question.title, questions: [question])
  let report = Marker(paper).marks(
    FilledSheet(answers: [question.id: FilledSheet.Answers(lines: lines)]))
  return task.workings.lines.map { line in report.lines.first { $0.line == line.id } }
}

@Suite("Marking of networks")
struct NetworkMarkingTests {
  @Test("every slip on its own is found, and what follows from it is carried", arguments: 1...5)
  func singleSlips(difficulty: Int) throws {
    try PlantedNetworkSlips.singles(difficulty, questions: 3)
  }

  @Test("two slips, in one line or in two, are found", arguments: [2, 3, 4])
  func pairs(difficulty: Int) throws {
    try PlantedNetworkSlips.pairs(difficulty, questions: 1)
  }
  @Test("nothing is claimed on right answers, however many digits are kept on the way")
  func rightAnswers() throws { try PlantedNetworkSlips.none(questions: 5) }
}

/// The same with many questions.
@Suite(
  "Verify marking of networks",
  .enabled(if: ProcessInfo.processInfo.environment["GRADUS_VERIFY"] == "1", "set GRADUS_VERIFY=1"))
struct VerifyNetworkMarkingTests {
  @Test(arguments: 1...5)
  func singleSlips(difficulty: Int) throws {
    try PlantedNetworkSlips.singles(difficulty, questions: 60)
  }

  @Test(arguments: [2, 3, 4])
  func pairs(difficulty: Int) throws {
    try PlantedNetworkSlips.pairs(difficulty, questions: 8)
  }

  @Test func rightAnswers() throws { try PlantedNetworkSlips.none(questions: 100) }
}

enum PlantedNetworkSlips {
  private static func task(_ question: Question) -> CalculationTask {
    guard case .calculation(let task) = question.form else { fatalError("no calculation") }
    return task
  }

  static func singles(_ difficulty: Int, questions: Int) throws {
    var found: [String: Int] = [:]
    for number in 1...questions {
      let question = try ExerciseKind.network.question(
        seed: 11, number: number, difficulty: difficulty)
      let task = task(question)
      for (index, line) in task.workings.lines.enumerated() where line.isAsked {
        for slip in task.slips {
          guard task.value(of: slip, in: line, on: task.workings.key) != nil,
            let written = SlippingStudent(task: task, slips: [index: [slip]]).written
          else { continue }
          let report = marked(question, written)
          let own = try #require(report[index])
          found[slip.name, default: 0] += 1
          #expect(own.verdict == .wrong, "\(question.id) \(line.id) \(slip.name)")
          #expect(
            own.slips.contains(slip.name),
            "\(question.id) \(line.id) \(slip.name): \(own)")
          for mark in report.compactMap({ $0 }) where mark.line != line.id {
            #expect(
              mark.verdict == .right || mark.verdict == .carried || mark.diagnosis != nil,
              "\(question.id) \(slip.name) in \(line.id): \(mark)")
            if mark.verdict != .wrong { #expect(mark.method == 1) }
            // Nothing but the planted slip is claimed.
            #expect(mark.slips.isEmpty, "\(slip.name) in \(line.id): \(mark)")
          }
        }
      }
    }
    #expect(found["gradient-sign", default: 0] > 6)
  }

  static func pairs(_ difficulty: Int, questions: Int) throws {
    var inOne = 0
    var inTwo = 0
    var found = 0
    for number in 1...questions {
      let question = try ExerciseKind.network.question(
        seed: 12, number: number, difficulty: difficulty)
      let task = task(question)
      let lines = task.workings.lines
      var places: [(Int, Slip)] = []
      for index in lines.indices where lines[index].isAsked {
        for slip in task.slips
        where task.value(of: slip, in: lines[index], on: task.workings.key) != nil {
          places.append((index, slip))
        }
      }
      for (first, (a, one)) in places.enumerated() {
        for (b, other) in places[(first + 1)...] {
          let slips = a == b ? [a: [one, other]] : [a: [one], b: [other]]
          guard let written = SlippingStudent(task: task, slips: slips).written else { continue }
          let report = marked(question, written)
          let (atA, atB) = (try #require(report[a]), try #require(report[b]))
          if a == b {
            inOne += 1
            let names = atA.slips.flatMap { $0.split(separator: "+").map(String.init) }
            #expect(atA.verdict == .wrong)
            #expect(
              names.contains(one.name) || names.contains(other.name),
              "\(lines[a].id) \(one.name)+\(other.name): \(atA)")
          } else {
            inTwo += 1
            #expect(atA.slips.contains(one.name), "\(one.name): \(atA)")
            // Two wrong signs, one after the other, lead back to the right number.
            if atB.verdict == .right { continue }
            #expect(atB.slips.contains(other.name), "\(other.name): \(atB)")
            found += 1
          }
        }
      }
    }
    print(
      "difficulty \(difficulty): \(inOne) pairs in one line, \(inTwo) in two, \(found) both seen")
    #expect(inOne > 3 && found > 20 && found > inTwo / 2)
  }

  static func none(questions: Int) throws {
    for difficulty in 1...5 {
      for number in 1...questions {
        let question = try ExerciseKind.network.question(
          seed: 13, number: number, difficulty: difficulty)
        let task = task(question)
        let rounding = Rounding.decimals(task.workings.decimals)
        for written in [
          task.workings.lines.map(\.exact), task.workings.lines.map(\.rounded),
          task.workings.lines.map { $0.exact.map { rounding.rounded($0) } },
        ] {
          let report = marked(question, written)
          #expect(report.compactMap { $0 }.allSatisfy { $0.verdict == .right && $0.slips.isEmpty })
        }
      }
    }
  }
}
