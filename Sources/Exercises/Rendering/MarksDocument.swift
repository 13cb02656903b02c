import Explain
import Formats

/// A marked sheet as a document and as JSON.
public struct MarksDocument {
  private let paper: Paper
  private let report: MarkReport

  /// - Parameters:
  ///   - paper: The paper.
  ///   - report: The marks of a filled-in sheet of it.
  public init(_ paper: Paper, _ report: MarkReport) {
    self.paper = paper
    self.report = report
  }

  /// A table a question, and the total.
  public var solution: Solution {
    var solution = Solution(kind: "marks", title: paper.title)
    solution.showsCheck = false
    solution.sections = paper.questions.map(section)
    solution.sections.append(
      Section(
        Words(en: "Total", zh: "总分").prose,
        [
          .prose(
            Words(
              en: "\(report.total) of \(report.of) marks", zh: "\(report.of) 分中得 \(report.total) 分"
            ).prose)
        ]))
    return solution
  }

  private func section(_ question: Question) -> Section {
    let lines = report.lines.filter { $0.question == question.id }
    let deductions = report.deductions.filter { $0.question == question.id }
    let awarded =
      lines.reduce(0) { $0 + $1.awarded } - deductions.reduce(0) { $0 + $1.marks }
    let title = Prose(
      en: Prose.Run(
        pieces: [.text("\(question.id): ")] + question.title.english.pieces
          + [.text(", \(awarded) of \(question.marks)")]),
      zh: Prose.Run(
        pieces: [.text("\(question.id)：")] + question.title.chinese.pieces
          + [.text("，\(awarded)/\(question.marks) 分")]))
    var blocks: [Block] = []
    if !lines.isEmpty {
      blocks.append(
        .table(
          Table(
            headings: Self.headings.map { .prose($0.prose) },
            rows: lines.map { row($0, question) })))
    }
    blocks += deductions.map { deduction in
      .note(
        Words(
          en: "\(deduction.marks) taken off: \(deduction.reason.english)",
          zh: "扣 \(deduction.marks) 分：\(deduction.reason.chinese)"
        ).prose)
    }
    return Section(title, blocks)
  }

  private static let headings = [
    Words(en: "line", zh: "行"), Words(en: "verdict", zh: "判定"), Words(en: "expected", zh: "应为"),
    Words(en: "found", zh: "作答"), Words(en: "marks", zh: "得分"), Words(en: "why", zh: "说明"),
  ]

  private func row(_ line: MarkReport.Line, _ question: Question) -> [Table.Cell] {
    func cell(_ text: String) -> Table.Cell { .prose(Words(en: text, zh: text).prose) }
    let prompt = question.lines.first { $0.id == line.line }?.prompt
    return [
      prompt.map { .prose($0) } ?? cell(line.line), .prose(Self.words(line.verdict).prose),
      cell(line.expected), cell(line.found.isEmpty ? "–" : line.found),
      cell("\(line.awarded)/\(line.of)"), .prose((line.diagnosis ?? Words(en: "", zh: "")).prose),
    ]
  }

  private static func words(_ verdict: MarkReport.Verdict) -> Words {
    switch verdict {
    case .right: Words(en: "right", zh: "正确")
    case .carried: Words(en: "carried", zh: "沿用前面的错误值")
    case .wrong: Words(en: "wrong", zh: "错误")
    case .unanswered: Words(en: "unanswered", zh: "未作答")
    }
  }

  /// What scripts read.
  ///
  /// - Parameter language: The language of diagnoses and reasons.
  public func json(_ language: Language) -> JSONValue {
    [
      "total": .integer(report.total), "of": .integer(report.of),
      "lines": .array(
        report.lines.map { line in
          [
            "question": .string(line.question), "line": .string(line.line),
            "verdict": .string(line.verdict.rawValue), "expected": .string(line.expected),
            "found": .string(line.found),
            "diagnosis": line.diagnosis.map { .string($0.text(language)) } ?? .null,
            "slips": .array(line.slips.map { .string($0) }), "awarded": .integer(line.awarded),
            "of": .integer(line.of), "self_marked": .bool(line.isSelfMarked),
          ]
        }),
      "deductions": .array(
        report.deductions.map { deduction in
          [
            "question": .string(deduction.question), "marks": .integer(deduction.marks),
            "reason": .string(deduction.reason.text(language)),
          ]
        }),
    ]
  }
}
