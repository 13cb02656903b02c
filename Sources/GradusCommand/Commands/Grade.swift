import ArgumentParser
import Formats
import Foundation
import Workbench

struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract:
      "Marks a filled-in sheet line by line: what follows from an earlier slip is no new one.",
    discussion: """
      Example: gradus grade sheet.yaml
      after `gradus quiz network --seed 7 --out sheet.yaml`, with answers written into the sheet.
      The paper is drawn again from the sheet's header, so no key is needed. A sheet whose questions,
      given numbers or lines were changed is refused.
      """)

  @Argument(help: "The filled-in sheet.")
  var file: String
  @Option(help: "en or zh; the sheet's where left out.")
  var language: String?
  @Option(help: "text, markdown, latex or html.")
  var format: String = "text"
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    let own = try language.map { try choice("--language", $0, Language.allCases) }
    let format = try choice("--format", format, SolutionFormat.allCases)
    let grading = try Grading(file: file)
    let language = own ?? grading.paper.settings.language
    let marks = MarksDocument(grading.paper, grading.report)
    if common.json || format == .json {
      Output.print(json: marks.json(language))
      return
    }
    let text = marks.solution.rendered(
      format, language: language, colour: Output.color, width: Output.width)
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}
