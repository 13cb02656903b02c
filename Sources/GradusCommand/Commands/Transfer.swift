import ArgumentParser
import Formats
import Workbench

struct Transfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Use a network that was trained for another task.",
    discussion: """
      Example: gradus transfer mobilenet2 --weights mobilenet_v2.safetensors --data cifar10
      Ways: features saves what the network gives before its classifier, as features.npz;
      classifier trains a new classifier on that, the rest staying as it is; fine-tune trains all
      of it further, the layers below the new classifier at a smaller rate. Images are brought to
      the size that the model is meant for, and normalised as ImageNet's, unless told otherwise.
      """)

  @Argument(help: "A model's name or the path of a network file.")
  var model: String
  @Option(help: "features, classifier or fine-tune.")
  var way = TransferWay.classifier.rawValue
  @Option(
    help: "What the learning rate is multiplied by below the classifier, in fine-tuning. [0.1]")
  var rateBelow: Double?
  @OptionGroup var options: TrainOptions
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    Interrupt.watch()
    try common.prepare()
    kernels.prepare()
    let way = try choice("--way", way, TransferWay.allCases)
    if way == .features, let extra = options.training.first(where: { $0.value != nil }) {
      throw WorkbenchError(.usage, extra.name, "found with --way features, which trains nothing")
    }
    var request = try options.request(model: model)
    request.transfer = way
    if let rateBelow {
      guard way == .fineTune else {
        throw WorkbenchError(
          .usage, "--rate-below", "found with --way \(way.rawValue), expected with fine-tune")
      }
      request.startingWeights?.rateBelow = rateBelow
    }
    var transfer = try TransferRun(request, out: options.out)
    var report = TrainReport(json: common.json)
    var line: (part: String, bar: ProgressLine)?
    let outcome = try transfer.run(
      shouldStop: { Interrupt.isRequested },
      progress: { part, done, total in
        if line?.part != part {
          line = (part, ProgressLine(title: "features, \(part)"))
        }
        line?.bar.update(done: done, total: total)
        if done == total { line?.bar.clear() }
      }, report: { report.report($0) })
    switch outcome {
    case .trained(let result): try report.finish(result, canResume: way == .fineTune)
    case .stopped:
      if common.json { Output.print(json: ["event": "stopped", "run": .null]) }
      Output.note("stopped before all features were there; nothing is kept of them")
      throw ExitCode(130)
    case .features(let file, let count, let samples, let skipped):
      if common.json {
        let members: [(key: String, value: JSONValue)] = [
          (key: "event", value: "done"), (key: "file", value: .string(file)),
          (key: "features", value: .integer(count)), (key: "samples", value: .integer(samples)),
        ]
        Output.print(json: .object(JSONObject(members + skipped.members)))
      } else {
        let left = skipped.files.isEmpty ? "" : " (\(skipped.files.count) damaged left out)"
        print(
          "\(Excerpt.count(count, "feature")) of \(Excerpt.count(samples, "sample"))\(left): \(file)"
        )
      }
    }
  }
}
