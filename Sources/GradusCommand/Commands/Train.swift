import ArgumentParser
import Formats
import Plots
import Workbench

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model.",
    discussion: """
      Example: gradus train lenet5 --data digits --epochs 20
               gradus train mlp --augment rotation=10,shift=1 --schedule cosine --patience 5
      MODEL is a name from `gradus models` or a network file in YAML; DATA a name from
      `gradus data list` or a path. A run is a folder with run.yaml, metrics.jsonl, curves.svg
      and checkpoints. Ctrl-C saves a checkpoint; --resume RUN goes on from there.
      """)

  @Argument(help: "A model's name or the path of a network file.")
  var model: String?
  @OptionGroup var options: TrainOptions
  @Option(help: "Go on with the run in this folder; only --epochs may be given with it.")
  var resume: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    Interrupt.watch()
    try common.prepare()
    var training = try resume.map(resumed) ?? started()
    var line: ProgressLine?
    let result = try training.run(shouldStop: { Interrupt.isRequested }) { event in
      report(event, &line)
    }
    finish(result)
    if result.stopped { throw ExitCode(130) }
  }

  private func resumed(_ path: String) throws -> TrainRun {
    let others = [("MODEL", model as Any?)] + options.fixed
    if let extra = others.first(where: { $0.1 != nil }) {
      throw WorkbenchError(
        .usage, extra.0, "cannot be changed by --resume; only --epochs can be given with it")
    }
    return try TrainRun(resuming: path, epochs: options.epochs)
  }

  private func started() throws -> TrainRun {
    guard let model else {
      throw WorkbenchError(.usage, "MODEL", "is missing; `gradus models` lists them")
    }
    return try TrainRun(options.request(model: model), out: options.out)
  }

  private func report(_ event: TrainRun.Event, _ line: inout ProgressLine?) {
    switch event {
    case .started(let start):
      if !common.json {
        let done = start.epochsDone > 0 ? ", \(start.epochsDone) done" : ""
        Output.note(
          "\(start.model) (\(start.parameters) parameters) on \(start.samples) samples of "
            + "\(start.data), \(start.epochs) epochs\(done); run \(start.run)")
      }
      // Made before the first step, so that its rate counts that step's time.
      line = ProgressLine(title: "epoch \(start.epochsDone + 1)")
    case .differs(let reasons):
      Output.note(
        "gradus: the run was started with \(reasons.joined(separator: ", ")): "
          + "the last bits will differ from an unbroken run's")
    case .step(let step):
      line?.update(
        done: step.samples, total: step.sampleCount,
        fields: [
          ProgressBar.Field("loss", step.running.loss, style: .number),
          ProgressBar.Field("accuracy", step.running.accuracy, style: .percent),
        ])
    case .epoch(let record, let seconds):
      line?.clear()
      line = ProgressLine(title: "epoch \(record.epoch + 1)")
      if common.json {
        Output.print(json: record.json(seconds: seconds))
      } else {
        Output.note(Self.text(record, seconds: seconds))
      }
    }
  }

  private static func text(_ record: EpochRecord, seconds: Double) -> String {
    func scores(_ name: String, _ scores: Scores) -> String {
      "\(name) loss \(Text.fixed(scores.loss, 4)), accuracy \(Text.percent(scores.accuracy))"
    }
    let parts =
      [scores("training", record.train)]
      + (record.validation.map { [scores("validation", $0)] } ?? [])
    let skipped = record.skipped.map { "  \($0) damaged images left out" } ?? ""
    return "epoch \(Text.right(record.epoch, 3))  " + parts.joined(separator: "  ")
      + "  \(Text.fixed(seconds, 2)) s" + skipped
  }

  private func finish(_ result: TrainRun.Result) {
    if common.json {
      var members: [(key: String, value: JSONValue)] = [
        (key: "event", value: result.stopped ? "stopped" : "done"),
        (key: "run", value: .string(result.run)),
      ]
      if let test = result.test { members.append((key: "test", value: test.json)) }
      members.append((key: "seconds", value: .number(result.seconds)))
      Output.print(json: .object(JSONObject(members)))
      return
    }
    if result.epochs.count > 1 {
      Swift.print(
        TrainRun.curves(result.epochs, title: "the run").terminal(
          width: min(Output.width, 80), height: 14, color: Output.color))
    }
    if let test = result.test {
      Swift.print(
        "test accuracy \(Text.percent(test.accuracy)), loss \(Text.fixed(test.loss, 4)); "
          + "\(Text.fixed(result.seconds, 1)) s; run \(result.run)")
    }
    if result.stopped {
      Output.note("stopped; `gradus train --resume \(result.run)` goes on from here")
    }
  }
}
