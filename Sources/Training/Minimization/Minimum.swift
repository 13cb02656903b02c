import Arrays

/// The point at which a minimiser stopped, and why it did.
public struct Minimum: Sendable {
  /// Why a minimiser stopped.
  public enum Reason: String, Sendable, Hashable, Codable {
    /// The largest element of the gradient, projected on the box where there is one, is small enough.
    case gradient
    /// The value fell by too little in the last iteration.
    case decrease
    /// As many iterations were done as were asked for.
    case iterations
    /// As many values were computed as were asked for.
    case evaluations
    /// No step along the direction lowered the value, although the gradient is not small: the
    /// rounding of the values hides what is left, or the gradient is not that of the function.
    case lineSearch
    /// The closure that is told of each iteration asked for it.
    case stopped

    /// Whether a minimum was reached as closely as was asked for.
    public var isConverged: Bool { self == .gradient || self == .decrease }
  }

  /// Where it stopped, of the start's shape and type.
  public let point: NDArray
  /// The function's value there.
  public let value: Double
  /// The gradient there, not projected.
  public let gradient: NDArray
  /// Iterations done.
  public let iterations: Int
  /// How often value and gradient were computed.
  public let evaluations: Int
  /// Why it stopped.
  public let reason: Reason
}

/// What a minimiser tells of the start, number 0, and after each iteration.
public struct MinimizationStep: Sendable {
  /// 0 for the start.
  public let iteration: Int
  /// The point, of the start's shape and type.
  public let point: NDArray
  /// The function's value there.
  public let value: Double
  /// The largest absolute element of the gradient there, projected on the box where there is one.
  public let gradientNorm: Double
}

/// Why a function could not be minimised.
public enum MinimizationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The start has a type other than float32 or float64, or no elements.
  case unusableStart(dtype: DType, shape: Shape)
  /// The value or an element of the gradient is not a finite number at the start.
  case notFinite(value: Double)
  /// Bounds of another shape than the start's.
  case boundsDiffer(bounds: Shape, start: Shape)
  /// A lower bound above the upper one, or a bound that is not a number; elements are counted in
  /// row-major order.
  case emptyBox(element: Int, lower: Double, upper: Double)
  /// The Hessian, even with damping, could not be solved with.
  case singularHessian(LinearAlgebraError)

  public var description: String {
    switch self {
    case .unusableStart(let dtype, let shape):
      "start of \(dtype) \(shape), expected float32 or float64 and at least one element"
    case .notFinite(let value):
      "the start has the value \(value) or a gradient that is not finite; "
        + "expected a point where both are finite numbers"
    case .boundsDiffer(let bounds, let start):
      "bounds of shape \(bounds) for a start of shape \(start)"
    case .emptyBox(let element, let lower, let upper):
      "bounds of element \(element): from \(lower) to \(upper), expected lower ≤ upper"
    case .singularHessian(let error):
      "the Hessian cannot be solved with (\(error)); damping or another method would do"
    }
  }
}
