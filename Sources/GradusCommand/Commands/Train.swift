import ArgumentParser
import Formats
import Plots
import Workbench

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model.",
    discussion: """
      Example: gradus train lenet5 --data digits --epochs 20
      MODEL is a name from `gradus models` or a network file in YAML; DATA a name from
      `gradus data list` or a path. A run is a folder with run.yaml, metrics.jsonl, curves.svg
      and checkpoints. Ctrl-C saves a checkpoint; --resume RUN goes on from there.
      """)

  @Argument(help: "A model's name or the path of a network file.")
  var model: String?
  @Option(help: "A data set's name or path.")
  var data: String?
  @Option(help: "Passes over the training set. [20]")
  var epochs: Int?
  @Option(help: "Samples a step. [32]")
  var batchSize: Int?
  @Option(help: "sgd, momentum, nesterov or adam. [adam]")
  var optimizer: String?
  @Option(help: "Learning rate. [adam 0.001, momentum and nesterov 0.05, sgd 0.1]")
  var learningRate: Double?
  @Option(help: "μ of momentum and nesterov. [0.9]")
  var momentum: Double?
  @Option(help: "λ of the penalty (λ/2)·Σw² on all parameters. [0]")
  var l2: Double?
  @Option(help: "Probability of dropping a hidden unit, for models that have dropout. [0]")
  var dropout: Double?
  @Option(help: "Fixes everything random. [0]")
  var seed: UInt64?
  @Option(help: "float32 or float64. [float32]")
  var precision: String?
  @Option(help: "Move training images at random by up to N pixels, within their margin. [0]")
  var shift: Int?
  @Option(help: "Use only the first N training samples.")
  var limitTrain: Int?
  @Option(help: "Save a checkpoint every N steps too, not only after each epoch.")
  var checkpointEvery: Int?
  @Option(help: "The run's folder. [runs/MODEL-DATA-N]")
  var out: String?
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
    let others: [(String, Any?)] = [
      ("MODEL", model), ("--data", data), ("--batch-size", batchSize), ("--optimizer", optimizer),
      ("--learning-rate", learningRate), ("--momentum", momentum), ("--l2", l2),
      ("--dropout", dropout), ("--seed", seed), ("--precision", precision),
      ("--limit-train", limitTrain), ("--checkpoint-every", checkpointEvery), ("--shift", shift),
      ("--out", out),
    ]
    if let extra = others.first(where: { $0.1 != nil }) {
      throw WorkbenchError(
        .usage, extra.0, "cannot be changed by --resume; only --epochs can be given with it")
    }
    return try TrainRun(resuming: path, epochs: epochs)
  }

  private func started() throws -> TrainRun {
    guard let model else {
      throw WorkbenchError(.usage, "MODEL", "is missing; `gradus models` lists them")
    }
    var request = TrainRequest(model: model)
    if let data { request.data = data }
    if let epochs { request.epochs = epochs }
    if let batchSize { request.batchSize = batchSize }
    if let optimizer {
      guard let known = TrainRequest.OptimizerName(rawValue: optimizer) else {
        throw WorkbenchError.unknown(
          "optimizer", optimizer, among: TrainRequest.OptimizerName.allCases.map(\.rawValue))
      }
      request.optimizer = known
    }
    if let learningRate { request.learningRate = learningRate }
    if let momentum { request.momentum = momentum }
    if let l2 { request.l2 = l2 }
    if let dropout { request.dropout = dropout }
    if let seed { request.seed = seed }
    if let precision {
      guard let known = ["float32": DType.float32, "float64": .float64][precision] else {
        throw WorkbenchError.unknown("precision", precision, among: ["float32", "float64"])
      }
      request.precision = known
    }
    if let limitTrain { request.limitTrain = limitTrain }
    if let checkpointEvery { request.checkpointEvery = checkpointEvery }
    if let shift { request.shift = shift }
    return try TrainRun(request, out: out)
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
    return "epoch \(Text.right(record.epoch, 3))  " + parts.joined(separator: "  ")
      + "  \(Text.fixed(seconds, 2)) s"
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
