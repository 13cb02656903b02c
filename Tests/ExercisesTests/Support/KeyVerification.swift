import Exercises
import Explain
import Foundation
import Testing

/// Whether the slow tests are asked for.
let verifiesExercises = ProcessInfo.processInfo.environment["GRADUS_VERIFY"] == "1"

/// Compares every line of drawn questions' keys with numbers from another way.
///
/// - Parameters:
///   - kind: The kind of exercise.
///   - count: How many questions, the difficulties in turn.
///   - gradientTolerance: How far off gradients may be in proportion, where differences are less exact
///     than closed forms.
///   - independent: The numbers of a quantity by its key, from the problem's own given numbers; nil
///     where the test knows none, which fails it.
func verifyKeys<Drawn: Problem>(
  _ kind: ExerciseKind, count: Int, seed: UInt64 = 11, gradientTolerance: Double = 1e-9,
  _ independent: (Drawn) throws -> (String) -> [Double]?
) throws {
  for number in 1...count {
    let difficulty = 1 + number % 5
    let question = try kind.question(seed: seed, number: number, difficulty: difficulty)
    guard case .calculation(let task) = question.form else {
      Issue.record("\(kind.name): no calculation")
      return
    }
    let problem = try #require(task.problem as? Drawn)
    let expected = try independent(problem)
    var numbers: [String: [Double]] = [:]
    let place = "\(kind.name), seed \(seed), question \(number), difficulty \(difficulty)"
    #expect((1...45).contains(question.lines.count), "\(place): \(question.lines.count) lines")
    for line in task.workings.lines where line.isAsked {
      let key = line.calculation.key
      if numbers[key] == nil { numbers[key] = expected(key) }
      guard let whole = numbers[key] else {
        Issue.record("\(place): no independent numbers for \(line.id)")
        continue
      }
      let wanted = line.calculation.entry.map { [whole[$0]] } ?? whole
      let tolerance = key.hasPrefix("∂") ? gradientTolerance : 1e-9
      let isNear =
        wanted.count == line.exact.count
        && zip(line.exact, wanted).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
      if !isNear { Issue.record("\(place): \(line.id) = \(line.exact), expected \(wanted)") }
    }
  }
}

/// A student's sheet of one question.
struct PlantedSheet {
  let question: Question
  let task: CalculationTask

  init(_ question: Question) throws {
    self.question = question
    guard case .calculation(let task) = question.form else {
      throw CancellationError()
    }
    self.task = task
  }

  private var workings: Workings { task.workings }

  /// What a student writes who makes a slip in one line and goes on from there, with as many digits
  /// as are asked for; nil where the slip changes nothing there, or too little to be seen.
  func written(_ slip: Slip? = nil, at place: Int? = nil) -> [[Double]]? {
    let rounding = Rounding.decimals(workings.decimals)
    // The key's numbers first, for formulas with a slip that look ahead.
    var numbers = workings.key
    var result: [[Double]] = []
    for (index, line) in workings.lines.enumerated() {
      var value = workings.value(line, on: numbers)
      if index == place, let slip {
        guard let wrong = task.value(of: slip, in: line, on: numbers),
          zip(wrong, value).contains(where: { abs($0 - $1) >= 4 * workings.unit })
        else { return nil }
        value = wrong
      }
      if line.isAsked {
        guard value.allSatisfy(\.isFinite) else { return nil }
        value = value.map { $0 == $0.rounded() ? $0 : rounding.rounded($0) }
      }
      numbers.set(value, of: line.calculation)
      result.append(value)
    }
    return result
  }

  /// The marks by line for what was written.
  func marks(_ written: [[Double]]) -> [String: MarkReport.Line] {
    var answers: [String: FilledSheet.Entry] = [:]
    for (line, values) in zip(workings.lines, written) where line.isAsked {
      let texts = values.map {
        $0 == $0.rounded() ? "\(Int($0))" : String(format: "%.\(workings.decimals)f", $0)
      }
      if line.shape.count == 2 {
        let width = line.shape[1]
        answers[line.id] = .rows(
          stride(from: 0, to: texts.count, by: width).map { Array(texts[$0..<($0 + width)]) })
      } else {
        answers[line.id] = texts.count == 1 ? .text(texts[0]) : .list(texts)
      }
    }
    let paper = Paper(
      settings: PaperSettings(topic: question.topic), title: question.title, questions: [question])
    let report = Marker(paper).marks(
      FilledSheet(answers: [question.id: FilledSheet.Answers(lines: answers)]))
    return Dictionary(uniqueKeysWithValues: report.lines.map { ($0.line, $0) })
  }
}

/// Plants every slip of drawn questions one at a time: the marker has to name it, and nothing may be
/// claimed on a sheet without one.
///
/// - Parameter names: The kind's own slips, each of which has to have been found somewhere.
func plantSlips(
  _ kind: ExerciseKind, questions: Int, seed: UInt64 = 5
) throws {
  var found: Set<String> = []
  var all: Set<String> = []
  for difficulty in 1...5 {
    for number in 1...questions {
      let sheet = try PlantedSheet(
        kind.question(seed: seed, number: number, difficulty: difficulty))
      let place = "\(kind.name), seed \(seed), question \(number), difficulty \(difficulty)"
      let right = sheet.marks(try #require(sheet.written()))
      for line in right.values where line.verdict != .right || !line.slips.isEmpty {
        Issue.record("\(place): \(line.line) \(line.verdict) \(line.slips) on a right sheet")
      }
      let common = Set(Slip.common.map(\.name))
      for slip in sheet.task.slips {
        if !common.contains(slip.name) { all.insert(slip.name) }
        // In the first line that it changes, and in the last.
        let lines = sheet.task.workings.lines
        let places = lines.indices.filter {
          lines[$0].isAsked && sheet.written(slip, at: $0) != nil
        }
        // A slip in a line that is not written down shows in one that is.
        let silent = lines.indices.first {
          !lines[$0].isAsked && sheet.written(slip, at: $0) != nil
        }
        if let silent {
          let marks = sheet.marks(sheet.written(slip, at: silent)!)
          if marks.values.contains(where: { $0.slips.contains(slip.name) }) {
            found.insert(slip.name)
          }
        }
        for index in Set([places.first, places.last].compactMap { $0 }) {
          let line = lines[index]
          let marked = sheet.marks(sheet.written(slip, at: index)!)[line.id]!
          if marked.slips.contains(slip.name) {
            found.insert(slip.name)
          } else {
            Issue.record(
              "\(place): \(slip.name) in \(line.id) = \(marked.found) marked \(marked.verdict) \(marked.slips), expected \(marked.expected)"
            )
          }
        }
      }
    }
  }
  #expect(all.subtracting(found).isEmpty, "\(kind.name): never found")
}
