import Explain

/// A quantity that a solution takes as given, but that students have to read off the task, such as a
/// graph's adjacency matrix: it stands before the lines that use it, as a line of its own.
package struct Reading: Sendable {
  /// Its key in the solution.
  let key: String
  /// How it is made of what the task tells.
  let formula: Expression
  /// What the task tells in words, by keys of its own.
  let sources: [(key: String, value: Value)]

  /// The line.
  /// - Parameter input: The quantity as the first line that uses it has it.
  func line(_ input: Calculation.Input, heading: Prose) -> Workings.Line {
    let calculation = Calculation(
      key: key, entry: nil, shape: input.value.shape, expression: formula,
      inputs: sources.map {
        Calculation.Input(key: $0.key, value: $0.value, symbol: input.symbol, entries: [])
      }, functions: [:])
    return Workings.Line(
      id: key, symbol: input.symbol, stage: .forward, heading: heading, calculation: calculation,
      exact: input.value.elements, rounded: input.value.elements, sources: [], isAsked: true)
  }
}

extension Calculation {
  /// The same with other keys for what it uses.
  func renaming(_ keys: [String: String]) -> Calculation {
    guard inputs.contains(where: { keys[$0.key] != nil }) else { return self }
    var names: [String: Expression] = [:]
    for name in expression.variables {
      let (key, entry) = Self.reference(name)
      guard let other = keys[key] else { continue }
      names[name] = .variable(entry.map { Self.variable(other, $0) } ?? other)
    }
    return Calculation(
      key: key, entry: entry, shape: shape, expression: expression.replacing(names),
      inputs: inputs.map {
        Input(key: keys[$0.key] ?? $0.key, value: $0.value, symbol: $0.symbol, entries: $0.entries)
      }, functions: functions)
  }
}
