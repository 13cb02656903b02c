import Autodiff

/// The operations that an expression may contain.
enum ExpressionOperations {
  /// The functions by name with the number of arguments; max and min take more than two.
  static let functions: [String: Int] = [
    "exp": 1, "log": 1, "ln": 1, "sqrt": 1, "sin": 1, "cos": 1, "tanh": 1, "sigmoid": 1, "σ": 1,
    "relu": 1, "abs": 1, "max": 2, "min": 2, "sum": 1, "dot": 2, "matmul": 2, "norm": 1,
    "transpose": 1, "mean": 1,
  ]

  /// The shape of a result.
  /// - Throws: `ProblemError` for an unknown function, a wrong number of arguments and shapes that
  ///   do not fit.
  static func shape(_ operation: String, _ shapes: [Shape]) throws -> Shape {
    func wrong(_ reason: String) -> ProblemError {
      ProblemError(
        "expression",
        "\(operation): \(shapes.map { "\($0)" }.joined(separator: " and ")): \(reason)")
    }
    switch operation {
    case "negate": return shapes[0]
    case "add", "subtract", "multiply", "divide", "power":
      return try broadcast(shapes[0], shapes[1]) { wrong($0) }
    default: break
    }
    guard let count = functions[operation] else {
      throw ProblemError(
        "expression",
        "unknown function '\(operation)'; known: "
          + functions.keys.sorted().joined(separator: ", "))
    }
    guard shapes.count == count || ["max", "min"].contains(operation) && shapes.count > 2 else {
      throw ProblemError(
        "expression",
        "\(operation) has \(shapes.count) argument\(shapes.count == 1 ? "" : "s"), expected \(count)"
      )
    }
    switch operation {
    case "max", "min":
      return try shapes.dropFirst().reduce(shapes[0]) {
        try broadcast($0, $1) { wrong($0) }
      }
    case "sum", "norm", "mean": return .scalar
    case "dot":
      guard shapes[0] == shapes[1], shapes[0].rank == 1 else {
        throw wrong("expected two vectors of one length")
      }
      return .scalar
    case "matmul":
      guard shapes[0].rank >= 1, shapes[1].rank >= 1, shapes[0].rank + shapes[1].rank >= 3 else {
        throw wrong("expected a matrix and a matrix or vector; use dot for two vectors")
      }
      let inner = (shapes[0][shapes[0].rank - 1], shapes[1][0])
      guard inner.0 == inner.1 else {
        throw wrong("inner sizes \(inner.0) and \(inner.1) differ")
      }
      return Shape(Array(shapes[0].dropLast()) + Array(shapes[1].dropFirst()))
    case "transpose":
      guard shapes[0].rank == 2 else { throw wrong("expected a matrix") }
      return [shapes[0][1], shapes[0][0]]
    default: return shapes[0]
    }
  }

  private static func broadcast(
    _ a: Shape, _ b: Shape, _ error: (String) -> ProblemError
  ) throws -> Shape {
    let rank = max(a.rank, b.rank)
    return Shape(
      try (0..<rank).map { axis in
        let first = axis - (rank - a.rank)
        let second = axis - (rank - b.rank)
        let sizes = (first < 0 ? 1 : a[first], second < 0 ? 1 : b[second])
        guard sizes.0 == sizes.1 || sizes.0 == 1 || sizes.1 == 1 else {
          throw error("sizes \(sizes.0) and \(sizes.1) differ")
        }
        return max(sizes.0, sizes.1)
      })
  }

  /// Runs an operation; numbers that stand in the expression come beside their tensors.
  static func apply(_ operation: String, _ x: [Tensor], _ numbers: [Double?]) -> Tensor {
    switch operation {
    case "negate": return -x[0]
    case "add":
      if let number = numbers[1] { return x[0] + number }
      if let number = numbers[0] { return number + x[1] }
      return x[0] + x[1]
    case "subtract":
      if let number = numbers[1] { return x[0] - number }
      if let number = numbers[0] { return number - x[1] }
      return x[0] - x[1]
    case "multiply":
      if let number = numbers[1] { return x[0] * number }
      if let number = numbers[0] { return number * x[1] }
      return x[0] * x[1]
    case "divide":
      if let number = numbers[1] { return x[0] / number }
      if let number = numbers[0] { return number / x[1] }
      return x[0] / x[1]
    case "power":
      if numbers[1] == 2 { return x[0].squared() }
      if let number = numbers[1] { return x[0].power(number) }
      return x[0].power(x[1])
    case "exp": return x[0].exp()
    case "log", "ln": return x[0].log()
    case "sqrt": return x[0].squareRoot()
    case "sin": return x[0].sin()
    case "cos": return x[0].cos()
    case "tanh": return x[0].tanh()
    case "sigmoid", "σ": return x[0].sigmoid()
    case "relu": return x[0].relu()
    case "abs": return x[0].absolute()
    case "max":
      if x.count == 2, let number = numbers[1] { return x[0].maximum(number) }
      return x.dropFirst().reduce(x[0]) { $0.maximum($1) }
    case "min":
      if x.count == 2, let number = numbers[1] { return x[0].minimum(number) }
      return x.dropFirst().reduce(x[0]) { $0.minimum($1) }
    case "sum": return x[0].sum()
    case "mean": return x[0].mean()
    case "norm": return x[0].squared().sum().squareRoot()
    case "dot": return (x[0] * x[1]).sum()
    case "matmul":
      let a = x[0].rank == 1 ? x[0].reshaped([1, x[0].elementCount]) : x[0]
      let b = x[1].rank == 1 ? x[1].reshaped([x[1].elementCount, 1]) : x[1]
      let product = a.matmul(b)
      return product.reshaped(Shape(Array(x[0].shape.dropLast()) + Array(x[1].shape.dropFirst())))
    case "transpose": return x[0].transposed()
    default: fatalError("explain: no operation \(operation)")
    }
  }

  /// What is written in a node of the graph.
  static func sign(_ operation: String) -> String {
    switch operation {
    case "negate": "−"
    case "add": "+"
    case "subtract": "−"
    case "multiply": "×"
    case "divide": "÷"
    case "power": "^"
    case "sigmoid": "σ"
    case "log": "ln"
    default: operation
    }
  }
}
