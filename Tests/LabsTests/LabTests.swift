import Explain
import Foundation
import FoundationXML
import Labs
import Testing
import Training

/// What holds of every lab.
@Suite struct LabTests {
  @Test func namesAndRows() {
    let names = Lab.all.map(\.name)
    #expect(Set(names).count == names.count && !names.isEmpty)
    for lab in Lab.all {
      #expect(lab.name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil)
      #expect(
        !lab.rows.isEmpty && lab.rows.allSatisfy { $0.wholeMatch(of: /L[0-9]+\.[0-9]+/) != nil })
      for language in Language.allCases {
        #expect(!lab.title.plain(language).isEmpty && !lab.claim.plain(language).isEmpty)
      }
    }
  }

  /// The claim is borne out, and the report says the same in every form; other seeds are for
  /// `make verify`.
  @Test(arguments: Lab.all.map(\.name)) func passes(name: String) throws {
    // Their arrays are small: on a busy machine threads would wait for one another most of the time.
    Compute.threads = 1
    defer { Compute.useDefaultThreads() }
    let lab = try #require(Lab.all.first { $0.name == name })
    var reached = 0.0
    let report = try lab.run { part in
      #expect((reached...1).contains(part))
      reached = part
    }
    for finding in report.findings {
      #expect(finding.passed, "\(finding.statement.plain(.english)): \(finding.measured)")
    }
    #expect(report.passed && report.lab == name && !report.illustrations.isEmpty)
    let json = report.json(.english)
    #expect(json["passed"]?.bool == true && json["lab"]?.string == name)
    for language in Language.allCases {
      let page = report.document.rendered(.html, language: language)
      #expect(page.components(separatedBy: "<svg").count == report.illustrations.count + 1)
      let parser = XMLParser(data: Data(page.utf8))
      #expect(parser.parse())
    }
  }

  /// The same seed gives the same numbers.
  @Test func isReproducible() throws {
    let lab = try #require(Lab.all.first { $0.name == "linear-collapse" })
    let runs = try (0..<2).map { _ in try lab.run(seed: 3).measures.map(\.value) }
    #expect(runs[0] == runs[1])
    #expect(try lab.run(seed: 4).measures.map(\.value) != runs[0])
  }

  @Test(arguments: [
    (0.5, "0.500"), (12, "12"), (1234.5, "1234"), (12345, "12345"), (12345.6, "1.23 · 10⁴"),
    (0.012345, "0.0123"), (-0.25, "−0.250"),
    (3.2e-15, "3.20 · 10⁻¹⁵"), (0.99996, "1.00"),
    (9.999, "10.0"), (-999.9, "−1000"), (5e7, "5.00 · 10⁷"), (.infinity, "∞"), (.nan, "nan"),
  ]) func numbers(_ number: Double, text: String) {
    #expect(LabNumber.text(number) == text)
  }

  @Test(arguments: [
    (0.5, "0.5"), (0.05, "0.05"), (-3, "−3"), (100, "100"), (1e-12, "10⁻¹²"),
    (2.5e-7, "2.5 · 10⁻⁷"), (0.0316, "0.0316"),
  ]) func chosenNumbers(_ number: Double, text: String) {
    #expect(LabNumber.chosen(number) == text)
  }

  @Test func criteriaAsText() {
    #expect(LabNumber.text(.atLeast(0.9)) == "≥ 0.9" && LabNumber.text(.atMost(1e-9)) == "≤ 10⁻⁹")
    #expect(LabNumber.text(.within(4...4)) == "= 4")
    #expect(LabNumber.text(.within(-2.2 ... -1.8)) == "−2.2 … −1.8")
  }

  /// Figures speak the language that was asked for; numbers do not depend on it.
  @Test(arguments: ["timeline", "linear-collapse"]) func language(name: String) throws {
    let lab = try #require(Lab.all.first { $0.name == name })
    let reports = try Language.allCases.map { try lab.run(language: $0) }
    let isChinese = reports.map { report in
      report.illustrations.map { illustration in
        illustration.figure.title.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
      }
    }
    #expect(isChinese[0].allSatisfy { !$0 } && isChinese[1].allSatisfy { $0 })
    #expect(reports[0].measures.map(\.value) == reports[1].measures.map(\.value))
  }

  @Test func criteria() {
    #expect(Criterion.atLeast(1).holds(for: 1) && !Criterion.atLeast(1).holds(for: 0.99))
    #expect(Criterion.atMost(1).holds(for: 1) && !Criterion.atMost(1).holds(for: 1.01))
    #expect(Criterion.within(1...2).holds(for: 2) && !Criterion.within(1...2).holds(for: 2.1))
    for criterion in [Criterion.atLeast(0), .atMost(0), .within(-1...1)] {
      #expect(!criterion.holds(for: .nan))
    }
  }
}

/// Every lab at nine other seeds.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["GRADUS_VERIFY"] != nil))
struct VerifyLabTests {
  @Test(arguments: Lab.all.map(\.name), 1...9) func otherSeeds(name: String, seed: Int) throws {
    let lab = try #require(Lab.all.first { $0.name == name })
    Compute.threads = 1
    defer { Compute.useDefaultThreads() }
    let report = try lab.run(seed: UInt64(seed))
    for finding in report.findings {
      #expect(finding.passed, "\(finding.statement.plain(.english)): \(finding.measured)")
    }
    #expect(report.seconds < 60)
  }
}
