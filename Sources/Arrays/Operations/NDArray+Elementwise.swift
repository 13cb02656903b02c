// Element-wise functions of arrays. Two operands broadcast: their shapes are aligned at the last
// axis, and an axis of size 1 stretches. Both have the same type; `cast(to:)` converts.

extension NDArray {
  package func unary(_ function: UnaryFunction, alpha: Double = 0) -> NDArray {
    engine(for: dtype).unary(function, self, alpha: alpha)
  }

  package func binary(_ function: BinaryFunction, _ other: NDArray) -> NDArray {
    checkSameType(other, "\(function)")
    if shape == other.shape {
      return engine(for: dtype).binary(function, self, other, shape: shape)
    }
    let shape = trapping { () throws(ShapeError) in
      try Shape.broadcast(self.shape, other.shape, operation: "\(function)")
    }
    return engine(for: dtype).binary(function, self, other, shape: shape)
  }

  package func compare(_ comparison: Comparison, _ other: NDArray) -> NDArray {
    checkSameType(other, "\(comparison)")
    let shape = trapping { () throws(ShapeError) in
      try Shape.broadcast(self.shape, other.shape, operation: "\(comparison)")
    }
    return engine(for: dtype).compare(comparison, self, other, shape: shape)
  }

  package func checkSameType(_ other: NDArray, _ operation: @autoclosure () -> String) {
    guard dtype == other.dtype else {
      fatalError(
        "\(operation()): \(dtype) \(shape) with \(other.dtype) \(other.shape); cast(to:) converts")
    }
  }

  public static func + (a: NDArray, b: NDArray) -> NDArray { a.binary(.add, b) }
  public static func - (a: NDArray, b: NDArray) -> NDArray { a.binary(.subtract, b) }
  public static func * (a: NDArray, b: NDArray) -> NDArray { a.binary(.multiply, b) }
  public static func / (a: NDArray, b: NDArray) -> NDArray { a.binary(.divide, b) }
  public static func + (a: NDArray, b: Double) -> NDArray { a.unary(.addScalar, alpha: b) }
  public static func - (a: NDArray, b: Double) -> NDArray { a.unary(.addScalar, alpha: -b) }
  public static func * (a: NDArray, b: Double) -> NDArray { a.unary(.multiplyScalar, alpha: b) }
  /// Exact in float64, in which numbers are shown; otherwise the product with 1/b.
  public static func / (a: NDArray, b: Double) -> NDArray {
    a.dtype == .float64
      ? a.binary(.divide, NDArray(b)) : a.unary(.multiplyScalar, alpha: 1 / b)
  }
  public static func + (a: Double, b: NDArray) -> NDArray { b.unary(.addScalar, alpha: a) }
  public static func - (a: Double, b: NDArray) -> NDArray {
    b.unary(.subtractFromScalar, alpha: a)
  }
  public static func * (a: Double, b: NDArray) -> NDArray { b.unary(.multiplyScalar, alpha: a) }
  public static func / (a: Double, b: NDArray) -> NDArray { b.unary(.divideIntoScalar, alpha: a) }
  public static prefix func - (a: NDArray) -> NDArray { a.unary(.negate) }

  public func exp() -> NDArray { unary(.exp) }
  public func log() -> NDArray { unary(.log) }
  public func squareRoot() -> NDArray { unary(.sqrt) }
  public func sin() -> NDArray { unary(.sin) }
  public func cos() -> NDArray { unary(.cos) }
  public func tanh() -> NDArray { unary(.tanh) }
  /// 1 / (1 + e⁻ˣ)
  public func sigmoid() -> NDArray { unary(.sigmoid) }
  /// max(x, 0)
  public func relu() -> NDArray { unary(.relu) }
  /// The Gauss error function.
  public func errorFunction() -> NDArray { unary(.erf) }
  public func absolute() -> NDArray { unary(.absolute) }
  /// −1, 0 or 1; sign(0) = 0.
  public func sign() -> NDArray { unary(.sign) }
  public func squared() -> NDArray { unary(.square) }
  public func power(_ exponent: Double) -> NDArray { unary(.powerScalar, alpha: exponent) }
  public func power(_ exponent: NDArray) -> NDArray { binary(.power, exponent) }
  /// The larger of two elements; NaN where either is.
  public func maximum(_ other: NDArray) -> NDArray { binary(.maximum, other) }
  /// The smaller of two elements; NaN where either is.
  public func minimum(_ other: NDArray) -> NDArray { binary(.minimum, other) }

  /// Element-wise comparisons, whose result is `bool`; NaN equals nothing.
  public func isEqual(to other: NDArray) -> NDArray { compare(.equal, other) }
  public func isNotEqual(to other: NDArray) -> NDArray { compare(.notEqual, other) }
  public func isLess(than other: NDArray) -> NDArray { compare(.less, other) }
  public func isLessOrEqual(to other: NDArray) -> NDArray { compare(.lessOrEqual, other) }
  public func isGreater(than other: NDArray) -> NDArray { compare(.greater, other) }
  public func isGreaterOrEqual(to other: NDArray) -> NDArray { compare(.greaterOrEqual, other) }

  /// `a` where the condition (bool) holds and `b` elsewhere, all three broadcast.
  public static func select(_ condition: NDArray, _ a: NDArray, _ b: NDArray) -> NDArray {
    guard condition.dtype == .bool else {
      fatalError("select: the condition is \(condition.dtype), expected bool")
    }
    a.checkSameType(b, "select")
    let shape = trapping { () throws(ShapeError) in
      let values = try Shape.broadcast(a.shape, b.shape, operation: "select")
      return try Shape.broadcast(condition.shape, values, operation: "select")
    }
    return engine(for: a.dtype).select(condition, a, b, shape: shape)
  }

  /// The same elements as another type; to integers towards zero, saturating, NaN to 0.
  public func cast(to dtype: DType) -> NDArray {
    dtype == self.dtype ? self : engine(for: self.dtype).cast(self, to: dtype)
  }
}
