import ArgumentParser
import Formats
import Workbench

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "The models known by name.",
    discussion: "Example: gradus models")

  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    if common.json {
      Output.print(
        json: .array(
          ModelCatalog.entries.map {
            [
              "name": .string($0.name), "summary": .string($0.summary),
              "source": .string($0.source), "loss": .string($0.loss.rawValue),
            ]
          }))
      return
    }
    print(
      Text.table(
        ["name", "what", "source"],
        ModelCatalog.entries.map { [$0.name, $0.summary, $0.source] }))
    print("\nA network of your own is a YAML file: gradus train my-network.yaml --data digits")
  }
}
