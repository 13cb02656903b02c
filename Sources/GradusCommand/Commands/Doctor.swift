import ArgumentParser
import Workbench

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Versions, engine, processor and data found, and what is missing.",
    discussion: "Example: gradus doctor")

  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    let report = EnvironmentReport()
    if common.json {
      Output.print(json: report.json)
      return
    }
    func gigabytes(_ bytes: Int) -> String { Text.fixed(Double(bytes) / 1e9, 1) + " GB" }
    print(
      """
      gradus        \(report.version)
      engine        \(report.engine)
      instructions  \(report.instructionSet)
      threads       \(report.threads) of \(report.processors) processors
      memory        \(gigabytes(report.memory)), arrays may take \(gigabytes(report.memoryLimit))
      """)
    for set in report.data {
      print(
        "data          " + Text.left(set.name, 14)
          + (set.place ?? "not installed: \(set.advice)"))
    }
    for advice in report.advice { print("advice        \(advice)") }
  }
}
