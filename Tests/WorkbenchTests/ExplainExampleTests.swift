import Formats
import Foundation
import Plots
import TestSupport
import Testing
import Workbench

/// What must hold for every shipped example.
@Suite struct ExplainExampleTests {
  static let examples = Explanation.examples

  @Test func everyFileIsShippedAndNamed() throws {
    let folder = References.path("").replacing(
      "/Tests/References/", with: "/Examples/Problems/")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    #expect(Set(files) == Set(Self.examples))
    #expect(files.count == Self.examples.count)
  }

  @Test(arguments: examples) func checksPass(_ name: String) throws {
    let solution = try Explanation(example: name).solved()
    #expect(!solution.check.lines.isEmpty)
    for line in solution.check.lines {
      #expect(line.disagreement <= line.tolerance, "\(name): \(line)")
    }
  }

  /// The printed text of each step, evaluated by itself, gives the value beside it.
  @Test(arguments: examples) func printedSubstitutionsGiveTheirValues(_ name: String) throws {
    let solution = try Explanation(example: name).solved()
    #expect(!solution.steps.isEmpty)
    for step in solution.steps {
      let text = MathText.text(step.exactlySubstituted)
      if let isRight = try PrintedFormula.isSolution(text, step.value.elements) {
        #expect(isRight, "\(name), \(step.id): \(text)")
        continue
      }
      let found = try PrintedFormula.value(text, shape: step.value.shape)
      let scale = max(1, step.value.elements.map { abs($0) }.max() ?? 0)
      for (index, value) in step.value.elements.enumerated() {
        let own = found.elements.count == 1 ? found.elements[0] : found.elements[index]
        #expect(
          abs(own - value) <= 1e-12 * scale || own == value || own.isNaN && value.isNaN,
          "\(name), \(step.id): \(text) gives \(own), printed is \(value)")
      }
    }
  }

  /// With rounding, what is printed is what the calculator shows for what is printed before it.
  @Test(arguments: examples) func roundedLinesFollowFromWhatIsPrinted(_ name: String) throws {
    var options = ExplainOptions()
    options.rounding = .decimals(3)
    options.roundsUpdates = true
    let solution = try Explanation(example: name).solved(options)
    for step in solution.steps {
      let text = MathText.text(step.substituted)
      // Found as zeros, which a rounded polynomial has elsewhere.
      if ["eigenv", "leading(eigenv", "root("].contains(where: { text.hasPrefix($0) }) { continue }
      let found = try PrintedFormula.value(text, shape: step.value.shape)
      for (index, digits) in step.digits.enumerated() {
        let own = found.elements.count == 1 ? found.elements[0] : found.elements[index]
        guard let printed = Double(digits) else { continue }
        #expect(
          abs(own - printed) <= 0.0005 * (1 + 1e-6),
          "\(name), \(step.id): \(text) gives \(own), printed is \(digits)")
      }
    }
  }

  @Test(arguments: examples) func everyFormatAndLanguageIsWritten(_ name: String) throws {
    let solution = try Explanation(example: name).solved()
    for language in Language.allCases {
      for format in SolutionFormat.allCases {
        let text = solution.rendered(format, language: language)
        #expect(text.count > 200, "\(format)")
        #expect(!text.contains("[U+"), "\(format): a sign that LaTeX has no command for")
      }
      let text = solution.rendered(.text, language: language)
      for line in text.split(separator: "\n") {
        #expect(TerminalText.width(String(line)) <= 80, "\(name): \(line)")
      }
      if language == .chinese {
        #expect(
          text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(name)")
      }
    }
  }

  /// The notes' w = 0.5, η = λ = 0.1, gradient 0.2: L1 gives 0.47, L2 gives 0.475.
  @Test(arguments: [("l1-update", 0.47), ("l2-update", 0.475)])
  func theNotesPenalties(_ example: String, _ expected: Double) throws {
    let iteration = try #require(try Explanation(example: example).solved().iterations.first)
    #expect(abs(iteration.gradients[0].value.elements[0] - 0.2) < 1e-15)
    #expect(abs(iteration.parameters[0].value.elements[0] - expected) < 1e-15)
  }

  @Test func theNotesNumbers() throws {
    let exact = try Explanation(example: "mlp-1-1-1").solved()
    let parameters = try #require(exact.iterations.first).parameters
    #expect(abs(parameters[0].value.elements[0] - 0.4877) < 5e-5)
    #expect(abs(parameters[1].value.elements[0] - -0.3805) < 5e-5)
    var options = ExplainOptions()
    options.rounding = .decimals(3)
    let steps = try Explanation(example: "mlp-1-1-1").solved(options).steps
    let digits = Dictionary(uniqueKeysWithValues: steps.map { ($0.id, $0.digits[0]) })
    #expect(digits["t1.a0"] == "0.622")
    #expect(digits["t1.z1"] == "-0.249")
    #expect(digits["∂t1.w1"] == "-0.155")
    #expect(digits["t1.a0′"] == "0.235")
    #expect(digits["∂t1.w0"] == "0.023")
    #expect(digits["t1.new.layers.1.weight"] == "-0.3805")
    #expect(digits["t1.new.layers.0.weight"] == "0.4877")
  }
}
