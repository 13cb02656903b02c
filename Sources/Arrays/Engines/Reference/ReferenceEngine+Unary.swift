extension ReferenceEngine {
  package func unary(_ function: UnaryFunction, _ x: NDArray, alpha: Double) -> NDArray {
    switch x.dtype {
    case .float32: Self.unary(function, x, Float(alpha))
    case .float64: Self.unary(function, x, alpha)
    case .int32: Self.integerUnary(function, x, alpha)
    default: Self.unsupported("\(function)", x.dtype)
    }
  }

  private static func unary<Real: RealElement>(
    _ function: UnaryFunction, _ x: NDArray, _ alpha: Real
  ) -> NDArray {
    @inline(__always) func map(_ function: (Real) -> Real) -> NDArray {
      Self.map(x, as: Real.self, to: Real.dtype, function)
    }
    return switch function {
    case .negate: map { -$0 }
    case .absolute: map { $0.magnitude }
    case .sign: map { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .reciprocal: map { 1 / $0 }
    case .square: map { $0 * $0 }
    case .exp: map { Real.exp($0) }
    case .log: map { Real.log($0) }
    case .sqrt: map { $0.squareRoot() }
    case .sin: map { Real.sin($0) }
    case .cos: map { Real.cos($0) }
    case .erf: map { Real.erf($0) }
    case .tanh: map { Real.tanh($0) }
    case .sigmoid: map { sigmoid($0) }
    case .relu: map { $0 <= 0 ? 0 : $0 }
    case .leakyRelu: map { $0 > 0 ? $0 : alpha * $0 }
    case .gelu: map { share(normalDistribution($0), of: $0) }
    case .geluTanh: map { share(sigmoid(geluArgument($0)), of: $0) }
    case .softplus: map { ($0 > 0 ? $0 : 0) + Real.log1p(Real.exp(-$0.magnitude)) }
    case .addScalar: map { $0 + alpha }
    case .multiplyScalar: map { $0 * alpha }
    case .subtractFromScalar: map { alpha - $0 }
    case .divideIntoScalar: map { alpha / $0 }
    case .powerScalar: alpha == 2 ? map { $0 * $0 } : map { Real.pow($0, alpha) }
    case .maximumScalar: map { maximum($0, alpha) }
    case .minimumScalar: map { minimum($0, alpha) }
    }
  }

  /// The functions that stay within whole numbers; saturating.
  private static func integerUnary(
    _ function: UnaryFunction, _ x: NDArray, _ alpha: Double
  ) -> NDArray {
    @inline(__always) func map(_ function: (Double) -> Double) -> NDArray {
      Self.map(x, as: Int32.self, to: .int32) { Int32(converting: function(Double($0))) }
    }
    return switch function {
    case .negate: map { -$0 }
    case .absolute: map { $0.magnitude }
    case .sign: map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
    case .square: map { $0 * $0 }
    case .relu: map { $0 > 0 ? $0 : 0 }
    case .addScalar: map { $0 + alpha }
    case .multiplyScalar: map { $0 * alpha }
    case .subtractFromScalar: map { alpha - $0 }
    case .divideIntoScalar: map { alpha / $0 }
    case .powerScalar: map { Double.pow($0, alpha) }
    case .maximumScalar: map { maximum($0, alpha) }
    case .minimumScalar: map { minimum($0, alpha) }
    default: unsupported("\(function)", .int32)
    }
  }

  package func unaryGradient(
    _ function: UnaryGradient, upstream: NDArray, saved: NDArray, alpha: Double
  ) -> NDArray {
    switch upstream.dtype {
    case .float32: Self.unaryGradient(function, upstream, saved, Float(alpha))
    case .float64: Self.unaryGradient(function, upstream, saved, alpha)
    default: Self.unsupported("\(function)", upstream.dtype)
    }
  }

  private static func unaryGradient<Real: RealElement>(
    _ function: UnaryGradient, _ upstream: NDArray, _ saved: NDArray, _ alpha: Real
  ) -> NDArray {
    @inline(__always) func map(_ function: (Real, Real) -> Real) -> NDArray {
      Self.map(
        upstream, saved, as: Real.self, shape: upstream.shape, to: Real.dtype, function)
    }
    return switch function {
    case .tanhFromValue: map { u, y in u * (1 - y * y) }
    case .sigmoidFromValue: map { u, y in u * y * (1 - y) }
    case .reluFromValue: map { u, y in y > 0 ? u : 0 }
    case .leakyReluFromInput: map { u, x in x > 0 ? u : alpha * u }
    case .geluFromInput:
      map { u, x in
        let density = Real(0.398_942_280_401_432_7) * Real.exp(-0.5 * x * x)  // 1/√(2π)
        return u * (normalDistribution(x) + share(density, of: x))
      }
    case .geluTanhFromInput:
      map { u, x in
        let z = geluArgument(x)
        let (part, rest) = (sigmoid(z), sigmoid(-z))
        let slope = geluScale(Real.self) * (1 + 3 * Real(0.044715) * x * x)
        return u * (part + share(part * rest, of: x * slope))
      }
    case .softplusFromInput: map { u, x in u * sigmoid(x) }
    }
  }

  /// 1 / (1 + e⁻ˣ), from the exponential that cannot overflow.
  @inline(__always)
  private static func sigmoid<Real: RealElement>(_ x: Real) -> Real {
    let e = Real.exp(-x.magnitude)
    return (x >= 0 ? 1 : e) / (1 + e)
  }

  /// Φ(x) = ½ (1 + erf(x/√2)), by the complement, which keeps its digits where x is negative.
  @inline(__always)
  private static func normalDistribution<Real: RealElement>(_ x: Real) -> Real {
    0.5 * Real.erfc(-x * Real(0.707_106_781_186_547_6))
  }

  /// part · x, and 0 where the part is, even of infinity.
  @inline(__always)
  private static func share<Real: RealElement>(_ part: Real, of x: Real) -> Real {
    part == 0 ? 0 : part * x
  }

  /// 2√(2/π)
  @inline(__always)
  private static func geluScale<Real: RealElement>(_ type: Real.Type) -> Real {
    Real(1.595_769_121_605_730_8)
  }

  /// z = 2t = 2√(2/π) (x + 0.044715 x³): ½ (1 + tanh t) is σ(z), which keeps its digits where it is
  /// small.
  @inline(__always)
  private static func geluArgument<Real: RealElement>(_ x: Real) -> Real {
    geluScale(Real.self) * (x + Real(0.044715) * x * x * x)
  }
}
