import ArgumentParser
import Formats
import Plots
import Workbench

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Training runs: listed, shown, compared.",
    discussion: """
      Example: gradus runs compare runs/lenet5-digits-1 runs/lenet5-digits-2 --svg both.svg
      A run is the folder that `gradus train` writes. TensorBoard reads it too:
      tensorboard --logdir runs
      """,
    subcommands: [List.self, Show.self, Compare.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The runs in a folder, the newest first.",
      discussion: "Example: gradus runs list runs")

    @Argument(help: "The folder of runs.")
    var folder: String = "runs"
    @OptionGroup var common: CommonOptions

    func run() throws {
      let (runs, problems) = try RunSummary.all(in: folder)
      for problem in problems { Output.note("gradus: \(problem)") }
      if common.json { return Output.print(json: .array(runs.map(\.json))) }
      if runs.isEmpty { return Output.note("no runs in \(folder)") }
      print(
        Text.table(
          ["run", "model", "data", "epochs", "best loss", "accuracy", "at epoch"],
          runs.map { run in
            let request = run.description.request
            let best = run.best
            return [
              run.name, request.model, request.data,
              run.holdsFeatures ? "features" : "\(run.epochs.count)/\(request.epochs)",
              best.map { Text.fixed($0.loss, 4) } ?? "–",
              best.map { Text.percent(($0.validation ?? $0.train).accuracy) } ?? "–",
              best.map { "\($0.epoch)" } ?? "–",
            ]
          }))
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A run's settings and its curves.",
      discussion: "Example: gradus runs show runs/lenet5-digits-1 --csv epochs.csv")

    @Argument(help: "The run's folder.")
    var folder: String
    @Option(help: "Write the epochs to this CSV file.")
    var csv: String?
    @Option(help: "Write the curves to this SVG file.")
    var svg: String?
    @OptionGroup var common: CommonOptions

    func run() throws {
      let summary = try RunSummary(RunFolder(folder))
      try write(summary.csv, to: csv)
      try write(summary.curves().svg(), to: svg)
      if common.json { return Output.print(json: summary.json) }
      let request = summary.description.request
      if summary.holdsFeatures {
        return print(
          "\(summary.name): features of \(request.data) by \(request.model), in "
            + "\(summary.folder.featuresPath); nothing was trained")
      }
      print(
        "\(summary.name): \(request.model) on \(request.data), \(summary.epochs.count) of "
          + Excerpt.count(request.epochs, "epoch") + " in \(Text.fixed(summary.seconds, 1) + " s")")
      if let best = summary.best {
        print(
          "best at epoch \(best.epoch): loss \(Text.fixed(best.loss, 4)), accuracy "
            + Text.percent((best.validation ?? best.train).accuracy))
      }
      if !summary.epochs.isEmpty {
        print(summary.curves().terminal(width: Output.width, height: 16, color: Output.color))
      }
    }
  }

  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Two or more runs: the settings that differ, and their curves over one another.",
      discussion: "Example: gradus runs compare runs/mlp-digits-1 runs/lenet5-digits-1")

    @Argument(help: "The runs' folders.")
    var runs: [String]
    @Option(help: "Write the curves to this SVG file.")
    var svg: String?
    @OptionGroup var common: CommonOptions

    func run() throws {
      let comparison = try RunComparison(runs.map { try RunSummary(RunFolder($0)) })
      let differences = try comparison.differences()
      try write(comparison.curves().svg(), to: svg)
      if common.json {
        return Output.print(
          json: [
            "runs": .array(comparison.runs.map(\.json)),
            "differences": .object(
              JSONObject(
                differences.map { ($0.setting, .array($0.values.map { .string($0) })) })),
          ])
      }
      var rows = differences.map { [$0.setting] + $0.values }
      rows.append(
        ["best loss"] + comparison.runs.map { $0.best.map { Text.fixed($0.loss, 4) } ?? "–" })
      rows.append(
        ["accuracy"]
          + comparison.runs.map {
            $0.best.map { Text.percent(($0.validation ?? $0.train).accuracy) } ?? "–"
          })
      rows.append(["seconds"] + comparison.runs.map { Text.fixed($0.seconds, 1) })
      print(Text.table([""] + comparison.names, rows))
      print(comparison.curves().terminal(width: Output.width, height: 16, color: Output.color))
    }
  }
}

private func write(_ text: String, to file: String?) throws {
  guard let file else { return }
  try AtomicFile.write(text, to: file)
  Output.note("wrote \(file)")
}
