import Explain

/// A quantity that a solution takes as given, but that students have to read off the task, such as a
/// graph's adjacency matrix, or off their own numbers, such as the least likely class: it stands
/// before the lines that use it, as lines of its own.
package struct Reading: Sendable {
  /// Its key in the solution.
  let key: String
  /// How it is made of what the task tells and of earlier quantities.
  let formula: Expression
  /// What the task tells in words, by keys of its own.
  var sources: [(key: String, value: Value)] = []
  /// Whether each entry is a line of its own, made of the same entries of what it is made of.
  var isByEntry = false

  /// The lines, but for what they use.
  /// - Parameters:
  ///   - input: The quantity as the first line that uses it has it.
  ///   - numbers: The key's numbers before it.
  func lines(_ input: Calculation.Input, on numbers: Numbers, heading: Prose) -> [Workings.Line] {
    let inputs = formula.variables.compactMap { name in
      numbers[name].map {
        Calculation.Input(key: name, value: $0, symbol: input.symbol, entries: [])
      }
    }
    func line(_ entry: Int?) -> Workings.Line {
      var own = formula
      if let entry {
        own = formula.replacing(
          Dictionary(
            uniqueKeysWithValues: inputs.map {
              ($0.key, .variable(Calculation.variable($0.key, entry)))
            }))
      }
      let exact = entry.map { [input.value.elements[$0]] } ?? input.value.elements
      return Workings.Line(
        id: entry.map { "\(key).\($0 + 1)" } ?? key,
        symbol: entry.flatMap { input.entries[$0] } ?? input.symbol, stage: .forward,
        heading: heading,
        calculation: Calculation(
          key: key, entry: entry, shape: input.value.shape, expression: own, inputs: inputs,
          functions: [:]), exact: exact, rounded: exact, sources: [], isAsked: true)
    }
    return isByEntry ? input.value.elements.indices.map(line) : [line(nil)]
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
