import ArgumentParser
import Plots
import Workbench

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The classes of images, by a run's model.",
    discussion: """
      Example: gradus predict runs/lenet5-digits-1 Examples/three.png
      --explain draws what the network sees: where pixels count for its answer (saliency), where it
      looks (Grad-CAM), its feature maps and the filters of its first convolution.
      """)

  @Argument(help: ArgumentHelp("The run's folder; with --weights, a model.", valueName: "run"))
  var runFolder: String
  @Argument(help: "PNG or JPEG files.")
  var files: [String]
  @Option(help: "How many classes are told for each image. [5; with --json all]")
  var top: Int?
  @OptionGroup var start: WeightOptions
  @OptionGroup var images: PictureOptions
  @Option(help: "With --weights, the data whose classes the model tells apart.")
  var data: String?
  @Option(
    help: ArgumentHelp("Draw figures of why into this folder.", valueName: "folder"))
  var explain: String?
  @Option(help: "With --explain, the layer to look at, such as features.17 of mobilenet2.")
  var layer: String?
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    kernels.prepare()
    if let top, top < 1 {
      throw WorkbenchError(.usage, "--top", "found \(top), expected at least 1")
    }
    guard layer == nil || explain != nil else {
      throw WorkbenchError(.usage, "--layer", "found without --explain, expected with it")
    }
    guard data == nil || start.weights != nil else {
      throw WorkbenchError(.usage, "--data", "found without --weights; a run has its own classes")
    }
    guard images.corruptImages == nil || start.weights != nil else {
      throw WorkbenchError(.usage, "--corrupt-images", "found without --weights, expected with it")
    }
    let model = try PredictRun(TrainedModel(runFolder, start, images, data: data))
    for (number, file) in files.enumerated() {
      let result = try model.predict(
        file, explaining: explain.map { files.count == 1 ? $0 : "\($0)/\(number + 1)" },
        layer: layer)
      if common.json {
        Output.print(json: result.json(top: top))
        continue
      }
      print(result.input)
      for note in result.notes { print("  \(note)") }
      if let picture = result.picture, picture[0].count <= Output.width / 2 {
        print(ImageText(rows: picture).terminal(width: min(Output.width, 64), color: Output.color))
      }
      let bars = result.classes.prefix(top ?? 5).map {
        HorizontalBars.Row(
          label: $0.label, fraction: $0.probability, text: Text.percent($0.probability))
      }
      print(HorizontalBars(Array(bars)).terminal(width: min(Output.width, 64), color: Output.color))
    }
  }
}
