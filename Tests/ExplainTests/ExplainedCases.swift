import Formats
import TestSupport
import Testing
import Workbench

/// A problem with the numbers that PyTorch makes of it, from `Tests/References/explained.json`.
struct ExplainedCase: Sendable, CustomStringConvertible {
  let number: Int
  let kind: String
  let convention: ExplainOptions.Convention
  /// The problem's file, as JSON.
  let text: String
  let results: JSONObject

  var description: String { "\(kind) \(number)" }

  private static let all: [ExplainedCase] = {
    let path = References.path("explained.json")
    guard let bytes = try? Files.read(path, maximum: 1 << 22),
      let list = try? JSONParser.parse(bytes, file: path).array
    else { fatalError("cannot read \(path)") }
    return list.enumerated().map { number, value in
      let object = value.object!
      return ExplainedCase(
        number: number, kind: object["kind"]!.string!,
        convention: ExplainOptions.Convention(rawValue: object["convention"]!.string!)!,
        text: object["problem"]!.text(), results: object["results"]!.object!)
    }
  }()

  /// The cases of a kind.
  static func of(_ kind: String) -> [ExplainedCase] { all.filter { $0.kind == kind } }

  /// Solves the problem entry by entry and as matrices, and compares every number with PyTorch's.
  func check() throws {
    let forms: [ExplainOptions.Form] = kind == "optimizer" ? [.indexed] : [.indexed, .matrix]
    for form in forms {
      var options = ExplainOptions()
      options.convention = convention
      options.form = form
      let solution = try Explanation(text: text, name: description).solved(options)
      #expect(solution.check.passed, "\(description): \(solution.check)")
      #expect(!results.isEmpty)
      for (name, value) in results {
        let expected = Self.numbers(value)
        guard let found = solution.results.first(where: { $0.name == name })?.value.elements else {
          Issue.record("\(description) has no result '\(name)'")
          continue
        }
        // PyTorch and Gradus add in different orders; both in float64.
        let scale = max(1, expected.map { abs($0) }.filter(\.isFinite).max() ?? 0)
        let agrees =
          found.count == expected.count
          && zip(found, expected).allSatisfy { $0 == $1 || abs($0 - $1) <= 1e-9 * scale }
        #expect(agrees, "\(description), \(form), \(name): \(found) instead of \(expected)")
      }
    }
  }

  private static func numbers(_ value: JSONValue) -> [Double] {
    if let parts = value.array { return parts.flatMap(numbers) }
    return value.double.map { [$0] } ?? []
  }
}

/// A problem that cannot be worked out, and what is said about it.
struct WrongProblem: Sendable, CustomStringConvertible {
  let text: String
  let message: String
  var convention = ExplainOptions.Convention.course

  var description: String { message }

  /// Compares the message.
  func check() {
    do {
      var options = ExplainOptions()
      options.convention = convention
      let solution = try Explanation(text: text, name: "p").solved(options)
      Issue.record("no error, but \(solution.results)")
    } catch let error as WorkbenchError {
      #expect(error.description == message)
    } catch {
      Issue.record("another error: \(error)")
    }
  }
}
