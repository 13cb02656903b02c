import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// Networks worked out against PyTorch's numbers in float64.
struct NetworkReferences {
  let entries: [JSONObject]

  init(_ text: String) throws {
    entries = try #require(try JSONParser.parse(text).array).map { try #require($0.object) }
  }

  /// The largest disagreement of losses, gradients and parameters over all iterations, relative to
  /// max(1, the largest number of the array), and where it is.
  static func disagreement(
    _ entry: JSONObject, form: ExplainOptions.Form?, layout: ExplainOptions.Layout
  ) throws -> (Double, String) {
    var options = ExplainOptions()
    options.convention = entry["convention"]?.string == "pytorch" ? .pytorch : .course
    options.form = form
    options.layout = layout
    let problem = try #require(entry["problem"])
    let solution = try Explanation(text: problem.text(), name: "reference").solved(options)
    let expected = try #require(entry["iterations"]?.array)
    #expect(solution.iterations.count == expected.count)
    var worst = (0.0, "")
    func compare(_ own: [Double], _ other: [Double], _ place: String) {
      #expect(own.count == other.count, "\(place)")
      let scale = max(1, other.map { abs($0) }.max() ?? 0)
      for (a, b) in zip(own, other) where !(abs(a - b) / scale <= worst.0) {
        worst = (abs(a - b) / scale, place)
      }
    }
    for (iteration, reference) in zip(solution.iterations, expected) {
      compare([iteration.loss], [try #require(reference["loss"]?.double)], "loss")
      for (name, own) in [
        ("gradients", iteration.gradients), ("parameters", iteration.parameters),
      ] {
        let arrays = try #require(reference[name]?.object)
        #expect(own.count == arrays.count)
        for (path, value) in own {
          compare(
            value.elements, flat(try #require(arrays[path])),
            "iteration \(iteration.number), \(name), \(path)")
        }
      }
    }
    let failed = solution.check.lines.filter { !($0.disagreement <= $0.tolerance) }
    #expect(failed.map { "\($0.disagreement) of \($0.tolerance)" } == [])
    return worst
  }

  private static func flat(_ value: JSONValue) -> [Double] {
    value.array.map { $0.flatMap(flat) } ?? [value.double ?? .nan]
  }
}

@Suite struct ExplainNetworkTests {
  /// PyTorch and the tape add in different orders: a few roundings of float64 apart.
  static let tolerance = 1e-9

  @Test(arguments: [nil, ExplainOptions.Form.matrix])
  func randomNetworksAgreeWithPyTorch(_ form: ExplainOptions.Form?) throws {
    let path = References.path("explain-networks.json")
    let references = try NetworkReferences(String(contentsOfFile: path, encoding: .utf8))
    #expect(references.entries.count == 30)
    for (index, entry) in references.entries.enumerated() {
      for layout in form == nil ? [.xw] : ExplainOptions.Layout.allCases {
        let (worst, place) = try NetworkReferences.disagreement(entry, form: form, layout: layout)
        #expect(worst <= Self.tolerance, "network \(index), \(place), \(layout)")
      }
    }
  }
}

@Suite("Verify explained networks", .enabled(if: Verification.isAsked, "set GRADUS_VERIFY=1"))
struct VerifyExplainNetworkTests {
  @Test func fiveHundredNetworksAgreeWithPyTorch() throws {
    let bytes = [UInt8](
      try Data(contentsOf: URL(filePath: References.path("explain-networks-verify.json.gz"))))
    let text = String(decoding: try Gzip.decompress(bytes, maximum: 1 << 24), as: UTF8.self)
    let references = try NetworkReferences(text)
    #expect(references.entries.count == 500)
    var worst = 0.0
    for (index, entry) in references.entries.enumerated() {
      let (found, place) = try NetworkReferences.disagreement(entry, form: nil, layout: .xw)
      #expect(found <= ExplainNetworkTests.tolerance, "network \(index), \(place)")
      worst = max(worst, found)
    }
    print("500 networks against PyTorch: largest disagreement \(worst)")
  }
}
