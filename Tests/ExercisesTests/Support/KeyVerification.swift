import Exercises
import Explain
import Testing

/// Whether the slow tests are asked for.
let verifiesExercises = KeyCheck.isVerifying

/// Compares every line of drawn questions' keys with numbers from another way.
///
/// - Parameters:
///   - kind: The kind of exercise.
///   - count: How many questions, the difficulties in turn.
///   - independent: The numbers of a quantity by its key, from the problem's own given numbers; nil
///     where the test knows none, which fails it.
func verifyKeys<Drawn: Problem>(
  _ kind: ExerciseKind, count: Int, seed: UInt64 = 11,
  _ independent: (Drawn) throws -> (String) -> [Double]?
) throws {
  for number in 1...count {
    let difficulty = 1 + number % 5
    let question = try kind.question(seed: seed, number: number, difficulty: difficulty)
    guard case .calculation(let task) = question.form else {
      Issue.record("\(kind.name): no calculation")
      return
    }
    let problem = try #require(task.problem as? Drawn)
    let expected = try independent(problem)
    var numbers: [String: [Double]] = [:]
    let place = "\(kind.name), seed \(seed), question \(number), difficulty \(difficulty)"
    #expect((1...45).contains(question.lines.count), "\(place): \(question.lines.count) lines")
    for line in task.workings.lines where line.isAsked {
      let key = line.calculation.key
      if numbers[key] == nil { numbers[key] = expected(key) }
      guard let whole = numbers[key] else {
        Issue.record("\(place): no independent numbers for \(line.id)")
        continue
      }
      let wanted = line.calculation.entry.map { [whole[$0]] } ?? whole
      let isNear =
        wanted.count == line.exact.count
        && zip(line.exact, wanted).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) }
      if !isNear { Issue.record("\(place): \(line.id) = \(line.exact), expected \(wanted)") }
    }
  }
}
