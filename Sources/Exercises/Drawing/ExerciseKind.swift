import Autodiff
import Explain

/// A problem that was drawn.
struct Draft {
  /// The problem.
  let problem: any Problem
  /// What is asked, everything included that the given numbers do not say.
  let prompt: Prose
  /// Slips of this kind, beside those of every calculation.
  var slips: [Slip] = []
  /// Whether students write a step down.
  var isAsked: @Sendable (Step) -> Bool = { _ in true }
  /// What is given beside what the solution shows as given, such as an upstream gradient.
  var given: [(symbol: MathNode, value: Value)] = []
  /// Given quantities that students read off the task.
  var readings: [Reading] = []
  /// Keys of quantities that the solution has once more under another name, with the first's.
  var copies: [String: String] = [:]
  /// Digits after the point that are asked for.
  var decimals = 4
  /// The largest share of lines whose number may be 0.
  var mostZeros = 1.0
  /// How the solution is written.
  var options = ExplainOptions()

  /// Asks for the lines of some quantities alone, by the keys of the worked solution.
  static func asking(_ keys: Set<String>) -> @Sendable (Step) -> Bool {
    { step in step.calculation.map { keys.contains($0.key) } ?? false }
  }
}

/// A kind of calculation that exercises are drawn of.
public struct ExerciseKind: Sendable {
  /// The kind of problem: `network`, `lstm`, ….
  public let name: String
  /// The rows of the syllabus that it exercises, the main one first.
  public let rows: [String]
  /// Whether the examiner stressed it.
  public let isStarred: Bool
  /// The heading.
  public let title: Words
  /// The time that a question takes, in minutes, at difficulty 1, 2, … 5.
  let minutes: [Int]
  /// Draws a problem of a difficulty from 1 to 5.
  let draw: @Sendable (inout NumberSource, Int) -> Draft

  /// A kind of these parts.
  init(
    name: String, rows: [String], isStarred: Bool, title: Words, minutes: [Int],
    draw: @escaping @Sendable (inout NumberSource, Int) -> Draft
  ) {
    self.name = name
    self.rows = rows
    self.isStarred = isStarred
    self.title = title
    self.minutes = minutes
    self.draw = draw
  }

  /// All kinds, in the course's order.
  public static let all: [ExerciseKind] = [
    .perceptron, .linearAlgebra, .softmax, .expression, .network, .optimizer, .newton, .dropout,
    .batchNorm, .convolution, .pooling, .recurrent, .longShortTermMemory, .gatedRecurrentUnit,
    .principalComponents, .variationalLoss, .adversarialLoss, .adversarialExample,
    .graphConvolution, .attention, .positionalEncoding,
  ]
}

/// Why a paper could not be drawn.
public struct ExerciseError: Error, Sendable, CustomStringConvertible {
  /// What is wrong and what would do.
  public let description: String

  init(_ description: String) { self.description = description }
}

extension ExerciseKind {
  /// How often numbers are drawn anew before the kind is said to have none that will do.
  private static let attempts = 400

  /// A question.
  ///
  /// Numbers are drawn until every line's value can be told from 0 and from what every slip makes
  /// of it, and those from each other, by at least five units of the last digit.
  ///
  /// - Parameters:
  ///   - seed: Fixes what is drawn.
  ///   - number: The question's number in its paper, from 1.
  ///   - difficulty: From 1 to 5.
  /// - Throws: `ExerciseError` where no numbers will do.
  public func question(seed: UInt64, number: Int, difficulty: Int) throws -> Question {
    for attempt in 0..<Self.attempts {
      let key = RandomKey(seed: seed, path: "quiz.\(name).\(number)", step: UInt64(attempt))
      var source = NumberSource(key: key)
      let draft = draw(&source, difficulty)
      var options = draft.options
      options.rounding = .decimals(draft.decimals)
      options.roundsUpdates = true
      let solution: Solution
      do {
        solution = try draft.problem.solved(options)
      } catch is ProblemError {
        continue  // numbers that lead nowhere, such as an overflow
      }
      let workings = Workings(
        solution, decimals: draft.decimals, readings: draft.readings, copies: draft.copies,
        isAsked: draft.isAsked)
      let task = CalculationTask(
        problem: draft.problem, solution: solution, workings: workings, slips: draft.slips)
      // At a kink the answer would be a convention's.
      guard solution.check.passed, solution.check.kinks.isEmpty,
        Conditioning(task, mostZeros: draft.mostZeros).isGood
      else {
        continue
      }
      return Question(
        id: "q\(number)", topic: name, row: rows[0], title: title.prose, prompt: draft.prompt,
        task: task, alsoGiven: draft.given, minutes: minutes[difficulty - 1])
    }
    throw ExerciseError(
      "\(name): found no numbers for seed \(seed) that tell every slip from the key, expected some "
        + "among \(Self.attempts) draws")
  }
}
