import Autodiff

/// A line's formula with what it takes to evaluate it on other numbers than the solution's: those
/// of a student, or the same with a slip in them.
package struct Calculation: Sendable {
  /// A quantity that the formula uses.
  package struct Input: Sendable {
    /// Its key, without another like it in the solution; a quantity with several keys has its first.
    package let key: String
    /// The numbers.
    package let value: Value
    /// What it is called as a whole.
    package let symbol: MathNode
    /// What its entries are called, row by row; nil where they have no names.
    package let entries: [MathNode?]

    package init(key: String, value: Value, symbol: MathNode, entries: [MathNode?]) {
      self.key = key
      self.value = value
      self.symbol = symbol
      self.entries = entries
    }
  }

  /// The key of the quantity that the line defines, or an entry of.
  package let key: String
  /// The entry in row-major order; nil where the line defines the whole quantity.
  package let entry: Int?
  /// The whole quantity's shape.
  package let shape: [Int]
  /// The formula. Its variables are keys, or `key@i` for entry `i` in row-major order.
  package let expression: Expression
  /// What the formula uses, in order of appearance.
  package let inputs: [Input]
  /// The functions that the formula calls beside the elementary ones.
  package let functions: [String: FormulaFunction]

  package init(
    key: String, entry: Int?, shape: [Int], expression: Expression, inputs: [Input],
    functions: [String: FormulaFunction]
  ) {
    self.key = key
    self.entry = entry
    self.shape = shape
    self.expression = expression
    self.inputs = inputs
    self.functions = functions
  }

  /// The key and the entry that a variable of a formula stands for.
  package static func reference(_ name: String) -> (key: String, entry: Int?) {
    guard let mark = name.lastIndex(of: "@"), let entry = Int(name[name.index(after: mark)...])
    else { return (name, nil) }
    return (String(name[..<mark]), entry)
  }

  /// The variable for an entry of a quantity.
  package static func variable(_ key: String, _ entry: Int) -> String {
    EntryExpander.name(key, entry)
  }

  /// The key of the gradient by a quantity.
  package static func gradientKey(of key: String) -> String { GraphReader.gradient(key) }
  /// The key of an activation function's slope where its value has the key `key`.
  package static func slopeKey(of key: String) -> String { GraphReader.slope(key) }
}
