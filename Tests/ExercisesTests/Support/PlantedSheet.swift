import Exercises
import Explain
import Foundation
import Testing

/// A student's sheet of one question, filled in with slips where they are planted.
struct PlantedSheet {
  /// Why a question has no such sheet.
  struct NoCalculation: Error, CustomStringConvertible {
    let question: String
    var description: String { "\(question): expected a calculation" }
  }

  let question: Question
  let task: CalculationTask
  var lines: [Workings.Line] { task.workings.lines }

  /// - Throws: `NoCalculation` for a question of another form.
  init(_ question: Question) throws(NoCalculation) {
    self.question = question
    guard case .calculation(let task) = question.form else {
      throw NoCalculation(question: question.id)
    }
    self.task = task
  }

  /// What a student writes who makes slips in some lines, one after the other where a line has two,
  /// and goes on from there, with as many digits as are asked for.
  ///
  /// - Parameter slips: Slips by the places of their lines.
  /// - Returns: The numbers by line; nil where one of the slips changes nothing there, or too little
  ///   to be seen, or where two in one line lead back to the right number, be it by way of rounding.
  func written(_ slips: [Int: [Slip]] = [:]) -> [[Double]]? {
    let workings = task.workings
    let rounding = Rounding.decimals(workings.decimals)
    var numbers = workings.key
    var result: [[Double]] = []
    for (index, line) in lines.enumerated() {
      var value = workings.value(line, on: numbers)
      if let planted = slips[index] {
        // A slip that takes a later quantity before its time takes what follows from these numbers.
        var ahead = numbers
        for later in lines[index...] {
          ahead.set(workings.value(later, on: ahead), of: later.calculation)
        }
        let less = [[]] + (planted.count > 1 ? planted.indices.map { planted.without($0) } : [])
        guard let wrong = self.value(of: planted, in: line, on: ahead),
          less.allSatisfy({ some in
            self.value(of: some, in: line, on: ahead).map { isSeen(wrong, $0) } ?? true
          }), planted.count == 1 || [line.exact, line.rounded].allSatisfy({ isSeen(wrong, $0) })
        else { return nil }
        value = wrong
      }
      if line.isAsked {
        guard value.allSatisfy({ $0.isFinite && abs($0) < 1e12 }) else { return nil }
        value = value.map { $0 == $0.rounded() ? $0 : rounding.rounded($0) }
      }
      numbers.set(value, of: line.calculation)
      result.append(value)
    }
    return result
  }

  private func value(of slips: [Slip], in line: Workings.Line, on numbers: Numbers) -> [Double]? {
    var formula = line.formula
    for slip in slips {
      guard let changed = task.formula(of: slip, in: line, from: formula) else { return nil }
      formula = changed
    }
    return task.workings.value(line, on: numbers, by: formula)
  }

  /// Whether numbers differ by more than rounding can, which of large ones leaves ten digits: a state
  /// of 0 under a root makes updates of 10⁷, in which another slip is not to be seen.
  private func isSeen(_ a: [Double], _ b: [Double]) -> Bool {
    zip(a, b).contains { abs($0 - $1) >= 4 * max(task.workings.unit, 1e-9 * abs($0)) }
  }

  /// The marks by line for what was written.
  func marks(_ written: [[Double]]) -> [String: MarkReport.Line] {
    var answers: [String: FilledSheet.Entry] = [:]
    for (line, values) in zip(lines, written) where line.isAsked {
      let texts = values.map {
        $0 == $0.rounded()
          ? "\(Int($0))" : String(format: "%.\(task.workings.decimals)f", $0)
      }
      if line.shape.count == 2 {
        answers[line.id] = .rows(
          stride(from: 0, to: texts.count, by: line.shape[1]).map {
            Array(texts[$0..<($0 + line.shape[1])])
          })
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

extension Array {
  fileprivate func without(_ index: Int) -> [Element] {
    var copy = self
    copy.remove(at: index)
    return copy
  }
}
