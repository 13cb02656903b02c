import ArgumentParser
import Formats
import Plots
import Workbench

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Loss, accuracy and confusion matrix of a run's model.",
    discussion: """
      Example: gradus evaluate runs/lenet5-digits-1 --data digits
               gradus evaluate resnet20 --weights resnet20.safetensors --data cifar10
      The test part of the data is evaluated: that of their files, or the last of 70, 10 and 20% of each
      class where they are one file or folders of classes alone.
      """)

  @Argument(help: ArgumentHelp("The run's folder; with --weights, a model.", valueName: "run"))
  var runFolder: String
  @Option(help: "A data set's name or path; the run's own where left out.")
  var data: String?
  @OptionGroup var start: WeightOptions
  @OptionGroup var images: PictureOptions
  @Option(
    help: ArgumentHelp(
      "Draw confusion.svg and, of images, mistakes.svg into this folder.", valueName: "folder"))
  var figures: String?
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    kernels.prepare()
    var line = ProgressLine(title: "evaluating")
    let model = try TrainedModel(runFolder, start, images, data: data)
    let result = try EvaluateRun.perform(model, data: data, figures: figures) { done, total in
      line.update(done: done, total: total)
    }
    line.clear()
    if !result.skipped.files.isEmpty { Output.note(result.skipped.description) }
    if common.json {
      Output.print(json: result.json)
      return
    }
    let metrics = result.metrics
    print(
      "\(Excerpt.count(metrics.count, "test sample")) of \(result.data) (\(result.total) in all): "
        + "accuracy \(Text.percent(metrics.accuracy)), "
        + (metrics.tellsTop
          ? "top \(metrics.k) \(Text.percent(metrics.topAccuracy)), " : "")
        + "loss \(Text.fixed(metrics.loss, 4))\n")
    print(result.confusion.terminal(width: min(Output.width, 100), color: Output.color))
  }
}

extension TrainedModel {
  /// The model that an argument names: a run's, or with `--weights` one of the catalogue or a file.
  init(
    _ name: String, _ start: WeightOptions, _ images: PictureOptions, data: String?
  ) throws {
    guard let weights = try start.starting() else {
      for (option, isGiven) in [
        ("--image-size", images.imageSize != nil), ("--normalization", images.normalization != nil),
      ] where isGiven {
        throw WorkbenchError(
          .usage, option, "found without --weights; a run has its own size and normalisation")
      }
      self = try TrainedModel(run: name, corruptImages: images.chosenCorruptImages())
      return
    }
    self = try TrainedModel(
      model: name, weights: weights, data: data, normalization: images.chosenNormalization(),
      imageSize: images.imageSize, corruptImages: images.chosenCorruptImages() ?? .stop)
    if let report = self.weights, !report.problems.isEmpty { Output.note(report.description) }
  }
}
