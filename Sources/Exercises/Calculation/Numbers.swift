import Autodiff
import Explain
import Foundation

/// The numbers of a calculation by the keys of its quantities: the key's, or a student's.
package struct Numbers: Sendable {
  private(set) var arrays: [String: Value] = [:]

  /// A quantity's numbers.
  package subscript(_ key: String) -> Value? {
    get { arrays[key] }
    set { arrays[key] = newValue }
  }

  /// Puts in what a line defines: a whole quantity or one entry of it.
  package mutating func set(_ elements: [Double], of line: Calculation) {
    guard let entry = line.entry else {
      arrays[line.key] = Value(shape: line.shape, elements: elements)
      return
    }
    var all =
      arrays[line.key]?.elements
      ?? [Double](repeating: .nan, count: line.shape.reduce(1, *))
    all[entry] = elements[0]
    arrays[line.key] = Value(shape: line.shape, elements: all)
  }

  /// What a formula gives on these numbers, as many as the line has.
  ///
  /// - Parameters:
  ///   - formula: The line's formula, or another in its place.
  ///   - line: The line.
  package func value(_ formula: Expression, of line: Calculation) -> [Double] {
    if let number = scalar(formula, line) {
      let count = line.entry == nil ? line.shape.reduce(1, *) : 1
      return [Double](repeating: number, count: count)
    }
    var variables: [String: NDArray] = [:]
    for name in formula.variables { variables[name] = array(name, isEntry: line.entry != nil) }
    do {
      let functions = line.functions.merging(Slip.functions) { own, _ in own }
      let value = try formula.value(variables, functions: functions)
      return value.broadcast(to: line.entry == nil ? Shape(line.shape) : value.shape).doubles
    } catch {
      fatalError("exercises: \(error)")
    }
  }

  private func array(_ name: String, isEntry: Bool) -> NDArray {
    let (key, entry) = Calculation.reference(name)
    guard let value = arrays[key] else { fatalError("exercises: nothing is called \(key)") }
    if let entry { return NDArray(value.elements[entry]) }
    let shape = isEntry && value.elements.count == 1 ? Shape.scalar : Shape(value.shape)
    return NDArray(value.elements, shape: shape)
  }

  /// The formula's value where it has to do with single numbers alone; nil elsewhere.
  package func scalar(_ formula: Expression, _ line: Calculation) -> Double? {
    switch formula {
    case .number(let value): return value
    case .variable(let name):
      let (key, entry) = Calculation.reference(name)
      guard let value = arrays[key] else { return nil }
      if let entry { return value.elements[entry] }
      return value.elements.count == 1 && (line.entry != nil || value.shape.isEmpty)
        ? value.elements[0] : nil
    case .negate(let x): return scalar(x, line).map { -$0 }
    case .add(let a, let b): return pair(a, b, line) { $0 + $1 }
    case .subtract(let a, let b): return pair(a, b, line) { $0 - $1 }
    case .multiply(let a, let b): return pair(a, b, line) { $0 * $1 }
    case .divide(let a, let b): return pair(a, b, line) { $0 / $1 }
    case .power(let a, let b): return pair(a, b, line) { pow($0, $1) }
    case .call(let name, let arguments):
      var values: [Double] = []
      for argument in arguments {
        guard let value = scalar(argument, line) else { return nil }
        values.append(value)
      }
      if line.functions[name] == nil, let value = Self.elementary(name, values) { return value }
      guard let function = line.functions[name] else { return nil }
      let result = function(values.map { NDArray($0) })
      return result.elementCount == 1 ? result.doubles[0] : nil
    }
  }

  private func pair(
    _ a: Expression, _ b: Expression, _ line: Calculation, _ operation: (Double, Double) -> Double
  ) -> Double? {
    guard let a = scalar(a, line), let b = scalar(b, line) else { return nil }
    return operation(a, b)
  }

  /// The common functions of numbers; nil for others, which the engine knows.
  private static func elementary(_ name: String, _ x: [Double]) -> Double? {
    switch (name, x.count) {
    case ("exp", 1): return exp(x[0])
    case ("log", 1): return log(x[0])
    case ("sqrt", 1): return x[0].squareRoot()
    case ("tanh", 1): return tanh(x[0])
    case ("sigmoid", 1): return 1 / (1 + exp(-x[0]))
    case ("abs", 1): return abs(x[0])
    case ("sign", 1): return x[0] > 0 ? 1 : x[0] < 0 ? -1 : x[0]
    case ("sin", 1): return sin(x[0])
    case ("cos", 1): return cos(x[0])
    case ("max", 2...):
      return x.dropFirst().reduce(x[0]) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    case ("min", 2...):
      return x.dropFirst().reduce(x[0]) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }
    default:
      guard
        let value = try? Expression.call(name, x.map { .number($0) }).value(
          [:])
      else { return nil }
      return value.doubles[0]
    }
  }
}
