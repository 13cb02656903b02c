/// Principal component analysis of a small data set by the covariance's eigenvectors, or by those of
/// XXᵀ where there are fewer samples than dimensions.
public struct PrincipalComponentProblem: Problem {
  public static let kind = "pca"

  /// What the covariance divides by.
  public enum Divisor: String, Sendable, Hashable, CaseIterable {
    /// The number of samples.
    case n
    /// One less, which makes the variance unbiased.
    case nMinusOne = "n-1"
  }

  /// The data, a row a sample.
  public var data: [[Double]]
  /// What the covariance divides by.
  public var divisor: Divisor
  /// How many components are kept; all where nil.
  public var components: Int?
  /// The heading.
  public var title: Prose?

  /// - Parameters:
  ///   - data: The data, a row a sample.
  ///   - divisor: What the covariance divides by.
  ///   - components: How many components are kept; all where nil.
  ///   - title: The heading.
  public init(
    _ data: [[Double]], divisor: Divisor = .nMinusOne, components: Int? = nil, title: Prose? = nil
  ) {
    self.data = data
    self.divisor = divisor
    self.components = components
    self.title = title
  }

  /// Samples beyond this cannot be shown.
  static let mostSamples = 10
  /// Dimensions beyond this cannot be shown.
  static let mostDimensions = 6

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try PrincipalComponentSolver(self, options)
    return try solver.solve()
  }
}

extension PrincipalComponentProblem {
  /// - Throws: `ProblemError` for anything that does not fit.
  func validate() throws {
    try ProblemError.check(
      "data", data, rowLimit: Self.mostSamples, columnLimit: Self.mostDimensions)
    guard data.count >= 2 else {
      throw ProblemError("data", "found 1 sample, expected 2 or more: one has no variance")
    }
    guard data.contains(where: { $0 != data[0] }) else {
      throw ProblemError("data", "all samples are equal: the variance is 0 in every direction")
    }
    if let components {
      let most = min(data.count - 1, data[0].count)
      guard (1...most).contains(components) else {
        throw ProblemError(
          "components",
          "found \(components), expected 1 to \(most): \(data.count) samples of \(data[0].count) "
            + "dimensions have no more")
      }
    }
  }
}
