import Formats
import TestSupport
import Testing
import Workbench

/// `gradus predict`: what is told, and the figures of why.
@Suite("gradus predict")
struct PredictCommandTests {
  let gradus: Program
  let image = Repository.path("Examples/three.png")

  init() throws { gradus = try Program() }

  private func train(_ model: String) throws {
    let result = try gradus(
      "train", model, "--epochs", "1", "--limit-train", "64", "--threads", "1", "--json", "--out",
      "run")
    #expect(result.status == 0, "\(result.output)")
  }

  private func predict(_ arguments: String...) throws -> Program.Result {
    try gradus.start(["predict", "run", image, "--threads", "1"] + arguments).wait()
  }

  @Test func topHoldsForJSONWhereItIsGiven() throws {
    try train("logistic")
    func labels(_ result: Program.Result) throws -> [String?] {
      try #require(try result.lines().first?["classes"]?.array).map { $0["label"]?.string }
    }
    let all = try labels(predict("--json"))
    #expect(all.count == 10)
    #expect(try labels(predict("--json", "--top", "2")) == Array(all.prefix(2)))
    #expect(try predict().output.split(separator: "\n").count { $0.contains(" %") } == 5)
    #expect(try predict("--top", "0").status == 2)
  }

  @Test func figuresTellTheirColoursAndTheProbability() throws {
    try train("lenet5")
    let answer = try predict("--explain", "why", "--json").lines().first
    let best = try #require(answer?["classes"]?.array?.first)
    let label = try #require(best["label"]?.string)
    let figure = String(decoding: try gradus.folder.bytes("why/class.svg"), as: UTF8.self)
    #expect(figure.contains(">Why \(label), probability "))
    for text in ["saliency", "Grad-CAM, ", ">share of the greatest<", ">0<", ">1<"] {
      #expect(figure.contains(text), "\(text)")
    }
    #expect(
      try gradus.folder.names(in: "why") == ["class.svg", "feature-maps.svg", "filters.svg"])
  }

  @Test func aRefusedLayerLeavesNoFolder() throws {
    try train("lenet5")
    let before = try gradus.folder.names()
    let result = try predict("--explain", "why", "--layer", "nowhere", "--json")
    #expect(result.status == 2)
    #expect(try result.error()[1] == "--layer")
    #expect(try gradus.folder.names() == before)
  }

  /// Numbers in a row have saliency, but nothing that Grad-CAM could weigh.
  @Test func aPerceptronIsExplainedBySaliencyAlone() throws {
    try train("mlp")
    let reason =
      "mlp sees its input as numbers in a row and has no feature maps to explain by Grad-CAM"
    let refused = try predict("--explain", "why", "--layer", "layers.1", "--json")
    #expect(refused.status == 2)
    #expect(
      try refused.error()
        == ["usage", "--layer", reason + "; without --layer its saliency is drawn"])
    #expect(try !gradus.folder.names().contains("why"))
    let result = try predict("--explain", "why")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("  \(reason)\n"))
    #expect(try gradus.folder.names(in: "why") == ["class.svg"])
    let figure = String(decoding: try gradus.folder.bytes("why/class.svg"), as: UTF8.self)
    #expect(figure.contains("saliency") && !figure.contains("Grad-CAM"))
  }

  /// A network whose file says that it takes numbers in a row: its saliency is drawn as an image.
  @Test func saliencyOfNumbersInARowIsAnImage() throws {
    try gradus.folder.write(
      "flat.yaml",
      """
      input: [64]
      layers:
        - dense: 10

      """)
    try train("flat.yaml")
    let result = try predict("--explain", "why")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try gradus.folder.names(in: "why") == ["class.svg"])
  }
}
