/// Why an operation of linear algebra has no result.
public struct LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong.
  public enum Reason: Sendable, Hashable {
    /// The elements are neither float32 nor float64, or two operands differ in type.
    case unsupportedTypes([DType])
    /// The shape has too few axes; the text says what was expected.
    case tooFewAxes(expected: String)
    /// The last two axes differ.
    case notSquare
    /// The shapes of two operands do not fit each other.
    case shapesDiffer(String)
    /// More numbers than LAPACK's integers can count.
    case tooLarge(needed: Double)
    /// More memory than the pool's limit, or the system, leaves.
    case outOfMemory(needed: Int)
    /// A NaN or an infinity: the operand's number, and the element's index in it.
    case notFinite(operand: Int, index: [Int])
    /// The elements at (row, column) and (column, row) are unequal.
    case notSymmetric(row: Int, column: Int)
    /// Elimination met a pivot of exactly zero; pivots are counted from 1.
    case singular(pivot: Int)
    /// The leading minor of this order (its first rows and columns, counted from 1) is not positive.
    case notPositiveDefinite(order: Int)
    /// The iteration ended before its result was accurate.
    case notConverged
  }

  /// The operation's name.
  public let operation: String
  /// The shapes that it was given.
  public let shapes: [Shape]
  /// Where in a batch the matrix stands: an index for each leading axis. Empty where there are no
  /// leading axes, or where the reason is not about one matrix.
  public let matrix: [Int]
  /// What was wrong.
  public let reason: Reason

  /// An error of an operation; `matrix` is left empty where the reason is not about one matrix.
  public init(operation: String, shapes: [Shape], matrix: [Int] = [], reason: Reason) {
    self.operation = operation
    self.shapes = shapes
    self.matrix = matrix
    self.reason = reason
  }

  public var description: String {
    let sizes = shapes.map(\.description).joined(separator: " × ")
    if case .unsupportedTypes(let types) = reason {
      let names = types.map(\.description).joined(separator: " and ")
      let expected = types.count > 1 ? "twice float32 or twice float64" : "float32 or float64"
      return "\(operation): \(sizes) of \(names), expected \(expected)"
    }
    let place = matrix.isEmpty ? "" : "matrix \(matrix) is "
    return "\(operation): \(sizes), \(matrixIsSubject ? place : "")\(what)"
  }

  private var matrixIsSubject: Bool {
    switch reason {
    case .notSymmetric, .singular, .notPositiveDefinite, .notConverged: true
    default: false
    }
  }

  private var what: String {
    let size = shapes.first.flatMap(\.last) ?? 0
    switch reason {
    case .unsupportedTypes: return ""
    case .tooFewAxes(let expected): return "expected \(expected)"
    case .notSquare:
      guard let shape = shapes.first, shape.rank >= 2 else { return "not square" }
      return "not square: \(shape[shape.rank - 2]) rows and \(size) columns"
    case .shapesDiffer(let text): return text
    case .tooLarge(let needed):
      let text = needed < 9e18 ? String(Int64(needed)) : String(needed)
      return "too large: LAPACK would count to \(text), its integers end at \(LAPACK.integerLimit)"
    case .outOfMemory(let needed):
      return "out of memory: needs \(OutOfMemoryError.text(needed)), more than is free"
    case .notFinite(let operand, let index):
      let name = shapes.count > 1 ? " of \(operand == 0 ? "a" : "b")" : ""
      return "element \(index)\(name) is not a finite number"
    case .notSymmetric(let row, let column):
      return "not symmetric: elements [\(row), \(column)] and [\(column), \(row)] differ"
    case .singular(let pivot): return "singular: pivot \(pivot) of \(size) is zero"
    case .notPositiveDefinite(let order):
      return "not positive definite: the leading minor of order \(order) of \(size) is not positive"
    case .notConverged: return "without a result: the iteration did not converge"
    }
  }
}
