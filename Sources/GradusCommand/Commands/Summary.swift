import ArgumentParser
import Workbench

struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "A model layer by layer: shapes, parameters, multiply-adds, receptive fields.",
    discussion: """
      Example: gradus summary lenet5
               gradus summary resnet18 --image-size 64
      With --weights it tells whether a file fits the model, tensor by tensor; as for evaluate and
      predict, the file may lack auxiliary heads.
      """)

  @Argument(help: "A model's name or the path of a network file.")
  var model: String
  @Option(help: "The data set whose samples and classes the model is for.")
  var data: String?
  @Option(
    help: "Images of N × N pixels, as with train --image-size. [the model's own, or the data's]")
  var imageSize: Int?
  @OptionGroup var start: WeightOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    let result = try ModelSummary.perform(
      model: model, data: data, weights: start.starting(), imageSize: imageSize)
    if common.json {
      Output.print(json: result.json)
      return
    }
    let summary = result.summary
    func sizes(_ shape: Shape) -> String {
      shape.dropFirst().map(String.init).joined(separator: "×")
    }
    print("\(result.model), input \(sizes(summary.input))\n")
    print(
      Text.table(
        ["layer", "kind", "output", "parameters", "multiply-adds", "sees"],
        summary.rows.map { row in
          [
            row.path, row.kind, sizes(row.output), Text.grouped(row.parameters),
            Text.grouped(row.multiplyAdds),
            row.receptiveField.map { "\($0[0])×\($0[1])" } ?? "",
          ]
        }, right: [3, 4, 5]))
    print(
      "\n\(Text.grouped(summary.parameters)) parameters, "
        + "\(Text.grouped(summary.multiplyAdds)) multiply-adds a sample")
    if let weights = result.weights { print(weights.description) }
  }
}
