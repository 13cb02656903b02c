import Autodiff

extension Worksheet {
  /// The line's formula with all that it takes to evaluate it again on other numbers.
  func calculation(_ key: String, _ entry: Int?, _ expression: Expression) -> Calculation {
    var renamed: [String: Expression] = [:]
    var inputs: [Calculation.Input] = []
    for name in expression.variables {
      let mark = name.lastIndex(of: "@")
      let key = mark.map { String(name[..<$0]) } ?? name
      let first = firstKey(key)
      renamed[name] = .variable(first + (mark.map { String(name[$0...]) } ?? ""))
      guard !inputs.contains(where: { $0.key == first }) else { continue }
      let array = exact[key]!
      inputs.append(
        Calculation.Input(
          key: first, value: Value(array), symbol: settings[key]!,
          entries: (0..<array.elementCount).map { settings[EntryExpander.name(key, $0)] }))
    }
    return Calculation(
      key: key, entry: entry, shape: Array(exact[key]!.shape),
      expression: expression.replacing(renamed), inputs: inputs,
      functions: functions.filter { expression.calls.contains($0.key) })
  }
}
