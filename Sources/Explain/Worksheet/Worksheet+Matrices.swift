import Autodiff

// What lines of whole matrices need beside their formulas.

extension Worksheet {
  /// The formula with sums over one axis named after it, since `sum` alone says all.
  func namingSums(_ expression: Expression) -> Expression {
    func named(_ part: Expression) -> Expression {
      switch part {
      case .number, .variable: return part
      case .negate(let x): return .negate(named(x))
      case .add(let a, let b): return .add(named(a), named(b))
      case .subtract(let a, let b): return .subtract(named(a), named(b))
      case .multiply(let a, let b): return .multiply(named(a), named(b))
      case .divide(let a, let b): return .divide(named(a), named(b))
      case .power(let a, let b): return .power(named(a), named(b))
      case .call(let name, let arguments):
        let plain = Expression.plainName(name)
        let arguments = arguments.map(named)
        guard ["sum", "total", "mean"].contains(plain), let function = functions[name] else {
          return .call(name, arguments)
        }
        let expander = EntryExpander(functions: functions, array: array)
        let (before, after) = (expander.shape(arguments[0]), expander.shape(part))
        guard before.rank == 2, after.elementCount > 1 || before.elementCount == 1 else {
          return .call(plain == "total" ? alias(name, "sum", function) : name, arguments)
        }
        if before.elementCount == after.elementCount { return .call(name, arguments) }
        let kind = plain == "mean" ? "mean" : "sum"
        let isRows = after[after.rank - 1] == 1
        return .call(alias(name, (isRows ? "row" : "column") + kind, function), arguments)
      }
    }
    return named(expression)
  }

  /// A function under another name with the same number behind it.
  private func alias(
    _ name: String, _ plain: String, _ function: @escaping FormulaFunction
  ) -> String {
    let better = plain + name.drop { $0 != "#" }
    functions[better] = function
    return better
  }

  /// The shapes of the matrix products in a formula.
  func dimensions(_ expression: Expression) -> String? {
    let expander = EntryExpander(functions: functions, array: array)
    var found: [String] = []
    func text(_ shape: Shape) -> String { "[" + shape.map { "\($0)" }.joined(separator: "×") + "]" }
    func visit(_ part: Expression) {
      switch part {
      case .number, .variable: break
      case .negate(let x): visit(x)
      case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
        .divide(let a, let b), .power(let a, let b):
        visit(a)
        visit(b)
      case .call(let name, let arguments):
        arguments.forEach(visit)
        if Expression.plainName(name) == "matmul" {
          found.append(
            arguments.map { text(expander.shape($0)) }.joined(separator: " · ") + " → "
              + text(expander.shape(part)))
        }
      }
    }
    visit(expression)
    return found.isEmpty ? nil : found.joined(separator: ", ")
  }
}
