/// Why a regression has no result.
public enum RegressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Samples or options that do not go together or are out of range.
  case unsuitable(place: String, found: String, expected: String)
  /// The singular values could not be had.
  case failed(LinearAlgebraError)

  public var description: String {
    switch self {
    case .unsuitable(let place, let found, let expected):
      "\(place): found \(found), expected \(expected)"
    case .failed(let error): "regression: \(error)"
    }
  }
}
