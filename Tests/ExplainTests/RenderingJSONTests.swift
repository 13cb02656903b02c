import Explain
import Formats
import Testing

@Suite struct RenderingJSONTests {
  private func json(_ solution: Solution, _ language: Language = .english) throws -> JSONValue {
    try JSONParser.parse(solution.rendered(.json, language: language))
  }

  @Test func kindsWithParametersHaveIterations() throws {
    let json = try json(RenderingFixtures.network)
    #expect(json["kind"] == "network")
    let iteration = try #require(json["iterations"]?.array?.first)
    #expect(iteration["iteration"] == 1 && iteration["loss"] == 0.031)
    let steps = try #require(iteration["steps"]?.array)
    #expect(steps.map { $0["id"]?.string } == ["1.a", "1.h", "1.update"])
    #expect(
      steps[0] == [
        "id": "1.a", "stage": "forward", "symbol": "a^[1]", "formula": "σ(z^[1])",
        "substituted": "σ(0.5)", "value": 0.6224593312018546, "rounded": 0.622,
        "remark": "The activation function squeezes its argument into 0…1.",
      ])
    #expect(steps[1]["value"]?.array?.first?.array?.map(\.double) == [1.25, 11.3125])
    #expect(steps[1]["dimensions"] == "(1×3)·(3×2) → 1×2")
    #expect(steps[2]["boxed"] == true)
    #expect(iteration["gradients"]?.object?.keys == ["layers.0.weight"])
    #expect(
      iteration["parameters"]?["layers.0.weight"]?.array?.first?.array?.first?.double == 0.48766)
    // The step that belongs to no iteration.
    #expect(json["steps"]?.array?.map { $0["id"]?.string } == ["1.z"])
    #expect(json["notes"] == ["All gradients use the old weights."])
    #expect(json["symbols"]?.array?[1]["shape"] == [2, 3])
    let check = try #require(json["check"])
    #expect(check["largest_disagreement"]?.double == 3.2e-11 && check["passed"] == true)
    #expect(check["comparisons"]?.array?.count == 2)
  }

  @Test func anExpressionHasItsNodesAndGradients() throws {
    let json = try json(RenderingFixtures.expression)
    #expect(json["kind"] == "expression" && json["value"]?.double == 6)
    #expect(json["gradients"]?["y"]?.double == 5)
    let node = try #require(json["nodes"]?.array?[4])
    #expect(node["id"] == 4 && node["operation"] == "max" && node["inputs"] == [1, 2])
    #expect(node["value"]?.double == 2 && node["gradient"]?.double == 3)
    #expect(json["steps"]?.array?.count == 1)
    #expect(json["check"]?["passed"] == false)
    #expect(json["check"]?["kinks"]?.array?.count == 1)
  }

  @Test func otherKindsHaveResults() throws {
    let json = try json(RenderingFixtures.everything, .chinese)
    #expect(json["iterations"] == nil && json["language"] == "zh")
    #expect(json["results"]?["p_<&>"]?.array?[1] == "nan")
    #expect(json["check"]?["largest_disagreement"] == "nan")
    #expect(json["check"]?["passed"] == false)
    let value = try #require(json["steps"]?.array?.first?["value"]?.array)
    #expect(value[1].array?[1].array?.map(\.double) == [7, 8.001])
  }
}
