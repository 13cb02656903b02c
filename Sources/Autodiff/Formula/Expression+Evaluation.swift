/// A function that formulas call, on arrays.
public typealias FormulaFunction = @Sendable ([NDArray]) -> NDArray

/// A name in an expression that means nothing.
public struct UnknownNameError: Error, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String
  /// What could stand there.
  public let known: [String]

  public var description: String {
    "unknown name '\(name)'; known are " + known.sorted().joined(separator: ", ")
  }
}

/// A call with too few or too many arguments.
public struct ArgumentCountError: Error, Sendable, CustomStringConvertible {
  /// The function.
  public let function: String
  /// How many arguments there were.
  public let found: Int
  /// How many it takes.
  public let expected: Int

  public var description: String {
    "\(function) has \(found) argument\(found == 1 ? "" : "s"), expected \(expected)"
  }
}

extension Expression {
  /// The value for the given variables, element-wise with broadcasting.
  /// - Parameters:
  ///   - variables: What the names stand for.
  ///   - functions: Functions beside the elementary ones, which they may replace.
  /// - Precondition: the variables are of one floating-point type and their shapes broadcast.
  /// - Throws: `UnknownNameError`, and `ArgumentCountError` for an elementary function.
  public func value(
    _ variables: [String: NDArray], functions: [String: FormulaFunction] = [:]
  ) throws -> NDArray {
    func of(_ part: Expression) throws -> NDArray {
      try part.value(variables, functions: functions)
    }
    switch self {
    case .number(let value):
      let dtype = variables.values.lazy.map(\.dtype).first(where: \.isFloatingPoint) ?? .float64
      return NDArray(repeating: value, shape: .scalar, dtype: dtype)
    case .variable(let name):
      guard let value = variables[name] else {
        throw UnknownNameError(name: name, known: Array(variables.keys))
      }
      return value
    case .negate(let x): return -(try of(x))
    case .add(let a, let b): return try of(a) + of(b)
    case .subtract(let a, let b): return try of(a) - of(b)
    case .multiply(let a, let b): return try of(a) * of(b)
    case .divide(let a, let b): return try of(a) / of(b)
    case .power(let a, let b):
      if case .number(let exponent) = b { return try of(a).power(exponent) }
      if case .negate(.number(let exponent)) = b { return try of(a).power(-exponent) }
      return try of(a).power(of(b))
    case .call(let name, let arguments):
      let values = try arguments.map(of)
      if let function = functions[name] { return function(values) }
      guard let function = Self.elementary[name] else {
        throw UnknownNameError(
          name: name, known: Array(Self.elementary.keys) + Array(functions.keys))
      }
      let takesMore = name == "max" || name == "min"
      guard values.count == function.count || takesMore && values.count > 2 else {
        throw ArgumentCountError(function: name, found: values.count, expected: function.count)
      }
      return function.value(values)
    }
  }

  /// The functions that every formula may call, and how many arguments each takes.
  static let elementary: [String: (count: Int, value: FormulaFunction)] = [
    "exp": (1, { $0[0].exp() }),
    "log": (1, { $0[0].log() }),
    "sqrt": (1, { $0[0].squareRoot() }),
    "sin": (1, { $0[0].sin() }),
    "cos": (1, { $0[0].cos() }),
    "tanh": (1, { $0[0].tanh() }),
    "sigmoid": (1, { $0[0].sigmoid() }),
    "erf": (1, { $0[0].errorFunction() }),
    "abs": (1, { $0[0].absolute() }),
    "sign": (1, { $0[0].sign() }),
    "max": (2, { $0.dropFirst().reduce($0[0]) { $0.maximum($1) } }),
    "min": (2, { $0.dropFirst().reduce($0[0]) { $0.minimum($1) } }),
    "step": (1, { x in indicator(x[0].isGreater(than: zero(x[0])), x[0]) }),
    "greater": (2, { x in indicator(x[0].isGreater(than: x[1]), x[0]) }),
    "less": (2, { x in indicator(x[0].isLess(than: x[1]), x[0]) }),
    "atleast": (2, { x in indicator(x[0].isGreaterOrEqual(to: x[1]), x[0]) }),
    "atmost": (2, { x in indicator(x[0].isLessOrEqual(to: x[1]), x[0]) }),
  ]

  private static func zero(_ x: NDArray) -> NDArray {
    NDArray.zeros(.scalar, dtype: x.dtype)
  }

  /// 1 where the condition holds, else 0.
  private static func indicator(_ condition: NDArray, _ x: NDArray) -> NDArray {
    condition.cast(to: x.dtype)
  }
}
