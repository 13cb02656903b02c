/// A formula as a tree.
public indirect enum Expression: Sendable, Hashable {
  case number(Double)
  case variable(String)
  case negate(Expression)
  case add(Expression, Expression)
  case subtract(Expression, Expression)
  case multiply(Expression, Expression)
  case divide(Expression, Expression)
  case power(Expression, Expression)
  case call(String, [Expression])

  /// The names of the variables, in order of appearance, each once.
  public var variables: [String] {
    switch self {
    case .number: []
    case .variable(let name): [name]
    case .negate(let x): x.variables
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b), .power(let a, let b):
      Self.merged([a, b])
    case .call(_, let arguments): Self.merged(arguments)
    }
  }

  private static func merged(_ parts: [Expression]) -> [String] {
    var names: [String] = []
    for name in parts.flatMap(\.variables) where !names.contains(name) { names.append(name) }
    return names
  }

  private var precedence: Int {
    switch self {
    case .add, .subtract: 1
    case .multiply, .divide: 2
    case .negate: 3
    case .power: 4
    case .number(let value): value < 0 ? 3 : 5
    case .variable, .call: 5
    }
  }
}

extension Expression: CustomStringConvertible {
  /// The expression as it would be typed, with no more parentheses than needed.
  public var description: String {
    switch self {
    case .number(let value): Self.text(of: value)
    case .variable(let name): name
    case .negate(let x): "-" + x.wrapped(above: 3)
    case .add(let a, let b): "\(a.wrapped(above: 0)) + \(b.wrapped(above: 1))"
    case .subtract(let a, let b): "\(a.wrapped(above: 0)) - \(b.wrapped(above: 1))"
    case .multiply(let a, let b): "\(a.wrapped(above: 1)) * \(b.wrapped(above: 2))"
    case .divide(let a, let b): "\(a.wrapped(above: 1)) / \(b.wrapped(above: 2))"
    case .power(let a, let b): "\(a.wrapped(above: 4)) ^ \(b.wrapped(above: 3))"
    case .call(let name, let arguments):
      name + "(" + arguments.map(\.description).joined(separator: ", ") + ")"
    }
  }

  /// A number as the parser reads it; NaN has no such form.
  static func text(of value: Double) -> String {
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  private func wrapped(above limit: Int) -> String {
    precedence > limit ? description : "(" + description + ")"
  }
}
