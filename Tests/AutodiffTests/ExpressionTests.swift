import Autodiff
import TestSupport
import Testing

@Suite struct ExpressionTests {
  // MARK: Parsing

  /// Text, and the same with every operation in parentheses.
  static let parsed: [(String, String)] = [
    ("1 + 2 * 3", "(1 + (2 * 3))"), ("1 * 2 + 3", "((1 * 2) + 3)"), ("1 - 2 - 3", "((1 - 2) - 3)"),
    ("8 / 4 / 2", "((8 / 4) / 2)"), ("8 / 4 * 2", "((8 / 4) * 2)"), ("2 ^ 3 ^ 2", "(2 ^ (3 ^ 2))"),
    ("-x ^ 2", "(-(x ^ 2))"), ("(-x) ^ 2", "((-x) ^ 2)"), ("2 ^ -x", "(2 ^ (-x))"),
    ("2 ^ -x ^ 2", "(2 ^ (-(x ^ 2)))"), ("a * -b", "(a * (-b))"), ("-a * b", "((-a) * b)"),
    ("a - -b", "(a - (-b))"), ("--a", "a"), ("---a", "(-a)"), ("+a", "a"), ("-+a", "(-a)"),
    ("(1 + 2) * 3", "((1 + 2) * 3)"), ("((x))", "x"), ("f()", "f()"), ("f(a)", "f(a)"),
    ("max(a, b + 1)", "max(a, (b + 1))"), ("f(g(x), -y) ^ 2", "(f(g(x), (-y)) ^ 2)"),
    ("1.5e-3", "0.0015"), (".5", "0.5"), ("2.", "2"), ("1e3", "1000"), ("2e", "2 then e"),
    ("a − b × c ÷ d · e", "(a - (((b * c) / d) * e))"), ("  x\t+\ny ", "(x + y)"),
    ("x1 + x_2 + x'", "((x1 + x_2) + x')"), ("∂L + σ", "(∂L + σ)"), ("-∞", "(-∞)"), ("θ₁", "θ₁"),
  ]

  @Test(arguments: parsed)
  func precedence(_ text: String, _ expected: String) throws {
    if expected == "2 then e" {
      #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
    } else {
      #expect(parenthesized(try Expression(parsing: text)) == expected)
    }
  }

  private func parenthesized(_ expression: Expression) -> String {
    func binary(_ sign: String, _ a: Expression, _ b: Expression) -> String {
      "(\(parenthesized(a)) \(sign) \(parenthesized(b)))"
    }
    switch expression {
    case .number, .variable: return expression.description
    case .negate(let x): return "(-\(parenthesized(x)))"
    case .add(let a, let b): return binary("+", a, b)
    case .subtract(let a, let b): return binary("-", a, b)
    case .multiply(let a, let b): return binary("*", a, b)
    case .divide(let a, let b): return binary("/", a, b)
    case .power(let a, let b): return binary("^", a, b)
    case .call(let name, let arguments):
      return "\(name)(\(arguments.map(parenthesized).joined(separator: ", ")))"
    }
  }

  /// Text, message, and the place of the caret.
  static let refused: [(String, String, Int)] = [
    ("", "the expression ends where a value is expected", 0),
    ("   ", "the expression ends where a value is expected", 3),
    ("1 +", "the expression ends where a value is expected", 3),
    ("1 + * 2", "expected a number, a name or '(', found '*'", 4),
    ("(1 + 2", "expected ')'", 6), ("1 + 2)", "unexpected ')'", 5), ("1 2", "unexpected '2'", 2),
    ("x y", "unexpected 'y'", 2), ("f(a", "expected ',' or ')'", 3),
    ("f(a,)", "expected a number, a name or '(', found ')'", 4),
    ("f(,a)", "expected a number, a name or '(', found ','", 2),
    (".", "'.' is no finite number", 0),
    ("x + 1e999", "'1e999' is no finite number", 4),
    ("a ^", "the expression ends where a value is expected", 3), ("2 $ 3", "unexpected '$'", 2),
    ("a & b", "unexpected '&'", 2), ("-", "the expression ends where a value is expected", 1),
    ("1..2", "unexpected '.'", 2), ("√2", "expected a number, a name or '(', found '√'", 0),
  ]

  @Test(arguments: refused)
  func errorsNameThePlace(_ text: String, _ message: String, _ position: Int) {
    let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
    #expect(error?.message == message)
    #expect(error?.position == position)
    #expect(error?.text == text)
  }

  @Test func errorPointsWithACaret() {
    let error = #expect(throws: ExpressionError.self) { try Expression(parsing: "1 + (2 * ) - 3") }
    #expect(
      error?.description == """
        expected a number, a name or '(', found ')'
          1 + (2 * ) - 3
                   ^
        """)
  }

  // MARK: Size

  static let oversized: [(String, String)] = [
    (String(repeating: "(", count: 1_000_000), "nested deeper than 200"),
    (String(repeating: "f(", count: 1_000_000), "nested deeper than 200"),
    (String(repeating: "2^", count: 1_000_000) + "2", "nested deeper than 200"),
    (String(repeating: "-(", count: 1_000_000), "nested deeper than 200"),
    (String(repeating: "2^-", count: 1_000_000) + "2", "nested deeper than 200"),
    (String(repeating: "1+", count: 1_000_000) + "1", "more than 1000 operations"),
    (String(repeating: "1*", count: 1_000_000) + "1", "more than 1000 operations"),
  ]

  /// Refused, and neither the parser nor the tree's release overflows the stack.
  @Test(arguments: oversized.indices)
  func oversizedExpressionsAreRefused(_ index: Int) {
    let (text, message) = Self.oversized[index]
    let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
    #expect(error?.message == message)
  }

  @Test func largestExpressionsAreUsable() throws {
    let signs = String(repeating: "-", count: 100_001) + "x"
    #expect(try Expression(parsing: signs) == .negate(.variable("x")))
    let sum = try Expression(parsing: String(repeating: "x+", count: 1000) + "x")
    #expect(try sum.value(["x": NDArray(2.0)]).item == 2002)
    #expect(try Expression(parsing: sum.description) == sum)
    #expect(sum.variables == ["x"])
    let deep = String(repeating: "(", count: 199) + "x" + String(repeating: ")", count: 199)
    #expect(try Expression(parsing: deep) == .variable("x"))
  }

  // MARK: Description

  @Test func descriptionParsesToTheSameTree() throws {
    var generator = SplitMix64(seed: 4)
    for _ in 0..<2000 {
      let tree = Self.random(&generator, depth: 6)
      let text = tree.description
      #expect(try Expression(parsing: text) == tree, "\(text)")
    }
  }

  @Test func descriptionHasNoMoreParenthesesThanNeeded() throws {
    for text in [
      "a + b - c", "a - (b - c)", "a * b / c", "a / (b * c)", "-x ^ 2", "(-x) ^ 2", "a ^ b ^ c",
      "(a ^ b) ^ c", "-(a + b)", "a * (b + c)", "f(a + b, c)", "2 ^ (-x)", "-(-x)", "a - b * c",
    ] {
      #expect(try Expression(parsing: text).description == text)
    }
  }

  /// A tree as the parser makes them: numbers are not negative.
  private static func random(_ generator: inout SplitMix64, depth: Int) -> Expression {
    func part() -> Expression { random(&generator, depth: depth - 1) }
    let kinds = depth == 0 ? 2 : 9
    switch Int(generator.fraction() * Double(kinds)) {
    case 0:
      let values = [0, 1, 2.5, 1e-9, 1e20, 123456789, 0.1, .infinity]
      return .number(values[Int(generator.fraction() * Double(values.count))])
    case 1: return .variable(["x", "y1", "∂L", "a_b"][Int(generator.fraction() * 4)])
    case 2: return .negate(part())
    case 3: return .add(part(), part())
    case 4: return .subtract(part(), part())
    case 5: return .multiply(part(), part())
    case 6: return .divide(part(), part())
    case 7: return .power(part(), part())
    default:
      return .call("f", (0..<Int(generator.fraction() * 4)).map { _ in part() })
    }
  }

  // MARK: Evaluation

  static let evaluated: [(String, Double)] = [
    ("x + 2 * y", 8), ("-x ^ 2", -4), ("y ^ x", 9), ("x ^ -1", 0.5), ("x ^ (0 - 1)", 0.5),
    ("max(x, y) - min(x, y)", 1), ("exp(log(y))", 3), ("sqrt(x * 8)", 4), ("abs(-y)", 3),
    ("sign(-y) + sign(0) + sign(y)", 0), ("step(x) + step(0) + step(-x)", 1),
    ("greater(y, x) + greater(x, x) + atleast(x, x)", 2),
    ("less(x, y) + less(x, x) + atmost(x, x)", 2), ("sin(0) + cos(0)", 1), ("tanh(0)", 0),
    ("sigmoid(0)", 0.5), ("erf(0)", 0), ("2 * 3 + 4", 10), ("min(x, ∞)", 2), ("double(y) / x", 3),
  ]

  @Test(arguments: evaluated)
  func values(_ text: String, _ expected: Double) throws {
    let variables = ["x": NDArray(2.0), "y": NDArray(3.0)]
    let found = try Expression(parsing: text).value(
      variables, functions: ["double": { $0[0] * 2 }])
    #expect(abs(found.item - expected) < 1e-14)
  }

  @Test func valuesBroadcastAndKeepTheType() throws {
    let x = NDArray([1, 2, 3] as [Float])
    let value = try Expression(parsing: "x ^ 2 + y / 2").value([
      "x": x, "y": NDArray([4, 8] as [Float], shape: [2, 1]),
    ])
    #expect(value.dtype == .float32)
    #expect(value.shape == [2, 3])
    #expect(value.doubles == [3, 6, 11, 5, 8, 13])
  }

  @Test func unknownNamesAndWrongCountsAreErrors() throws {
    let x = ["x": NDArray(1.0), "b": NDArray(1.0)]
    let variable = #expect(throws: UnknownNameError.self) {
      try Expression(parsing: "x + z").value(x)
    }
    #expect(variable?.description == "unknown name 'z'; known are b, x")
    let function = #expect(throws: UnknownNameError.self) {
      try Expression(parsing: "f(x)").value(x, functions: ["g": { $0[0] }])
    }
    #expect(
      function?.description == """
        unknown name 'f'; known are abs, atleast, atmost, cos, erf, exp, g, greater, less, log, \
        max, min, sigmoid, sign, sin, sqrt, step, tanh
        """)
    let count = #expect(throws: ArgumentCountError.self) {
      try Expression(parsing: "max(x)").value(x)
    }
    #expect(count?.description == "max has 1 argument, expected 2")
    #expect(throws: ArgumentCountError.self) { try Expression(parsing: "exp()").value(x) }
    #expect(throws: ArgumentCountError.self) { try Expression(parsing: "exp(x, x)").value(x) }
  }

  @Test func variablesInOrderOfAppearance() throws {
    #expect(try Expression(parsing: "b * f(a, b) - c ^ a / 2").variables == ["b", "a", "c"])
  }
}
