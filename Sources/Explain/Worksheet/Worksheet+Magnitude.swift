import Autodiff

extension Worksheet {
  /// The sum of the terms' absolute values in each entry of a formula's value.
  func magnitude(_ expression: Expression) -> NDArray {
    switch expression {
    case .number(let value): return NDArray(abs(value))
    case .variable(let name): return scalarOrArray(name, of: array).absolute()
    case .negate(let x): return magnitude(x)
    case .add(let a, let b), .subtract(let a, let b): return magnitude(a) + magnitude(b)
    case .multiply(let a, let b): return magnitude(a) * magnitude(b)
    case .divide(let a, let b):
      return magnitude(a) / evaluate(b) { self.scalarOrArray($0, of: self.array) }.absolute()
    case .call(let name, let arguments):
      if let function = functions[name], EntryExpander.isLinear(name) {
        return function(arguments.map(magnitude))
      }
    case .power(let base, .number(let exponent)) where exponent > 0:
      return magnitude(base).power(exponent)
    case .power: break
    }
    return evaluate(expression) { self.scalarOrArray($0, of: self.array) }.absolute()
  }
}
