/// Value and gradients of an operation as expressions.
///
/// Inputs go by their names, the output by `y`, and the gradient of the loss by the output by `u`;
/// an operation's further outputs go by `y2`, `y3`, …, and theirs by `u2`, `u3`, …. A test evaluates both sides of every operation's formula, so that a formula shown is right.
public struct Formula: Sendable {
  /// The inputs' names.
  public let inputs: [String]
  /// The output.
  public let value: Expression
  /// The further outputs, where there are several.
  public let furtherValues: [Expression]
  /// ∂L/∂input for each input by name.
  public let gradients: [String: Expression]
  /// What the functions mean that are not elementary.
  public let functions: [String: FormulaFunction]

  /// - Parameters:
  ///   - inputs: Names in the operation's order.
  ///   - value: The output, as text.
  ///   - furtherValues: The outputs after the first, as text.
  ///   - gradients: The gradient of each input, as text.
  ///   - functions: What the functions mean that are not elementary.
  package init(
    _ inputs: [String], value: String, furtherValues: [String] = [], gradients: [String: String],
    functions: [String: FormulaFunction] = [:]
  ) {
    func parsed(_ text: String) -> Expression {
      do {
        return try Expression(parsing: text)
      } catch {
        fatalError("formula: \(error)")
      }
    }
    self.inputs = inputs
    self.value = parsed(value)
    self.furtherValues = furtherValues.map(parsed)
    self.gradients = gradients.mapValues(parsed)
    self.functions = functions
  }

  /// A formula of one input x.
  package init(
    value: String, gradient: String, functions: [String: FormulaFunction] = [:]
  ) {
    self.init(["x"], value: value, gradients: ["x": gradient], functions: functions)
  }
}
