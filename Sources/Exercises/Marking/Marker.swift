import Explain
import Formats

/// Marks a filled-in sheet.
public struct Marker: Sendable {
  private let paper: Paper

  /// - Parameter paper: The paper with its keys.
  public init(_ paper: Paper) { self.paper = paper }

  /// The marks of a sheet, line by line.
  public func marks(_ sheet: FilledSheet) -> MarkReport {
    var lines: [MarkReport.Line] = []
    var deductions: [MarkReport.Deduction] = []
    for question in paper.questions {
      let answers = sheet.answers[question.id] ?? FilledSheet.Answers()
      switch question.form {
      case .calculation(let task):
        let (marked, few) = calculation(task, question, answers)
        lines += marked
        if few, marked.reduce(0, { $0 + $1.awarded }) > 0 {
          deductions.append(
            MarkReport.Deduction(
              question: question.id, marks: 1,
              reason: Words(
                en: "fewer digits than the \(task.workings.decimals) places asked for",
                zh: "小数位数少于要求的 \(task.workings.decimals) 位")))
        }
      default: lines += FactMarker(question).marks(answers)
      }
    }
    return MarkReport(lines: lines, deductions: deductions)
  }

  private func calculation(
    _ task: CalculationTask, _ question: Question, _ answers: FilledSheet.Answers
  ) -> (lines: [MarkReport.Line], hasFewDigits: Bool) {
    let workings = task.workings
    var read: [Int: ReadAnswer] = [:]
    var reasons: [Int: Words] = [:]
    if paper.settings.scaffold == .full {
      var numbers = workings.given
      let names = NameTable(workings)
      for (index, line) in workings.lines.enumerated() {
        let reader = AnswerReader(names: names, numbers: numbers)
        do throws(UnreadableAnswer) {
          if line.isAsked { read[index] = try reader.read(answers.lines[line.id]) }
        } catch {
          reasons[index] = error.words
        }
        let own =
          read[index].flatMap { $0.values.count == line.exact.count ? $0.values.map(\.value) : nil }
        numbers.set(own ?? workings.value(line, on: numbers), of: line.calculation)
      }
    } else {
      let free = FreeWorking(workings, answers.working)
      read = free.answers
      if let first = free.unread.first,
        let blank = workings.lines.indices.first(where: {
          read[$0] == nil && workings.lines[$0].isAsked
        })
      {
        reasons[blank] = Words(
          en: "line \(first.line) could not be read: \(first.reason.english)",
          zh: "第 \(first.line) 行无法读取：\(first.reason.chinese)")
      }
    }
    let marker = CalculationMarker(task: task, takesAsRead: paper.settings.scaffold != .full)
    let findings = marker.findings(read, reasons: reasons)
    var result: [MarkReport.Line] = []
    for (line, finding) in zip(workings.lines, findings) where line.isAsked {
      guard let asked = question.lines.first(where: { $0.id == line.id }) else { continue }
      result.append(
        MarkReport.Line(
          question: question.id, line: line.id, verdict: finding.verdict, expected: asked.answer,
          found: finding.text.isEmpty ? "" : Excerpt.short(finding.text),
          diagnosis: finding.diagnosis, slips: finding.slips,
          method: finding.hasMethod ? asked.points.method : 0,
          answer: finding.hasAnswer ? asked.points.answer : 0, of: asked.points.total))
    }
    return (result, findings.contains(where: \.hasFewDigits))
  }
}
