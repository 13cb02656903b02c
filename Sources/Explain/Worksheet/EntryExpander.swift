import Autodiff

/// Writes one entry of an array's formula by the entries of the arrays in it.
///
/// Element-wise parts follow the shapes. How a function's results depend on its arguments' entries
/// is found by asking the function itself: a linear one with unit arrays, a maximum with arrays
/// that are largest in one place. So the expansion cannot differ from what the engine computes.
struct EntryExpander {
  let functions: [String: FormulaFunction]
  /// The numbers behind a name.
  let array: (String) -> NDArray

  /// Functions that are linear in their first argument.
  private static let linear: Set<String> = [
    "sum", "mean", "stretch", "reshape", "back", "fit", "fita", "fitb", "transpose", "permute",
    "slice", "place", "pad", "middle", "pool", "spread", "channels", "route", "add", "take",
    "gather", "scatter", "column", "pick", "total", "expand", "c", "channel", "select", "trace",
    "diagonal", "diag",
  ]
  /// Functions that are linear in the first argument and in the second.
  private static let bilinear: Set<String> = [
    "matmul", "convolve", "byInput", "byWeight", "correlate", "dot",
  ]

  /// Whether a function is linear in each of its array arguments.
  static func isLinear(_ name: String) -> Bool {
    let plain = Expression.plainName(name)
    return linear.contains(plain) || bilinear.contains(plain)
  }

  /// Entry number `index` of an expression's value, in row-major order.
  func entry(_ expression: Expression, _ index: Int) -> Expression {
    switch expression {
    case .number: return expression
    case .variable(let name):
      let values = array(name)
      if name.hasPrefix("constant:") { return .number(values.doubles[index]) }
      return .variable(values.elementCount == 1 ? name : Self.name(name, index))
    case .negate(let x): return .negate(entry(x, index))
    case .add(let a, let b): return pair(a, b, index, expression) { .add($0, $1) }
    case .subtract(let a, let b): return pair(a, b, index, expression) { .subtract($0, $1) }
    case .multiply(let a, let b): return pair(a, b, index, expression) { .multiply($0, $1) }
    case .divide(let a, let b): return pair(a, b, index, expression) { .divide($0, $1) }
    case .power(let a, let b): return pair(a, b, index, expression) { .power($0, $1) }
    case .call(let name, let arguments):
      guard functions[name] != nil else {
        let shape = shape(expression)
        return .call(name, arguments.map { entry($0, place(index, in: shape, of: $0)) })
      }
      return call(name, arguments, index)
    }
  }

  /// The name of an entry.
  static func name(_ key: String, _ index: Int) -> String { "\(key)@\(index)" }

  private func pair(
    _ a: Expression, _ b: Expression, _ index: Int, _ whole: Expression,
    _ make: (Expression, Expression) -> Expression
  ) -> Expression {
    let shape = shape(whole)
    return make(entry(a, place(index, in: shape, of: a)), entry(b, place(index, in: shape, of: b)))
  }

  /// Where an operand's entry stands that takes part in entry `index` of a result of `shape`.
  private func place(_ index: Int, in shape: Shape, of operand: Expression) -> Int {
    let own = self.shape(operand)
    if own == shape { return index }
    var rest = index
    var place = 0
    var stride = 1
    for axis in (0..<shape.rank).reversed() {
      let position = rest % shape[axis]
      rest /= shape[axis]
      let ownAxis = axis - (shape.rank - own.rank)
      if ownAxis >= 0 {
        if own[ownAxis] != 1 { place += position * stride }
        stride *= own[ownAxis]
      }
    }
    return place
  }

  func shape(_ expression: Expression) -> Shape {
    switch expression {
    case .number: return .scalar
    case .variable(let name): return array(name).shape
    case .negate(let x): return shape(x)
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b), .power(let a, let b):
      return Self.broadcast(shape(a), shape(b))
    case .call(let name, let arguments):
      if functions[name] != nil { return value(expression).shape }
      return arguments.map(shape).reduce(.scalar, Self.broadcast)
    }
  }

  private static func broadcast(_ a: Shape, _ b: Shape) -> Shape {
    if a == b { return a }
    let rank = max(a.rank, b.rank)
    return Shape(
      (0..<rank).map { axis in
        let first = axis - (rank - a.rank)
        let second = axis - (rank - b.rank)
        return max(first < 0 ? 1 : a[first], second < 0 ? 1 : b[second])
      })
  }

  /// The expression's value by the engine.
  func value(_ expression: Expression) -> NDArray {
    var variables: [String: NDArray] = [:]
    for name in expression.variables { variables[name] = array(name) }
    do {
      return try expression.value(variables, functions: functions)
    } catch {
      fatalError("explain: \(error)")
    }
  }

  private func call(_ name: String, _ arguments: [Expression], _ index: Int) -> Expression {
    let plain = Expression.plainName(name)
    let function = functions[name]!
    let values = arguments.map(value)
    if Self.bilinear.contains(plain) {
      return bilinear(function, arguments, values, index)
    }
    if Self.linear.contains(plain) {
      let unit = Self.units(values[0].shape)
      var terms: [(coefficient: Double, term: Expression)] = []
      for (place, array) in unit.enumerated() {
        let coefficient = function([array] + values.dropFirst()).doubles[index]
        if coefficient != 0 { terms.append((coefficient, entry(arguments[0], place))) }
      }
      return Self.sum(terms)
    }
    switch plain {
    case "maximum", "minimum":
      let sign = plain == "maximum" ? 1.0 : -1.0
      var members: [Expression] = []
      for place in 0..<values[0].elementCount {
        var elements = [Double](repeating: -sign, count: values[0].elementCount)
        elements[place] = 0
        let probe = NDArray(elements, shape: values[0].shape)
        if function([probe]).doubles[index] == 0 { members.append(entry(arguments[0], place)) }
      }
      return members.count == 1 ? members[0] : .call(plain == "maximum" ? "max" : "min", members)
    case "first", "chosen":  // which entry was taken: 1 or 0
      return .number(function(values).doubles[index])
    default:
      // A function of numbers stays as it is.
      if values.allSatisfy({ $0.elementCount == 1 }) {
        return .call(name, arguments.map { entry($0, 0) })
      }
      fatalError("explain: no rule for the entries of \(plain)")
    }
  }

  private func bilinear(
    _ function: FormulaFunction, _ arguments: [Expression], _ values: [NDArray], _ index: Int
  ) -> Expression {
    let (first, second) = (Self.units(values[0].shape), Self.units(values[1].shape))
    let ones = NDArray(repeating: 1, shape: values[1].shape, dtype: .float64)
    var terms: [(coefficient: Double, term: Expression)] = []
    for (a, unit) in first.enumerated() {
      // Entries of the first argument that do not take part at all are passed over at once.
      if function([unit, ones] + values.dropFirst(2)).doubles[index] == 0 { continue }
      for (b, other) in second.enumerated() {
        let coefficient = function([unit, other] + values.dropFirst(2)).doubles[index]
        if coefficient != 0 {
          terms.append((coefficient, .multiply(entry(arguments[0], a), entry(arguments[1], b))))
        }
      }
    }
    return Self.sum(terms)
  }

  /// Arrays of zeros with a one in each place.
  private static func units(_ shape: Shape) -> [NDArray] {
    let count = shape.elementCount
    return (0..<count).map { place in
      var elements = [Double](repeating: 0, count: count)
      elements[place] = 1
      return NDArray(elements, shape: shape)
    }
  }

  /// Σ c·x; a common factor stands once.
  private static func sum(_ terms: [(coefficient: Double, term: Expression)]) -> Expression {
    guard let common = terms.first?.coefficient else { return .number(0) }
    func total(_ parts: [Expression]) -> Expression {
      parts.dropFirst().reduce(parts[0]) { .add($0, $1) }
    }
    guard terms.allSatisfy({ $0.coefficient == common }) else {
      return total(
        terms.map { $0.coefficient == 1 ? $0.term : .multiply(.number($0.coefficient), $0.term) })
    }
    let sum = total(terms.map(\.term))
    if common == 1 { return sum }
    let inverse = (1 / common).rounded()
    if abs(inverse) > 1, abs(inverse * common - 1) < 1e-15 { return .divide(sum, .number(inverse)) }
    return .multiply(.number(common), sum)
  }
}
