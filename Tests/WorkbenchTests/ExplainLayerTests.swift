import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// Expressions, softmax, convolution, pooling, batch normalization and dropout against PyTorch's numbers.
@Suite struct ExplainLayerTests {
  @Test func randomProblemsAgreeWithPyTorch() throws {
    let text = try String(
      contentsOfFile: References.path("explain-layers.json"), encoding: .utf8)
    let entries = try #require(JSONParser.parse(text).array)
    #expect(entries.count == 100)
    for (index, entry) in entries.enumerated() {
      let problem = try #require(entry["problem"])
      var options = ExplainOptions()
      options.convention = .pytorch  // whose running variance is the unbiased one
      let solution = try Explanation(text: problem.text(), name: "reference").solved(options)
      let expected = try #require(entry["results"]?.object)
      for (name, reference) in expected {
        let value = try #require(
          solution.results.first { $0.name == name }?.value, "\(index): \(name)")
        let numbers = flat(reference)
        #expect(value.elements.count == numbers.count, "\(index): \(name)")
        let scale = max(1, numbers.map { abs($0) }.max() ?? 0)
        for (own, other) in zip(value.elements, numbers) {
          #expect(abs(own - other) <= 1e-9 * scale, "\(index): \(name): \(own), \(other)")
        }
      }
      let failed = solution.check.lines.filter { !($0.disagreement <= $0.tolerance) }
      #expect(failed.map { "\($0.disagreement) of \($0.tolerance)" } == [], "\(index)")
    }
  }

  @Test func randomExpressionsAgreeWithPyTorch() throws {
    let text = try String(
      contentsOfFile: References.path("explain-expressions.json"), encoding: .utf8)
    let entries = try #require(JSONParser.parse(text).array)
    #expect(entries.count == 60)
    for (index, entry) in entries.enumerated() {
      let problem = try #require(entry["problem"])
      let solution = try Explanation(text: problem.text(), name: "reference").solved()
      let value = try #require(entry["value"]?.double)
      let own = try #require(solution.value?.elements.first)
      #expect(abs(own - value) <= 1e-9 * max(1, abs(value)), "\(index): \(problem)")
      for (name, reference) in try #require(entry["gradients"]?.object) {
        let gradient = try #require(solution.gradients.first { $0.name == name }?.value)
        let numbers = flat(reference)
        let scale = max(1, numbers.map { abs($0) }.max() ?? 0)
        #expect(gradient.elements.count == numbers.count)
        for (own, other) in zip(gradient.elements, numbers) {
          #expect(abs(own - other) <= 1e-9 * scale, "\(index): \(name) of \(problem)")
        }
      }
      let failed = solution.check.lines.filter { !($0.disagreement <= $0.tolerance) }
      #expect(failed.map { "\($0.disagreement) of \($0.tolerance)" } == [], "\(index)")
    }
  }

  private func flat(_ value: JSONValue) -> [Double] {
    value.array.map { $0.flatMap(flat) } ?? [value.double ?? .nan]
  }
}
