import Plots

extension MathNode {
  /// A piece of a formula with the operator before it: lines may break between pieces.
  struct Part {
    let sign: Operator?
    /// Whether a number stands beside the sign.
    let isNumeric: Bool
    let node: MathNode
  }

  /// Whether a symbol has a superscript or a prime, so that an exponent would be taken for another.
  var hasSuperscript: Bool {
    guard case .symbol(let symbol) = self else { return false }
    return symbol.layer != nil || symbol.iteration != nil || symbol.sample != nil
      || symbol.accent == .prime
  }

  /// The terms of a sum, or the factors of a product; a single part for anything else.
  var parts: [Part] {
    guard case .infix(let sign, let a, let b) = self, !sign.isRelation else {
      return [Part(sign: nil, isNumeric: false, node: self)]
    }
    var left = [Part(sign: nil, isNumeric: false, node: a)]
    if case .infix(let inner, _, _) = a, inner.isAdditive == sign.isAdditive, !inner.isRelation {
      left = a.parts
    }
    let isNumeric = MathText.hasDigits(a) || MathText.hasDigits(b)
    return left + [Part(sign: sign, isNumeric: isNumeric, node: b)]
  }

  /// What stands between the relation signs of a chain like a = b ≈ c.
  var sides: [(relation: Operator?, node: MathNode)] {
    guard case .infix(let sign, let a, let b) = self, sign.isRelation else { return [(nil, self)] }
    var right = b.sides
    right[0].relation = sign
    return a.sides + right
  }

  /// Whether a matrix is written out in it.
  var containsMatrix: Bool {
    switch self {
    case .number, .symbol, .word: false
    case .matrix: true
    case .negate(let x), .transpose(let x), .slope(_, let x), .parentheses(let x):
      x.containsMatrix
    case .derivative(let a, let b), .infix(_, let a, let b), .fraction(let a, let b),
      .power(let a, let b):
      a.containsMatrix || b.containsMatrix
    case .call(_, let arguments): arguments.contains(where: \.containsMatrix)
    }
  }

  /// Whether it is set higher than a line.
  var isTall: Bool {
    switch self {
    case .number, .word, .symbol: false
    case .derivative, .fraction: true
    case .matrix(let rows): rows.count > 1 || rows.joined().contains(where: \.isTall)
    case .negate(let x), .transpose(let x), .slope(_, let x), .parentheses(let x): x.isTall
    case .infix(_, let a, let b), .power(let a, let b): a.isTall || b.isTall
    case .call(_, let arguments): arguments.contains(where: \.isTall)
    }
  }

  /// About how wide it is set, in digits.
  var setWidth: Int {
    switch self {
    case .number(let digits): digits.contains("e") ? digits.count + 2 : digits.count
    case .symbol(let symbol):
      symbol.base.count
        + (symbol.subscriptText.count + (symbol.layer == nil ? 0 : 3)
          + (symbol.sample == nil ? 0 : 3) + (symbol.iteration == nil ? 0 : 3) + 1) / 2
    case .word(let word): TerminalText.width(word)
    case .derivative(let a, let b): max(a.setWidth, b.setWidth) + 1
    case .negate(let x), .transpose(let x): x.setWidth + 1
    case .infix(_, let a, let b): a.setWidth + 3 + b.setWidth
    case .fraction(let a, let b): max(a.setWidth, b.setWidth) + 1
    case .power(let a, let b): a.setWidth + (b.setWidth + 1) / 2
    case .call(let name, let arguments):
      name.count + 2 + arguments.reduce(0) { $0 + $1.setWidth + 2 }
    case .slope(let name, let x): name.count + 3 + x.setWidth
    case .parentheses(let x): x.setWidth + 2
    case .matrix(let rows):
      (0..<(rows.map(\.count).max() ?? 0)).reduce(2) { width, column in
        width + 2 + (rows.map { column < $0.count ? $0[column].setWidth : 0 }.max() ?? 0)
      }
    }
  }
}

extension MathNode.Operator {
  /// Whether it stands between the sides of an equation or the like.
  var isRelation: Bool {
    switch self {
    case .plus, .minus, .times, .hadamard, .matrixProduct: false
    case .equals, .approximately, .assigned, .greater, .atMost: true
    }
  }

  fileprivate var isAdditive: Bool { self == .plus || self == .minus }
}
