import Autodiff

extension Expression {
  /// Functions whose derivatives are known here, all of one argument.
  static let differentiable: Set<String> = [
    "exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid",
  ]

  /// The derivative by a variable, simplified.
  ///
  /// Functions are those of ``differentiable``, all others are refused before.
  func derivative(by name: String) -> Expression {
    raw(name).simplified
  }

  private func depends(on name: String) -> Bool { variables.contains(name) }

  private func raw(_ name: String) -> Expression {
    if !depends(on: name) { return .number(0) }
    switch self {
    case .number: return .number(0)
    case .variable: return .number(1)
    case .negate(let x): return .negate(x.raw(name))
    case .add(let a, let b): return .add(a.raw(name), b.raw(name))
    case .subtract(let a, let b): return .subtract(a.raw(name), b.raw(name))
    case .multiply(let a, let b):
      return .add(.multiply(a.raw(name).simplified, b), .multiply(a, b.raw(name).simplified))
    case .divide(let a, let b):
      if !b.depends(on: name) { return .divide(a.raw(name), b) }
      let second = Expression.divide(
        .multiply(a, b.raw(name).simplified), .power(b, .number(2)))
      return a.depends(on: name)
        ? .subtract(.divide(a.raw(name).simplified, b), second) : .negate(second)
    case .power(let a, let b):
      if let exponent = b.constant {
        let rest: Expression =
          exponent == 2 ? a : exponent == 1 ? .number(1) : .power(a, .number(exponent - 1))
        return .multiply(.multiply(.number(exponent), rest), a.raw(name).simplified)
      }
      // a^b = e^(b ln a)
      let first =
        b.depends(on: name)
        ? Expression.multiply(b.raw(name).simplified, .call("log", [a])) : .number(0)
      let second =
        a.depends(on: name)
        ? Expression.divide(.multiply(b, a.raw(name).simplified), a) : .number(0)
      return .multiply(self, Expression.add(first, second).simplified)
    case .call(let function, let arguments):
      let x = arguments[0]
      let slope: Expression =
        switch function {
        case "exp": self
        case "log": .divide(.number(1), x)
        case "sqrt": .divide(.number(1), .multiply(.number(2), self))
        case "sin": .call("cos", [x])
        case "cos": .negate(.call("sin", [x]))
        case "tanh": .subtract(.number(1), .power(self, .number(2)))
        case "sigmoid": .multiply(self, .subtract(.number(1), self))
        default: fatalError("explain: no derivative of \(function)")
        }
      return .multiply(slope, x.raw(name).simplified)
    }
  }

  /// The number, where it is one.
  private var constant: Double? {
    switch self {
    case .number(let value): value
    case .negate(.number(let value)): -value
    default: nil
    }
  }
}
