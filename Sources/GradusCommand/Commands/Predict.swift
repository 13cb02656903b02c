import ArgumentParser
import Plots
import Workbench

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The classes of images, by a run's model.",
    discussion: "Example: gradus predict runs/lenet5-digits-1 Examples/three.png")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var runFolder: String
  @Argument(help: "PNG or JPEG files.")
  var files: [String]
  @Option(help: "How many classes are shown for each.")
  var top = 5
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    guard top >= 1 else {
      throw WorkbenchError(.usage, "--top", "found \(top), expected at least 1")
    }
    let model = try PredictRun(run: runFolder)
    for file in files {
      let result = try model.predict(file)
      if common.json {
        Output.print(json: result.json)
        continue
      }
      print(result.input)
      for note in result.notes { print("  \(note)") }
      if let picture = result.picture, picture[0].count <= Output.width / 2 {
        print(ImageText(rows: picture).terminal(width: min(Output.width, 64), color: Output.color))
      }
      let bars = result.classes.prefix(top).map {
        HorizontalBars.Row(
          label: $0.label, fraction: $0.probability, text: Text.percent($0.probability))
      }
      print(HorizontalBars(Array(bars)).terminal(width: min(Output.width, 64), color: Output.color))
    }
  }
}
