/// Calculations with a small matrix by hand: determinant, inverse, eigenvalues, norms, trace,
/// product and singular values.
public struct LinearAlgebraProblem: Problem {
  public static let kind = "linear-algebra"

  /// A calculation.
  public enum Task: String, Sendable, Hashable, CaseIterable {
    /// A·B.
    case product
    /// The sum of the diagonal.
    case trace
    /// By cofactors.
    case determinant
    /// By the adjugate.
    case inverse
    /// By the characteristic polynomial.
    case eigenvalues
    /// L1, L2, Frobenius, max.
    case norms
    /// A = U Σ Vᵀ.
    case singularValues = "svd"
  }

  /// The matrix A; a vector is a single row or column.
  public var matrix: [[Double]]
  /// The second factor B of the product.
  public var second: [[Double]]?
  /// What is asked for, in order; all that the shapes allow where nil.
  public var tasks: [Task]?
  /// The heading; a description of the matrix where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - matrix: The matrix A; a vector is a single row or column.
  ///   - second: The second factor B of the product.
  ///   - tasks: What is asked for, in order; all that the shapes allow where nil.
  ///   - title: The heading.
  public init(
    _ matrix: [[Double]], second: [[Double]]? = nil, tasks: [Task]? = nil, title: Prose? = nil
  ) {
    self.matrix = matrix
    self.second = second
    self.tasks = tasks
    self.title = title
  }

  /// Matrices beyond this cannot be shown.
  static let mostRows = 5
  /// Determinants beyond this are not written out by cofactors.
  static let mostSquare = 3

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try LinearAlgebraSolver(self, options)
    return try solver.solve()
  }
}

extension LinearAlgebraProblem {
  /// What is to be done.
  /// - Throws: `ProblemError` for anything that does not fit.
  func validated() throws -> [Task] {
    try ProblemError.check(
      "matrix", matrix, rowLimit: Self.mostRows, columnLimit: Self.mostRows)
    let (rows, columns) = (matrix.count, matrix[0].count)
    if let second {
      try ProblemError.check(
        "second", second, rowLimit: Self.mostRows, columnLimit: Self.mostRows)
      guard second.count == columns else {
        throw ProblemError(
          "second",
          "found \(second.count) rows, expected \(columns): A is \(rows)×\(columns), and A·B needs "
            + "as many rows of B as A has columns")
      }
    }
    let isVector = rows == 1 || columns == 1
    let isSmallSquare = rows == columns && rows <= Self.mostSquare
    func obstacle(_ task: Task) -> String? {
      switch task {
      case .product: return second == nil ? "the product needs a second matrix" : nil
      case .trace:
        return rows == columns ? nil : "the trace needs a square matrix, found \(rows)×\(columns)"
      case .determinant, .inverse, .eigenvalues:
        if rows != columns {
          return "\(task.rawValue): found \(rows)×\(columns), expected a square matrix"
        }
        return isSmallSquare
          ? nil
          : "\(task.rawValue): found \(rows)×\(columns), which is too large to show: at most "
            + "\(Self.mostSquare)×\(Self.mostSquare)"
      case .norms, .singularValues: return nil
      }
    }
    if let tasks {
      guard !tasks.isEmpty else {
        throw ProblemError("tasks", "found no task, expected one at least")
      }
      for (index, task) in tasks.enumerated() {
        if let obstacle = obstacle(task) { throw ProblemError("tasks[\(index)]", obstacle) }
        guard !tasks[..<index].contains(task) else {
          throw ProblemError("tasks[\(index)]", "found \(task.rawValue) a second time")
        }
      }
      return tasks
    }
    return Task.allCases.filter { obstacle($0) == nil }
      .filter { !($0 == .singularValues && isVector) }
  }
}
