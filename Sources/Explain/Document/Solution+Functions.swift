extension Solution {
  /// The symbols, and the functions in the formulas that have no name everybody knows.
  public var symbolTable: [SymbolEntry] {
    var used: Set<String> = []
    for step in steps { step.formula.collectCalls(&used) }
    return symbols + Self.functions.filter { used.contains($0.name) }.map(\.entry)
  }

  /// What functions mean that the engine's formulas use for slopes and sums.
  private static let functions: [(name: String, entry: SymbolEntry)] = {
    func x(_ name: String) -> MathNode { .symbol(Symbol(name)) }
    func entry(
      _ name: String, _ arguments: [String], _ english: Prose.Run, _ chinese: Prose.Run
    ) -> (name: String, entry: SymbolEntry) {
      (
        name,
        SymbolEntry(
          symbol: .call(name, arguments.map(x)), meaning: Prose(en: english, zh: chinese), shape: []
        )
      )
    }
    return [
      entry("step", ["x"], "1 where x > 0, else 0", "x > 0 时为 1，否则为 0"),
      entry("sign", ["x"], "1, 0 or −1 as x is above, at or below 0", "x 为正、零、负时分别为 1、0、−1"),
      entry("atleast", ["a", "b"], "1 where a ≥ b, else 0", "a ≥ b 时为 1，否则为 0"),
      entry("atmost", ["a", "b"], "1 where a ≤ b, else 0", "a ≤ b 时为 1，否则为 0"),
      entry("greater", ["a", "b"], "1 where a > b, else 0", "a > b 时为 1，否则为 0"),
      entry("less", ["a", "b"], "1 where a < b, else 0", "a < b 时为 1，否则为 0"),
      entry("sum", ["A"], "sum of all entries", "所有元素之和"),
      entry("rowsum", ["A"], "the sum of each row", "每行之和"),
      entry("columnsum", ["A"], "the sum of each column", "每列之和"),
      entry("rowmean", ["A"], "the mean of each row", "每行的均值"),
      entry("columnmean", ["A"], "the mean of each column", "每列的均值"),
      entry("floor", ["x"], "x rounded down to a whole number", "x 向下取整"),
    ]
  }()
}

extension MathNode {
  /// Adds the names of the functions called.
  fileprivate func collectCalls(_ names: inout Set<String>) {
    switch self {
    case .number, .symbol, .word: break
    case .derivative(let a, let b), .infix(_, let a, let b), .fraction(let a, let b),
      .power(let a, let b):
      a.collectCalls(&names)
      b.collectCalls(&names)
    case .negate(let x), .transpose(let x), .slope(_, let x), .parentheses(let x):
      x.collectCalls(&names)
    case .call(let name, let arguments):
      names.insert(name)
      for argument in arguments { argument.collectCalls(&names) }
    case .matrix(let rows): for part in rows.joined() { part.collectCalls(&names) }
    }
  }
}
