import Exercises
import Explain
import Foundation
import Testing

/// An independent way to the numbers of a kind's keys.
struct KeyOracle: Sendable {
  /// The kind.
  let kind: ExerciseKind
  /// What the numbers come from: closed forms, central differences, ….
  let path: String
  /// The numbers of a problem by the lines' names or symbols; lines that are not asked may be among
  /// them.
  let values: @Sendable (any Problem) throws -> [String: [Double]]
  /// How far off they may be in proportion: rounding for closed forms, more for differences.
  var tolerance = 1e-9
}

enum KeyCheck {
  /// Whether the slow tests were asked for.
  static let isVerifying = ProcessInfo.processInfo.environment["GRADUS_VERIFY"] == "1"

  /// Draws questions of every difficulty and holds each asked line's number against the oracle's.
  static func check(_ oracle: KeyOracle, questions: Int) throws {
    for number in 1...questions {
      let difficulty = 1 + number % 5
      let question = try oracle.kind.question(seed: 2, number: number, difficulty: difficulty)
      guard case .calculation(let task) = question.form, let problem = task.problem else {
        Issue.record("\(oracle.kind.name): no calculation")
        return
      }
      let expected = try oracle.values(problem)
      #expect(!task.workings.lines.isEmpty)
      for line in task.workings.lines where line.isAsked {
        guard let numbers = expected[line.id] ?? expected[MathText.text(line.symbol)] else {
          Issue.record(
            "\(oracle.kind.name), difficulty \(difficulty): no independent number for \(line.id)")
          continue
        }
        let isSame =
          numbers.count == line.exact.count
          && zip(numbers, line.exact).allSatisfy { own, key in
            abs(own - key) <= oracle.tolerance * max(1, abs(own))
          }
        #expect(
          isSame,
          "\(oracle.kind.name) \(question.id) \(line.id): key \(line.exact), by \(oracle.path) \(numbers)"
        )
      }
    }
  }

  /// The central difference of a function at a place, of fourth order: exact to about 1e-11 where the
  /// step is small beside what the function varies over.
  static func slope(
    _ x: Double, step: Double = 1e-4, _ function: (Double) -> Double
  ) -> Double {
    func at(_ steps: Double) -> Double { function(x + steps * step) }
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
  }
}
