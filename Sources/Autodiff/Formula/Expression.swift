/// A formula as a tree. It prints as it would be typed, is parsed by
/// ``Expression/init(parsing:)`` and computed by ``Expression/value(_:functions:)``.
public indirect enum Expression: Sendable, Hashable {
  /// A number.
  case number(Double)
  /// A variable by its name.
  case variable(String)
  /// −a.
  case negate(Expression)
  /// a + b.
  case add(Expression, Expression)
  /// a − b.
  case subtract(Expression, Expression)
  /// a · b.
  case multiply(Expression, Expression)
  /// a / b.
  case divide(Expression, Expression)
  /// aᵇ.
  case power(Expression, Expression)
  /// A function of the given name with its arguments.
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
