import Autodiff

/// The function whose gradients an optimization takes.
struct OptimizerObjective {
  let tree: Expression
  /// What the result is called.
  let result: Symbol
  let variables: [String]

  init(_ text: String, variables: [String]) throws {
    self.variables = variables
    var text = text
    var name = "f"
    if let sign = text.firstIndex(of: "=") {
      name = text[..<sign].filter { !$0.isWhitespace }
      guard let first = name.first, first.isLetter,
        name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      else {
        throw ProblemError("function", "found '\(name)' before '=', expected a name such as f")
      }
      text = String(text[text.index(after: sign)...])
    }
    guard !variables.contains(name) else {
      throw ProblemError("function", "'\(name)' names both the result and a variable")
    }
    result = Symbol(typed: name)
    do {
      tree = try Expression(parsing: text)
    } catch {
      throw ProblemError("function", error.description)
    }
    for name in tree.variables where !variables.contains(name) {
      throw ProblemError("start", "found no value for '\(name)', expected one for each variable")
    }
    for name in variables where !tree.variables.contains(name) {
      throw ProblemError("start.\(name)", "the function has no variable '\(name)'")
    }
    guard try Self.check(tree) > 0 else {
      throw ProblemError("function", "found no operation, expected one at least")
    }
  }

  /// Checks the operations of an expression of scalars; returns their number.
  private static func check(_ part: Expression) throws -> Int {
    func binary(_ a: Expression, _ b: Expression) throws -> Int { try check(a) + check(b) + 1 }
    let count: Int
    switch part {
    case .number, .variable: return 0
    case .negate(let x): count = try check(x) + 1
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b), .power(let a, let b):
      count = try binary(a, b)
    case .call(let name, let arguments):
      guard !["dot", "matmul", "transpose"].contains(name) else {
        throw ProblemError("function", "found \(name), expected functions of scalars")
      }
      _ = try mapped { try ExpressionOperations.shape(name, arguments.map { _ in .scalar }) }
      count = try arguments.reduce(1) { try $0 + check($1) }
    }
    guard count <= 60 else {
      throw ProblemError("function", "found more than 60 operations, which is too large to show")
    }
    return count
  }

  private static func mapped<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ProblemError {
      throw ProblemError("function", error.message)
    }
  }

  /// The function on the tape.
  func value(_ variables: [String: Tensor]) -> Tensor {
    func of(_ part: Expression) -> Tensor {
      func apply(_ operation: String, _ parts: [Expression]) -> Tensor {
        let numbers = parts.map { part -> Double? in
          if case .number(let value) = part { value } else { nil }
        }
        return ExpressionOperations.apply(operation, parts.map(of), numbers)
      }
      switch part {
      case .number(let value): return Tensor(NDArray(value))
      case .variable(let name): return variables[name]!
      case .negate(let x): return apply("negate", [x])
      case .add(let a, let b): return apply("add", [a, b])
      case .subtract(let a, let b): return apply("subtract", [a, b])
      case .multiply(let a, let b): return apply("multiply", [a, b])
      case .divide(let a, let b): return apply("divide", [a, b])
      case .power(let a, let b): return apply("power", [a, b])
      case .call(let name, let parts): return apply(name, parts)
      }
    }
    return of(tree)
  }
}
