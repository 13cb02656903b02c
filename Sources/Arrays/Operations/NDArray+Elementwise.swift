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

  /// The sum a + b, element-wise with broadcasting; int32 wraps around.
  /// - Precondition: one type on both sides (float32, float64 or int32); the shapes broadcast.
  public static func + (a: NDArray, b: NDArray) -> NDArray { a.binary(.add, b) }
  /// The difference a − b, element-wise with broadcasting; int32 wraps around.
  /// - Precondition: one type on both sides (float32, float64 or int32); the shapes broadcast.
  public static func - (a: NDArray, b: NDArray) -> NDArray { a.binary(.subtract, b) }
  /// The product a · b, element-wise with broadcasting; int32 wraps around. `matmul` is the matrix
  /// product.
  /// - Precondition: one type on both sides (float32, float64 or int32); the shapes broadcast.
  public static func * (a: NDArray, b: NDArray) -> NDArray { a.binary(.multiply, b) }
  /// The quotient a / b, element-wise with broadcasting; int32 rounds towards zero and saturates.
  /// - Precondition: one type on both sides (float32, float64 or int32); the shapes broadcast.
  public static func / (a: NDArray, b: NDArray) -> NDArray { a.binary(.divide, b) }
  /// The sum a + b of each element and a number; int32 rounds towards zero and saturates.
  public static func + (a: NDArray, b: Double) -> NDArray { a.unary(.addScalar, alpha: b) }
  /// The difference a − b of each element and a number; int32 rounds towards zero and saturates.
  public static func - (a: NDArray, b: Double) -> NDArray { a.unary(.addScalar, alpha: -b) }
  /// The product a · b of each element and a number; int32 rounds towards zero and saturates.
  public static func * (a: NDArray, b: Double) -> NDArray { a.unary(.multiplyScalar, alpha: b) }
  /// The quotient a / b of each element and a number: exact in float64, in which numbers are shown;
  /// otherwise the product with 1/b.
  public static func / (a: NDArray, b: Double) -> NDArray {
    a.dtype == .float64
      ? a.binary(.divide, NDArray(b)) : a.unary(.multiplyScalar, alpha: 1 / b)
  }
  /// The sum a + b of a number and each element; int32 rounds towards zero and saturates.
  public static func + (a: Double, b: NDArray) -> NDArray { b.unary(.addScalar, alpha: a) }
  /// The difference a − b of a number and each element; int32 rounds towards zero and saturates.
  public static func - (a: Double, b: NDArray) -> NDArray {
    b.unary(.subtractFromScalar, alpha: a)
  }
  /// The product a · b of a number and each element; int32 rounds towards zero and saturates.
  public static func * (a: Double, b: NDArray) -> NDArray { b.unary(.multiplyScalar, alpha: a) }
  /// The quotient a / b of a number and each element; int32 rounds towards zero and saturates.
  public static func / (a: Double, b: NDArray) -> NDArray { b.unary(.divideIntoScalar, alpha: a) }
  /// The negative −a, element-wise; the smallest int32 becomes the largest.
  public static prefix func - (a: NDArray) -> NDArray { a.unary(.negate) }

  /// eˣ, element-wise.
  /// - Precondition: float32 or float64.
  public func exp() -> NDArray { unary(.exp) }
  /// ln x, the natural logarithm, element-wise; −∞ at 0, NaN below.
  /// - Precondition: float32 or float64.
  public func log() -> NDArray { unary(.log) }
  /// √x, element-wise; NaN below 0.
  /// - Precondition: float32 or float64.
  public func squareRoot() -> NDArray { unary(.sqrt) }
  /// sin x, element-wise, x in radians.
  /// - Precondition: float32 or float64.
  public func sin() -> NDArray { unary(.sin) }
  /// cos x, element-wise, x in radians.
  /// - Precondition: float32 or float64.
  public func cos() -> NDArray { unary(.cos) }
  /// tanh x, element-wise.
  /// - Precondition: float32 or float64.
  public func tanh() -> NDArray { unary(.tanh) }
  /// σ(x) = 1 / (1 + e⁻ˣ), element-wise; no overflow for any x.
  /// - Precondition: float32 or float64.
  public func sigmoid() -> NDArray { unary(.sigmoid) }
  /// max(x, 0), element-wise; a NaN stays one.
  public func relu() -> NDArray { unary(.relu) }
  /// The Gauss error function erf x = 2/√π ∫₀ˣ e^(−t²) dt, element-wise.
  /// - Precondition: float32 or float64.
  public func errorFunction() -> NDArray { unary(.erf) }
  /// |x|, element-wise.
  public func absolute() -> NDArray { unary(.absolute) }
  /// The sign, element-wise: −1, 0 or 1, with sign(0) = 0; a NaN stays one.
  public func sign() -> NDArray { unary(.sign) }
  /// x², element-wise; int32 saturates.
  public func squared() -> NDArray { unary(.square) }
  /// x^exponent, element-wise; NaN for x < 0 unless the exponent is a whole number. int32 rounds
  /// towards zero and saturates.
  public func power(_ exponent: Double) -> NDArray { unary(.powerScalar, alpha: exponent) }
  /// x^exponent, element-wise with broadcasting, as `power` of a number.
  /// - Precondition: one type on both sides (float32, float64 or int32); the shapes broadcast.
  public func power(_ exponent: NDArray) -> NDArray { binary(.power, exponent) }
  /// The larger of two elements, element-wise with broadcasting; NaN where either is.
  public func maximum(_ other: NDArray) -> NDArray { binary(.maximum, other) }
  /// The smaller of two elements, element-wise with broadcasting; NaN where either is.
  public func minimum(_ other: NDArray) -> NDArray { binary(.minimum, other) }

  /// Whether a = b, element-wise with broadcasting, as bool; a NaN equals nothing, itself included.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public func isEqual(to other: NDArray) -> NDArray { compare(.equal, other) }
  /// Whether a ≠ b, element-wise with broadcasting, as bool; true where either is NaN.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public func isNotEqual(to other: NDArray) -> NDArray { compare(.notEqual, other) }
  /// Whether a < b, element-wise with broadcasting, as bool; false where either is NaN.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public func isLess(than other: NDArray) -> NDArray { compare(.less, other) }
  /// Whether a ≤ b, element-wise with broadcasting, as bool; false where either is NaN.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public func isLessOrEqual(to other: NDArray) -> NDArray { compare(.lessOrEqual, other) }
  /// Whether a > b, element-wise with broadcasting, as bool; false where either is NaN.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public func isGreater(than other: NDArray) -> NDArray { compare(.greater, other) }
  /// Whether a ≥ b, element-wise with broadcasting, as bool; false where either is NaN.
  /// - Precondition: one type on both sides; the shapes broadcast.
  public func isGreaterOrEqual(to other: NDArray) -> NDArray { compare(.greaterOrEqual, other) }

  /// `a` where the condition holds and `b` elsewhere, all three broadcast.
  /// - Precondition: the condition is bool; `a` and `b` have one type; the shapes broadcast.
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
