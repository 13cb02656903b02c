import ArgumentParser
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
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    Interrupt.watch()
    try common.prepare()
    kernels.prepare()
    var training = try resume.map(resumed) ?? started()
    var report = TrainReport(json: common.json)
    let result = try training.run(shouldStop: { Interrupt.isRequested }) { report.report($0) }
    try report.finish(result)
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
}
