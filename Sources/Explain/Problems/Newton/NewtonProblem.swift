import Autodiff

/// Newton's method on an expression of one to three variables: gradient, Hessian, solution, step.
public struct NewtonProblem: IteratedProblem {
  public static let kind = "newton"

  /// The expression, as typed; a name and `=` may stand before it.
  public var expression: String
  /// The variables' values at the start, in the order in which they are listed.
  public var values: [(name: String, value: Double)]
  /// Steps, at least 1.
  public var iterations: Int
  /// The heading; the expression where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - expression: The expression, as typed; a name and `=` may stand before it.
  ///   - values: The variables' values at the start.
  ///   - iterations: Steps, at least 1.
  ///   - title: The heading.
  public init(
    _ expression: String, values: [(name: String, value: Double)], iterations: Int = 1,
    title: Prose? = nil
  ) {
    self.expression = expression
    self.values = values
    self.iterations = iterations
    self.title = title
  }

  /// Variables beyond this cannot be shown.
  static let mostVariables = 3
  /// Steps beyond this cannot be shown.
  static let mostSteps = 10

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try NewtonSolver(self, options)
    return try solver.solve()
  }
}

extension NewtonProblem {
  /// The expression with the library's names of functions, and what the result is called.
  /// - Throws: `ProblemError` for anything that does not fit.
  func validated() throws -> (tree: Expression, result: String) {
    var text = expression
    var result = "f"
    if let sign = text.firstIndex(of: "=") {
      let name = text[..<sign].filter { !$0.isWhitespace }
      guard let first = name.first, first.isLetter,
        name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      else {
        throw ProblemError("expression", "found '\(name)' before '=', expected a name such as f")
      }
      result = String(name)
      text = String(text[text.index(after: sign)...])
    }
    let parsed: Expression
    do {
      parsed = try Expression(parsing: text)
    } catch {
      throw ProblemError("expression", error.description)
    }
    let tree = try Self.checked(parsed)
    let names = tree.variables
    guard !names.isEmpty else {
      throw ProblemError("expression", "found no variable, expected one at least")
    }
    guard names.count <= Self.mostVariables else {
      throw ProblemError(
        "expression",
        "found \(names.count) variables, which is too large to show: at most \(Self.mostVariables)")
    }
    for name in names where !values.contains(where: { $0.name == name }) {
      throw ProblemError("at", "found no value for '\(name)', expected one for each variable")
    }
    for (name, value) in values {
      guard names.contains(name) else {
        throw ProblemError("at.\(name)", "the expression has no variable '\(name)'")
      }
      try ProblemError.check("at.\(name)", [value])
    }
    if names.contains(result) {
      throw ProblemError("expression", "'\(result)' names both the result and a variable")
    }
    guard (1...Self.mostSteps).contains(iterations) else {
      throw ProblemError(
        "iterations",
        "found \(iterations) steps, which is too large to show: 1 to \(Self.mostSteps)")
    }
    return (tree, result)
  }

  private static func checked(_ part: Expression) throws -> Expression {
    switch part {
    case .number, .variable: return part
    case .negate(let x): return .negate(try checked(x))
    case .add(let a, let b): return .add(try checked(a), try checked(b))
    case .subtract(let a, let b): return .subtract(try checked(a), try checked(b))
    case .multiply(let a, let b): return .multiply(try checked(a), try checked(b))
    case .divide(let a, let b): return .divide(try checked(a), try checked(b))
    case .power(let a, let b): return .power(try checked(a), try checked(b))
    case .call(let name, let arguments):
      let plain = ["ln": "log", "σ": "sigmoid"][name] ?? name
      let known = Expression.differentiable
      guard known.contains(plain) else {
        let isKnown = ExpressionOperations.functions[name] != nil
        throw ProblemError(
          "expression",
          (isKnown ? "\(name) has no second derivative here" : "unknown function '\(name)'")
            + "; known: \(known.sorted().joined(separator: ", "))")
      }
      guard arguments.count == 1 else {
        throw ProblemError("expression", "\(name) has \(arguments.count) arguments, expected 1")
      }
      return .call(plain, [try checked(arguments[0])])
    }
  }
}
