extension FormulaTask {
  /// Whether the formula has a value at most of the points at which answers are compared.
  package var hasValue: Bool { FormulaPoints(self).agree(formula, formula) }

  /// Whether a slip can be told from the formula by its values.
  package func differs(_ slip: Slip) -> Bool { !FormulaPoints(self).agree(slip.formula, formula) }
}
