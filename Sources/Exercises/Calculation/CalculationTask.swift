import Explain

/// A calculation that is asked for, with what it takes to mark it.
public struct CalculationTask: Sendable {
  /// What was drawn, where it was.
  package let problem: (any Problem)?
  /// The worked solution, which is the key.
  public let solution: Solution
  /// Its lines.
  public let workings: Workings
  /// The slips that are looked for.
  public let slips: [Slip]

  /// - Parameters:
  ///   - problem: What was drawn, where it was.
  ///   - solution: The worked solution.
  ///   - workings: Its lines.
  ///   - slips: The slips that are looked for, beside those of every calculation.
  package init(
    problem: (any Problem)? = nil, solution: Solution, workings: Workings, slips: [Slip]
  ) {
    self.problem = problem
    self.solution = solution
    self.workings = workings
    self.slips = Slip.common + slips
  }

  /// What a slip makes of a line on some numbers; nil where there is no place for it, or where it
  /// changes nothing.
  package func value(of slip: Slip, in line: Workings.Line, on numbers: Numbers) -> [Double]? {
    guard let formula = formula(of: slip, in: line, from: line.formula) else { return nil }
    let value = workings.value(line, on: numbers, by: formula)
    let plain = workings.value(line, on: numbers)
    let differs = zip(value, plain).contains { !(abs($0 - $1) <= 1e-12 * max(1, abs($1))) }
    return differs && value.allSatisfy(\.isFinite) ? value : nil
  }

  /// A line's formula with a slip in it.
  package func formula(
    of slip: Slip, in line: Workings.Line, from formula: Expression
  ) -> Expression? {
    slip.change(SlipContext(line: line, formula: formula, workings: workings))
  }
}
