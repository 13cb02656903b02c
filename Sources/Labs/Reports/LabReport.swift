import Explain
import Formats

/// What a lab found.
public struct LabReport: Sendable {
  /// The lab's name.
  public let lab: String
  /// The syllabus' rows that it shows.
  public let rows: [String]
  /// What the course claims.
  public let claim: Prose
  /// What fixed all that was drawn.
  public let seed: UInt64
  /// What was concluded, each by a number.
  public let findings: [Finding]
  /// Every number that was kept.
  public let measures: [Measure]
  /// The figures in order.
  public let illustrations: [Illustration]
  /// Time of the experiment.
  public let seconds: Double
  /// The whole report, for the renderers of `Explain`.
  public let document: Solution

  /// Whether every statement holds.
  public var passed: Bool { findings.allSatisfy(\.passed) }

  init(lab: Lab, notebook: Notebook, seconds: Double) {
    self.lab = lab.name
    rows = lab.rows
    claim = lab.claim
    seed = notebook.seed
    findings = notebook.findings
    measures = notebook.measures
    illustrations = notebook.illustrations
    self.seconds = seconds
    var document = Solution(kind: "lab", title: lab.title)
    document.showsCheck = false
    let claim = Section(Prose(en: "What the course says", zh: "课程的说法"), [.prose(lab.claim)])
    document.sections = [claim] + notebook.sections + [Self.conclusion(notebook.findings)]
    self.document = document
  }

  private static func conclusion(_ findings: [Finding]) -> Section {
    let headings = [
      Prose(en: "Statement", zh: "论断"), Prose(en: "Measured", zh: "测得"),
      Prose(en: "Must be", zh: "要求"), Prose(en: "Holds", zh: "成立"),
    ]
    let rows = findings.map { finding -> [Table.Cell] in
      [
        .prose(finding.statement), .digits(LabNumber.text(finding.measured)),
        .digits(LabNumber.text(finding.criterion)),
        .prose(finding.passed ? Prose(en: "yes", zh: "是") : Prose(en: "no", zh: "否")),
      ]
    }
    let failed = findings.count { !$0.passed }
    let verdict =
      failed == 0
      ? Prose(en: "The numbers bear the claim out.", zh: "数据支持这一说法。")
      : Prose(
        en:
          "The numbers do not bear the claim out: \(failed) of \(findings.count) statements fail.",
        zh: "数据不支持这一说法：\(findings.count) 条论断中有 \(failed) 条不成立。")
    return Section(
      Prose(en: "Conclusion", zh: "结论"),
      [.table(Table(headings: headings.map { .prose($0) }, rows: rows)), .prose(verdict)])
  }
}
