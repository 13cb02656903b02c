import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// `gradus explain` as a user and as a script meet it.
@Suite("gradus explain")
struct ExplainCommandTests {
  let gradus: Program

  init() throws { gradus = try Program() }

  @Test func theNotesNumbersOnOnePage() throws {
    let exact = try gradus("explain", "mlp-1-1-1")
    #expect(exact.status == 0)
    #expect(exact.errors.isEmpty)
    #expect(exact.output.contains("0.4877"))
    #expect(exact.output.contains("−0.3805"))
    let rounded = try gradus("explain", "mlp-1-1-1", "--decimals", "3", "--language", "zh")
    for number in ["0.622", "−0.249", "−0.155", "0.235", "0.023", "−0.3805", "0.4877"] {
      #expect(rounded.output.contains("≈ \(number)"), "\(number)")
    }
  }

  @Test func jsonHasTheShapeThatScriptsRelyOn() throws {
    let result = try gradus("explain", "mlp-1-1-1", "--json")
    let object = try #require(JSONParser.parse(result.output).object)
    #expect(object["kind"]?.string == "network")
    let iteration = try #require(object["iterations"]?.array?.first?.object)
    for key in ["iteration", "loss", "steps", "gradients", "parameters"] {
      #expect(iteration[key] != nil, "\(key)")
    }
    let step = try #require(iteration["steps"]?.array?.first?.object)
    for key in ["id", "stage", "symbol", "formula", "substituted", "value"] {
      #expect(step[key] != nil, "\(key)")
    }
    let weight = try #require(
      iteration["parameters"]?["layers.0.weight"]?.array?.first?.array?.first?.double)
    #expect(abs(weight - 0.48765951587) < 1e-9)
    #expect((object["check"]?["largest_disagreement"]?.double ?? 1) < 1e-9)
  }

  @Test func expressionsFromTheCommandLine() throws {
    let result = try gradus(
      "explain", "--expression", "(x + y) * max(y, z)", "--at", "x=1,y=2,z=0", "--json")
    let object = try #require(JSONParser.parse(result.output).object)
    #expect(object["kind"]?.string == "expression")
    #expect(object["value"]?.double == 6)
    #expect(object["gradients"]?["x"]?.double == 2)
    #expect(object["gradients"]?["y"]?.double == 5)
    #expect(object["gradients"]?["z"]?.double == 0)
    let nodes = try #require(object["nodes"]?.array)
    #expect(nodes.count == 6)
    for key in ["id", "operation", "inputs", "value", "gradient"] {
      #expect(nodes[0][key] != nil, "\(key)")
    }
  }

  @Test func everyKindsSchemaHasAnExampleThatIsSolved() throws {
    for kind in Explanation.kinds {
      let page = try Explanation.schema(of: kind)
      let example = try #require(page.range(of: "Example:\n"))
      let text = page[example.upperBound...].split(separator: "\n").map { $0.dropFirst(2) }
        .joined(separator: "\n")
      let explanation = try Explanation(text: text, name: kind)
      #expect(explanation.kind == kind)
      #expect(try explanation.solved().check.passed, "\(kind)")
    }
  }

  @Test func conventionsSideBySide() throws {
    let result = try gradus("explain", "mlp-2-2-1-two-iterations", "--compare-conventions")
    #expect(result.status == 0)
    #expect(result.output.contains("PyTorch"))
    #expect(result.output.contains("Keras"))
  }

  @Test func writesAFileWholeOrNotAtAll() throws {
    let result = try gradus("explain", "gates", "--format", "html", "--out", "solution.html")
    #expect(result.status == 0)
    #expect(result.output.isEmpty)
    let text = String(decoding: try gradus.folder.bytes("solution.html"), as: UTF8.self)
    #expect(text.contains("</html>"))
    #expect(text.contains("<svg"))
  }

  static let mistakes: [([String], Int32, String)] = [
    (["explain"], 2, "PROBLEM: is missing"),
    (["explain", "mlp-1-1-2"], 2, "unknown example or topic 'mlp-1-1-2'; did you mean mlp-1-1-1?"),
    (["explain", "nowhere.yaml"], 1, "nowhere.yaml"),
    (["explain", "gates", "--format", "pdf"], 2, "--format: found 'pdf', expected text, markdown"),
    (["explain", "gates", "--language", "fr"], 2, "--language: found 'fr', expected en, zh"),
    (["explain", "gates", "--decimals", "99"], 2, "--decimals: found 99, expected from 0 to 12"),
    (["explain", "gates", "--round-updates"], 2, "--round-updates: rounds nothing without"),
    (["explain", "gates", "--iterations", "2"], 2, "the kind 'expression' has no iterations"),
    (["explain", "--schema", "netwrok"], 2, "did you mean network?"),
    (["explain", "--expression", "x*y"], 2, "--at: is missing"),
    (["explain", "--expression", "x*y", "--at", "x=1"], 1, "found no value for 'y'"),
    (["explain", "--expression", "x*(y", "--at", "x=1,y=2"], 1, "expected ')'"),
    (["explain", "vae-los"], 2, "unknown example or topic 'vae-los'; did you mean vae-loss?"),
    (["explain", "L99"], 2, "unknown example or topic 'L99'; did you mean L9?"),
    (
      ["explain", "vae-loss", "--decimals", "3"], 2, "--decimals: is for problems; 'vae-loss' is a"
    ),
    (["explain", "gates", "--facts"], 2, "unknown topic 'gates'"),
    (["explain", "mlp-2-3-2", "--form", "scalar"], 2, "--form: found scalar, expected indexed"),
  ]

  @Test(
    "topics, lectures and rows of the course",
    arguments: [("vae-loss", "L10."), ("L11", "L11."), ("L5.6", "L5.6")])
  func facts(_ name: String, _ row: String) throws {
    for language in ["en", "zh"] {
      let result = try gradus("explain", name, "--format", "json", "--language", language)
      #expect(result.status == 0 && result.errors.isEmpty)
      let object = try #require(JSONParser.parse(result.output).object)
      #expect(object["kind"]?.string == "facts")
      #expect(object["topic"]?.string == name)
      let cards = try #require(object["cards"]?.array)
      #expect(cards.count >= 3)
      #expect(cards.contains { $0["row"]?.string?.hasPrefix(row) == true })
      for card in cards {
        for key in ["id", "row", "statement"] { #expect(card[key]?.string?.isEmpty == false) }
        #expect(card["star"]?.bool != nil && card["source"]?.integer != nil)
      }
      let statement = try #require(cards.first?["statement"]?.string)
      for format in ["text", "markdown", "latex", "html"] {
        let page = try gradus("explain", name, "--format", format, "--language", language)
        #expect(page.status == 0)
        let word = try #require(statement.split { !$0.isLetter }.first)
        #expect(page.output.contains(word), "\(format)")
        #expect(!page.output.contains("Nothing was compared"))
      }
    }
  }

  @Test func anExampleGoesBeforeATopicOfItsName() throws {
    let example = try gradus("explain", "dropout")
    #expect(example.errors.contains("'dropout' is also a topic of the course: --facts prints"))
    #expect(example.output.contains("Check"))
    let facts = try gradus("explain", "dropout", "--facts", "--json")
    #expect(try JSONParser.parse(facts.output)["kind"]?.string == "facts")
    let list = try gradus("explain", "--list")
    #expect(list.output.contains("vae-loss") && list.output.contains("mlp-1-1-1"))
  }

  @Test(arguments: mistakes)
  func saysWhatIsWrong(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let result = try gradus.start(arguments).wait()
    #expect(result.status == status)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
