import Autodiff

extension Expression {
  /// The same value written with fewer signs: factors 1 and terms 0 dropped, numbers of a product
  /// multiplied, signs drawn to the front.
  var simplified: Expression {
    switch self {
    case .number, .variable: return self
    case .call(let name, let arguments):
      // (aᵀ)ᵀ, which the gradient of a product with a transposed factor brings
      if Self.plainName(name) == "transpose", case .call(let inner, let parts) = arguments[0],
        Self.plainName(inner) == "transpose"
      {
        return parts[0].simplified
      }
      return .call(name, arguments.map(\.simplified))
    case .power(let a, let b):
      let (a, b) = (a.simplified, b.simplified)
      if b == .number(1) { return a }
      return .power(a, b)
    case .add(let a, let b):
      let (a, b) = (a.simplified, b.simplified)
      if a == .number(0) { return b }
      if b == .number(0) { return a }
      if case .negate(let b) = b { return .subtract(a, b) }
      if case .number(let b) = b, b < 0 { return .subtract(a, .number(-b)) }
      return .add(a, b)
    case .subtract(let a, let b):
      let (a, b) = (a.simplified, b.simplified)
      if b == .number(0) { return a }
      if a == .number(0) { return Expression.negate(b).simplified }
      if case .negate(let b) = b { return .add(a, b) }
      return .subtract(a, b)
    case .negate, .multiply, .divide:
      var product = Product()
      product.take(self, inverted: false)
      return product.expression
    }
  }

  /// A product taken apart.
  private struct Product {
    /// The numbers over the line, multiplied, and those under it.
    var above = 1.0
    var below = 1.0
    var numerators: [Expression] = []
    var denominators: [Expression] = []

    mutating func take(_ part: Expression, inverted: Bool) {
      switch part {
      case .number(let value): if inverted { below *= value } else { above *= value }
      case .negate(let x):
        above = -above
        take(x, inverted: inverted)
      case .multiply(let a, let b):
        take(a, inverted: inverted)
        take(b, inverted: inverted)
      case .divide(let a, let b):
        take(a, inverted: inverted)
        take(b, inverted: !inverted)
      case .variable, .call, .power, .add, .subtract:
        let part = part.simplified
        switch part {
        case .number, .negate, .multiply, .divide: take(part, inverted: inverted)
        default: if inverted { denominators.append(part) } else { numerators.append(part) }
        }
      }
    }

    var expression: Expression {
      if above == 0, below != 0 { return .number(0) }
      var (above, below) = (above, below)
      let quotient = above / below
      if quotient == quotient.rounded() || numerators.isEmpty && denominators.isEmpty {
        (above, below) = (quotient, 1)
      }
      if below < 0 { (above, below) = (-above, -below) }
      let isNegative = above < 0
      above = abs(above)
      var top: Expression? = above == 1 && !numerators.isEmpty ? nil : .number(above)
      for factor in numerators { top = top.map { .multiply($0, factor) } ?? factor }
      var bottom: Expression? = below == 1 ? nil : .number(below)
      for factor in denominators { bottom = bottom.map { .multiply($0, factor) } ?? factor }
      let value = bottom.map { .divide(top!, $0) } ?? top!
      if isNegative, case .number(let number) = value { return .number(-number) }
      return isNegative ? .negate(value) : value
    }
  }
}

extension Expression {
  /// The names of the functions that are called, in order of appearance, with repetitions.
  package var calls: [String] {
    switch self {
    case .number, .variable: []
    case .negate(let x): x.calls
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b), .power(let a, let b):
      a.calls + b.calls
    case .call(let name, let arguments): [name] + arguments.flatMap(\.calls)
    }
  }

  /// The expression with names replaced.
  package func replacing(_ meaning: [String: Expression]) -> Expression {
    func put(_ part: Expression) -> Expression { part.replacing(meaning) }
    switch self {
    case .number: return self
    case .variable(let name): return meaning[name] ?? self
    case .negate(let x): return .negate(put(x))
    case .add(let a, let b): return .add(put(a), put(b))
    case .subtract(let a, let b): return .subtract(put(a), put(b))
    case .multiply(let a, let b): return .multiply(put(a), put(b))
    case .divide(let a, let b): return .divide(put(a), put(b))
    case .power(let a, let b): return .power(put(a), put(b))
    case .call(let name, let arguments): return .call(name, arguments.map(put))
    }
  }
}

extension Expression {
  /// The expression with numbers in place of arrays of one number, where they meet other arrays
  /// element by element.
  var withoutStretchedNumbers: Expression {
    switch self {
    case .number, .variable: return self
    case .negate(let x): return .negate(x.withoutStretchedNumbers)
    case .add(let a, let b):
      return .add(a.withoutStretchedNumbers, b.withoutStretchedNumbers)
    case .subtract(let a, let b):
      return .subtract(a.withoutStretchedNumbers, b.withoutStretchedNumbers)
    case .multiply(let a, let b):
      return .multiply(a.withoutStretchedNumbers, b.withoutStretchedNumbers)
    case .divide(let a, let b):
      return .divide(a.withoutStretchedNumbers, b.withoutStretchedNumbers)
    case .power(let a, let b):
      return .power(a.withoutStretchedNumbers, b.withoutStretchedNumbers)
    case .call(let name, let arguments):
      let plain = Self.plainName(name)
      if arguments.count == 1, Self.shapeOnly.contains(plain) {
        let inner = arguments[0].withoutStretchedNumbers.simplified
        if case .number = inner { return inner }
      }
      // A sum or product of matrices counts the numbers: their shapes stay.
      return self
    }
  }
}
