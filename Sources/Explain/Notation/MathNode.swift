/// A formula as it is to be set: what text, LaTeX and MathML are made from.
///
/// Parentheses that the reading needs stand in the tree, except around the parts of a fraction,
/// which only a line of text needs.
public indirect enum MathNode: Sendable, Hashable {
  /// An operator between two formulas.
  public enum Operator: Sendable, Hashable {
    /// a + b
    case plus
    /// a − b
    case minus
    /// a·b of numbers, or of a number and an array
    case times
    /// a ⊙ b, element by element
    case hadamard
    /// A B, the matrix product
    case matrixProduct
    /// a = b
    case equals
    /// a ≈ b
    case approximately
    /// a ← b
    case assigned
    /// a > b
    case greater
    /// a ≤ b
    case atMost
  }

  /// A number as it is written, with `-` before a negative one and `e` before an exponent.
  case number(String)
  /// A symbol.
  case symbol(Symbol)
  /// A word set upright.
  case word(String)
  /// ∂a/∂b
  case derivative(MathNode, MathNode)
  /// −a
  case negate(MathNode)
  /// a ∘ b
  case infix(Operator, MathNode, MathNode)
  /// a/b
  case fraction(MathNode, MathNode)
  /// aᵇ
  case power(MathNode, MathNode)
  /// aᵀ
  case transpose(MathNode)
  /// f(a, b); names as in expressions: `sigmoid`, `log`, `exp`, `max`
  case call(String, [MathNode])
  /// f′(a)
  case slope(String, MathNode)
  /// (a)
  case parentheses(MathNode)
  /// Rows of a matrix.
  case matrix([[MathNode]])
}
