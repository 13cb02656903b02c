import Autodiff

/// How the names and numbers of an expression are set.
struct MathSetting {
  /// What stands for a name.
  let variable: (String) -> MathNode
  /// Whether a name stands for a matrix or vector.
  let isMatrix: (String) -> Bool
  /// The digits of a number that the formula itself contains.
  let number: (Double) -> String
}

extension Expression {
  /// The expression set with the given names and numbers.
  func math(_ setting: MathSetting) -> MathNode {
    func set(_ part: Expression, above limit: Int) -> MathNode {
      let node = part.math(setting)
      return node.precedence > limit ? node : .parentheses(node)
    }
    switch self {
    case .number(let value): return .number(setting.number(value))
    case .variable(let name): return setting.variable(name)
    case .negate(let x): return .negate(set(x, above: 1))
    case .add(let a, .negate(let b)), .subtract(let a, let b):
      return .infix(.minus, set(a, above: 0), set(b, above: 1))
    case .add(let a, let b): return .infix(.plus, set(a, above: 0), set(b, above: 1))
    case .multiply(let a, let b):
      let arrays = a.isArray(setting) && b.isArray(setting)
      return .infix(arrays ? .hadamard : .times, set(a, above: 1), set(b, above: 2))
    case .divide(let a, let b): return .fraction(a.math(setting), b.math(setting))
    case .power(let a, let b): return .power(set(a, above: 4), b.math(setting))
    case .call(let name, let arguments):
      let plain = Self.plainName(name)
      switch (plain, arguments.count) {
      case ("matmul", 2):
        return .infix(.matrixProduct, set(arguments[0], above: 1), set(arguments[1], above: 1))
      case ("transpose", 1): return .transpose(set(arguments[0], above: 4))
      case (let name, 1) where Self.shapeOnly.contains(name): return arguments[0].math(setting)
      default: return .call(plain, arguments.map { $0.math(setting) })
      }
    }
  }

  /// A function's name without what tells it from others of its name.
  static func plainName(_ name: String) -> String {
    name.firstIndex(of: "#").map { String(name[..<$0]) } ?? name
  }

  /// Functions that change the shape alone and are not shown.
  static let shapeOnly: Set<String> = [
    "stretch", "reshape", "back", "fit", "fita", "fitb", "channels", "column", "expand",
  ]

  private func isArray(_ setting: MathSetting) -> Bool {
    switch self {
    case .number: false
    case .variable(let name): setting.isMatrix(name)
    case .negate(let x): x.isArray(setting)
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b), .power(let a, let b):
      a.isArray(setting) || b.isArray(setting)
    case .call(let name, let arguments):
      Self.plainName(name) != "norm" && arguments.contains { $0.isArray(setting) }
    }
  }
}

extension MathNode {
  /// How tightly it binds: 1 sum, 2 product, 3 sign, 4 power, 5 atom.
  var precedence: Int {
    switch self {
    case .number(let text): text.hasPrefix("-") ? 1 : (text.contains("e") ? 2 : 5)
    case .negate: 1
    case .infix(let sign, _, _):
      switch sign {
      case .plus, .minus: 1
      case .times, .hadamard, .matrixProduct: 2
      case .equals, .approximately, .assigned, .greater, .atMost: 0
      }
    case .fraction, .derivative: 2
    case .power, .transpose: 4
    case .symbol, .word, .call, .slope, .parentheses, .matrix: 5
    }
  }
}
