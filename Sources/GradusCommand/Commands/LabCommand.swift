import ArgumentParser
import Formats
import Workbench

struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "An experiment that shows a claim of the course, with figures and a conclusion.",
    discussion: """
      Example: gradus lab linear-collapse --out labs
               gradus lab --list
               gradus lab all --language zh
      Writes NAME.html, which needs nothing else, NAME.md, NAME.json and each figure as SVG and CSV \
      into the folder, and prints what was found.

      The conclusion is drawn from the numbers by criteria that stand beside them: where the claim \
      is not borne out, the report says so and the exit code is 1. Labs compute on one thread unless \
      --threads says otherwise.
      """)

  @Argument(help: "The lab's name, or `all`.")
  var name: String?
  @Option(help: "The folder to write to, made where it is missing.")
  var out: String = "labs"
  @Option(help: "Fixes everything that is drawn.")
  var seed: UInt64 = 0
  @Option(help: "en or zh.")
  var language: String = "en"
  @Flag(help: "List the labs.")
  var list = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    // On arrays as small as these, threads gain little, and beside other work they wait for one
    // another many times as long as they compute.
    if common.threads == nil { Compute.threads = 1 }
    let language = try choice("--language", language, Language.allCases)
    if list { return listLabs(language) }
    guard let name else {
      throw WorkbenchError(
        .usage, "NAME", "is missing, expected a lab; `gradus lab --list` lists them")
    }
    // Before the work, which a folder that cannot be made would waste.
    try RunFolder(out).create()
    var hasFailed = false
    for lab in try name == "all" ? Lab.all : [Lab.named(name)] {
      if try !run(lab, language) { hasFailed = true }
    }
    if hasFailed { throw ExitCode(1) }
  }

  private func listLabs(_ language: Language) {
    if common.json {
      Output.print(
        json: .array(
          Lab.all.map {
            [
              "lab": .string($0.name), "rows": .array($0.rows.map { .string($0) }),
              "claim": .string($0.claim.plain(language)),
            ]
          }))
      return
    }
    print(
      Text.table(
        ["lab", "rows", "about"],
        Lab.all.map { [$0.name, $0.rows.joined(separator: " "), $0.title.plain(language)] }))
  }

  /// Whether the claim was borne out.
  private func run(_ lab: Lab, _ language: Language) throws -> Bool {
    var line = ProgressLine(title: lab.name, unit: "")
    let report = try lab.run(seed: seed, language: language) { part in
      line.update(done: Int((part * 1000).rounded()), total: 1000)
    }
    line.clear()
    let paths = try LabFiles(report, language: language).write(to: out)
    if common.json {
      Output.print(json: report.json(language))
      return report.passed
    }
    print("\(lab.name): \(lab.claim.plain(language))")
    for finding in report.findings {
      let mark = finding.passed ? "✓" : "✗"
      print(
        "  \(mark) \(finding.statement.plain(language)): \(LabNumber.text(finding.measured))"
          + " (\(LabNumber.text(finding.criterion)))")
    }
    print("  \(paths[0])")
    return report.passed
  }
}
