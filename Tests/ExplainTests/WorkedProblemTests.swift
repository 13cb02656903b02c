import Formats
import TestSupport
import Testing
import Workbench

/// The kinds against the reference numbers of `Tests/References/worked`.
@Suite struct WorkedProblemTests {
  static let kinds = [
    "gcn", "linear-algebra", "perceptron", "kl", "gan", "fgsm", "newton", "pca",
  ]

  @Test(arguments: kinds) func resultsAreTheReferences(kind: String) throws {
    let file = try JSONParser.read(References.path("worked/\(kind).json"))
    let cases = try #require(file.array)
    #expect(cases.count >= 20)
    for (number, item) in cases.enumerated() {
      let problem = try #require(item["problem"])
      let solution = try Explanation(text: problem.text(), name: "\(kind) \(number)").solved()
      var found: [String: [Double]] = [:]
      for (name, value) in solution.results { found[name] = value.elements }
      if let real = found["eigenvalues.real"], let imaginary = found["eigenvalues.imaginary"] {
        found["eigenvalue-powers"] = Self.powerSums(real, imaginary)
      }
      for (name, value) in try #require(item["results"]?.object) {
        let expected = Self.numbers(value)
        let own = try #require(found[name], "\(kind) \(number): no result \(name)")
        try #require(own.count == expected.count, "\(kind) \(number): \(name)")
        let scale = max(1, expected.map { abs($0) }.max() ?? 0)
        for (a, b) in zip(own, expected) {
          #expect(abs(a - b) <= 1e-9 * scale, "\(kind) \(number): \(name) is \(a), expected \(b)")
        }
      }
      #expect(solution.check.passed, "\(kind) \(number): \(solution.check.lines)")
      #expect(!solution.check.lines.isEmpty)
    }
  }

  @Test(arguments: kinds) func everyFormIsWrittenInBothLanguages(kind: String) throws {
    let file = try JSONParser.read(References.path("worked/\(kind).json"))
    for item in try #require(file.array).prefix(4) {
      let problem = try Explanation(text: try #require(item["problem"]).text(), name: kind)
      for form in ExplainOptions.Form.allCases where form != .scalar {
        var options = ExplainOptions()
        options.form = form
        try check(problem.solved(options))
      }
      var options = ExplainOptions()
      options.rounding = .decimals(2)
      try check(problem.solved(options))
    }
  }

  @Test func shippedExamplesPassTheirChecks() throws {
    for name in Explanation.examples {
      let problem = try Explanation(example: name)
      guard Self.kinds.contains(problem.kind) else { continue }
      let solution = try problem.solved()
      #expect(solution.check.passed, "\(name)")
      #expect(!problem.title(.english).isEmpty && !problem.title(.chinese).isEmpty, "\(name)")
      check(solution)
    }
  }

  private func check(_ solution: Solution) {
    for language in Language.allCases {
      for format in SolutionFormat.allCases {
        let text = solution.rendered(format, language: language)
        #expect(!text.isEmpty)
        if format == .text {
          for line in text.split(separator: "\n") {
            #expect(Self.width(line) <= 80, "\(line)")
          }
        }
      }
    }
  }

  /// Columns in a terminal: two for a Chinese character, none for a mark over a letter.
  private static func width(_ line: Substring) -> Int {
    line.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.value {
      case 0x300...0x36F: sum
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6:
        sum + 2
      default: sum + 1
      }
    }
  }

  private static func numbers(_ value: JSONValue) -> [Double] {
    value.array?.flatMap(numbers) ?? value.double.map { [$0] } ?? []
  }

  /// The sums of λ, λ², λ³, which do not depend on an order.
  private static func powerSums(_ real: [Double], _ imaginary: [Double]) -> [Double] {
    (1...3).map { power in
      zip(real, imaginary).reduce(0) { sum, value in
        var (a, b) = (1.0, 0.0)
        for _ in 0..<power { (a, b) = (a * value.0 - b * value.1, a * value.1 + b * value.0) }
        return sum + a
      }
    }
  }
}
