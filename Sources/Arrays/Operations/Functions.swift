/// Functions of one element. Those with a parameter take it as `alpha`.
package enum UnaryFunction: Int32, Sendable, CaseIterable {
  case negate, absolute, sign, reciprocal, square
  case exp, log, sqrt, sin, cos, erf
  case tanh, sigmoid, relu, leakyRelu, gelu, geluTanh, softplus
  /// x + α and x · α
  case addScalar, multiplyScalar
  /// α − x, α / x
  case subtractFromScalar, divideIntoScalar
  /// x^α
  case powerScalar
  /// max(x, α), min(x, α)
  case maximumScalar, minimumScalar

  /// Whether f(0) = 0 for this parameter, so that padding of zeros stays zero.
  package func preservesZero(alpha: Double) -> Bool {
    switch self {
    case .negate, .absolute, .sign, .square, .sqrt, .sin, .erf, .tanh, .relu, .gelu, .geluTanh:
      true
    case .leakyRelu, .multiplyScalar: Float(alpha).isFinite
    case .addScalar, .subtractFromScalar: alpha == 0
    case .powerScalar: alpha > 0
    case .maximumScalar: alpha <= 0
    case .minimumScalar: alpha >= 0
    case .reciprocal, .exp, .log, .cos, .sigmoid, .softplus, .divideIntoScalar: false
    }
  }
}

/// Fused first-order rules u, s ↦ ∂L/∂x, where s is what the function saved (its value y, or x).
package enum UnaryGradient: Int32, Sendable, CaseIterable {
  /// u · (1 − y²)
  case tanhFromValue
  /// u · y · (1 − y)
  case sigmoidFromValue
  /// u where y > 0, else 0
  case reluFromValue
  /// u where x > 0, else α·u
  case leakyReluFromInput
  case geluFromInput, geluTanhFromInput
  /// u · σ(x)
  case softplusFromInput

  /// Whether 0, 0 gives 0 for this parameter, so that padding of zeros stays zero: each rule gives
  /// a multiple of u.
  package func preservesZero(alpha: Double) -> Bool {
    self != .leakyReluFromInput || Float(alpha).isFinite
  }
}

/// Functions of two elements, with broadcasting.
package enum BinaryFunction: Int32, Sendable, CaseIterable {
  case add, subtract, multiply, divide, maximum, minimum, power
  /// max(a + b, 0)
  case rectifiedSum

  /// Whether f(0, 0) = 0.
  package var preservesZero: Bool { self != .divide && self != .power }
}

/// Comparisons, whose result is `bool`.
package enum Comparison: Int32, Sendable, CaseIterable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// Reductions over axes.
package enum Reduction: Int32, Sendable, CaseIterable {
  case sum, mean, maximum, minimum
  /// Mean of the squared deviations from the mean (divisor n).
  case variance
}
