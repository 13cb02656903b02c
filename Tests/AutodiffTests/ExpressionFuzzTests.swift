import Autodiff
import TestSupport
import Testing

/// Damaged expressions end in a tree, which can be evaluated and written, or in an
/// `ExpressionError`. In a process of its own; see `Fuzzer`.
@Suite struct ExpressionFuzzTests {
  @Test func expressions() async throws {
    if Fuzzer.isInPlace { return try Self.expressions() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try ExpressionFuzzTests.expressions() }
    #endif
  }

  /// An `ExpressionError`, whose text quotes the whole input, in short.
  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private static func expressions() throws {
    let inputs = [
      "1 / (1 + exp(-x))", "a·b − c÷2 + x^y^2", "-x^2 * sin(3.5e-2, y)", "((((x))))", "∞ × x1",
    ]
    let words = [
      "(", ")", "((((((((((((((((((((((((((((((((", "^", "-", "−", "·", "÷", "∞", "1e999", ".5",
      "e",
      ",", "exp(", "x", " ", "\u{0}", "é", "²", "\u{301}", "+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1",
    ]
    try Fuzzer.run(
      inputs.map { Array($0.utf8) }, words: words, seed: 13, throwing: Refusal.self, saying: "'"
    ) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      let expression: Expression
      do throws(ExpressionError) {
        expression = try Expression(parsing: text)
      } catch {
        #expect((0...text.count).contains(error.position))
        throw Refusal(description: "'\(error.position)'")
      }
      let values = Dictionary(
        uniqueKeysWithValues: expression.variables.map { ($0, NDArray(0.5)) })
      if let value = try? expression.value(values).item {
        let again = try Expression(parsing: "\(expression)").value(values).item
        #expect(again == value || again.isNaN && value.isNaN, "\(text)")
      }
    }
  }
}
