import ArgumentParser
import Plots
import Workbench

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Loss, accuracy and confusion matrix of a run's model.",
    discussion: "Example: gradus evaluate runs/lenet5-digits-1 --data digits")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var runFolder: String
  @Option(help: "A data set's name or path; the run's own where left out.")
  var data: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    var line = ProgressLine(title: "evaluating")
    let result = try EvaluateRun.perform(run: runFolder, data: data) { done, total in
      line.update(done: done, total: total)
    }
    line.clear()
    if common.json {
      Output.print(json: result.json)
      return
    }
    let metrics = result.metrics
    print(
      "\(metrics.count) test samples of \(result.data): accuracy \(Text.percent(metrics.accuracy)), "
        + (metrics.k < metrics.classes
          ? "top \(metrics.k) \(Text.percent(metrics.topAccuracy)), " : "")
        + "loss \(Text.fixed(metrics.loss, 4))\n")
    if result.skipped > 0 { print("\(result.skipped) damaged images left out\n") }
    print(result.confusion.terminal(width: min(Output.width, 100), color: Output.color))
  }
}
