import Autodiff
import Explain

/// A mistake that is often made, as a change of a line's formula. What it leads to is worked out,
/// from the numbers that the student had before.
public struct Slip: Sendable {
  /// A name such as `gradient-sign`.
  public let name: String
  /// What went wrong, as a phrase: "the sign of the gradient".
  public let words: Words
  /// The line's formula with the mistake in it; nil where there is no place for it.
  let change: @Sendable (SlipContext) -> Expression?

  /// - Parameters:
  ///   - name: A name such as `gradient-sign`.
  ///   - words: What went wrong, as a phrase.
  ///   - change: The line's formula with the mistake in it; nil where there is no place for it.
  init(_ name: String, _ words: Words, change: @escaping @Sendable (SlipContext) -> Expression?) {
    self.name = name
    self.words = words
    self.change = change
  }

  /// A mistake in a part of the formula, wherever the part stands.
  ///
  /// - Parameters:
  ///   - name: A name such as `log-base`.
  ///   - words: What went wrong, as a phrase.
  ///   - stage: The part of the work in which it is made; any where nil.
  ///   - rule: What a part of a formula becomes; nil for parts that stay.
  init(
    _ name: String, _ words: Words, in stage: Step.Stage? = nil,
    rewriting rule: @escaping @Sendable (Expression) -> Expression?
  ) {
    self.init(name, words) { context in
      if let stage, stage != context.line.stage { return nil }
      return context.formula.rewriting(rule)
    }
  }
}

extension Slip {
  /// Functions of arrays that a slip may put into a formula, beside those that stand there.
  static let functions: [String: FormulaFunction] = [
    "transposed": { $0[0].transposed() },
    "columnSums": { $0[0].sum(axes: [0]) },
  ]
}

/// Where a slip could be made.
struct SlipContext: Sendable {
  /// The line.
  let line: Workings.Line
  /// The line's formula, which may have another slip in it already.
  let formula: Expression
  /// All lines.
  let workings: Workings

  /// The key of the quantity that the line defines, or an entry of.
  var key: String { line.key }

  /// The symbol of the quantity that a variable stands for.
  func symbol(_ variable: String) -> Symbol? {
    let (key, entry) = Calculation.reference(variable)
    guard let input = line.calculation.inputs.first(where: { $0.key == key }) else { return nil }
    let node = entry.flatMap { input.entries.indices.contains($0) ? input.entries[$0] : nil }
    if case .symbol(let symbol) = node ?? input.symbol { return symbol }
    return nil
  }

  /// The shape of the quantity that a variable stands for.
  func shape(_ variable: String) -> [Int] {
    let key = Calculation.reference(variable).key
    return line.calculation.inputs.first { $0.key == key }?.value.shape ?? []
  }

  /// The formula with variables replaced; nil where none is.
  func replacing(_ rule: (String) -> Expression?) -> Expression? {
    formula.rewriting { part in
      if case .variable(let name) = part { rule(name) } else { nil }
    }
  }
}

extension Expression {
  /// The formula with parts replaced, outer ones first and each once; nil where none is.
  func rewriting(_ rule: (Expression) -> Expression?) -> Expression? {
    var isChanged = false
    func walk(_ part: Expression) -> Expression {
      if let new = rule(part) {
        isChanged = true
        return new
      }
      switch part {
      case .number, .variable: return part
      case .negate(let x): return .negate(walk(x))
      case .add(let a, let b): return .add(walk(a), walk(b))
      case .subtract(let a, let b): return .subtract(walk(a), walk(b))
      case .multiply(let a, let b): return .multiply(walk(a), walk(b))
      case .divide(let a, let b): return .divide(walk(a), walk(b))
      case .power(let a, let b): return .power(walk(a), walk(b))
      case .call(let name, let arguments): return .call(name, arguments.map(walk))
      }
    }
    let new = walk(self)
    return isChanged ? new : nil
  }

  /// Whether a part of the formula has a property.
  func contains(_ test: (Expression) -> Bool) -> Bool {
    var found = false
    _ = rewriting { part in
      if test(part) { found = true }
      return nil
    }
    return found
  }

  /// A function's name without what tells it from others of its name.
  var calledFunction: String? {
    guard case .call(let name, _) = self else { return nil }
    return name.firstIndex(of: "#").map { String(name[..<$0]) } ?? name
  }
}
