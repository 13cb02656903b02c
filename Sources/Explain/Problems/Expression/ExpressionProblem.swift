import Autodiff

/// An expression with values for its variables: its computational graph, every node's value and
/// gradient, the gates and branches named.
public struct ExpressionProblem: Problem {
  public static let kind = "expression"

  /// The expression, as typed; a name and `=` may stand before it.
  public var expression: String
  /// The variables' values in the order in which they are listed.
  public var values: [(name: String, value: Value)]
  /// The heading; the expression where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - expression: The expression, as typed; a name and `=` may stand before it.
  ///   - values: The variables' values: scalars, vectors or matrices.
  ///   - title: The heading.
  public init(_ expression: String, values: [(name: String, value: Value)], title: Prose? = nil) {
    self.expression = expression
    self.values = values
    self.title = title
  }

  /// Operations beyond this cannot be shown.
  static let mostOperations = 60
  /// Numbers in an array beyond this cannot be shown.
  static let mostElements = 64

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try ExpressionSolver(self, options)
    return try solver.solve()
  }
}
