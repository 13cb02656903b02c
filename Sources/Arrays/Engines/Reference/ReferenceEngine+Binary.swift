extension ReferenceEngine {
  package func binary(_ function: BinaryFunction, _ a: NDArray, _ b: NDArray, shape: Shape)
    -> NDArray
  {
    switch a.dtype {
    case .float32: Self.binary(function, a, b, shape, Float.self)
    case .float64: Self.binary(function, a, b, shape, Double.self)
    case .int32: Self.integerBinary(function, a, b, shape)
    default: Self.unsupported("\(function)", a.dtype)
    }
  }

  private static func binary<Real: RealElement>(
    _ function: BinaryFunction, _ a: NDArray, _ b: NDArray, _ shape: Shape, _ type: Real.Type
  ) -> NDArray {
    @inline(__always) func map(_ function: (Real, Real) -> Real) -> NDArray {
      Self.map(a, b, as: type, shape: shape, to: Real.dtype, function)
    }
    return switch function {
    case .add: map { $0 + $1 }
    case .subtract: map { $0 - $1 }
    case .multiply: map { $0 * $1 }
    case .divide: map { $0 / $1 }
    case .maximum: map { maximum($0, $1) }
    case .minimum: map { minimum($0, $1) }
    case .power: map { Real.pow($0, $1) }
    case .rectifiedSum: map { $0 + $1 <= 0 ? 0 : $0 + $1 }
    }
  }

  /// Sums and products wrap around; quotients and powers are those of the real numbers, towards
  /// zero and saturating.
  private static func integerBinary(
    _ function: BinaryFunction, _ a: NDArray, _ b: NDArray, _ shape: Shape
  ) -> NDArray {
    @inline(__always) func map(_ function: (Int32, Int32) -> Int32) -> NDArray {
      Self.map(a, b, as: Int32.self, shape: shape, to: .int32, function)
    }
    return switch function {
    case .add: map { $0 &+ $1 }
    case .subtract: map { $0 &- $1 }
    case .multiply: map { $0 &* $1 }
    case .divide: map { Int32(converting: Double($0) / Double($1)) }
    case .maximum: map { $0 > $1 ? $0 : $1 }
    case .minimum: map { $0 < $1 ? $0 : $1 }
    case .power: map { Int32(converting: Double.pow(Double($0), Double($1))) }
    case .rectifiedSum: map { max($0 &+ $1, 0) }
    }
  }

  /// The larger one, or NaN where one is.
  @inline(__always)
  static func maximum<Real: RealElement>(_ a: Real, _ b: Real) -> Real {
    let larger = a > b ? a : b  // b where one is NaN
    return a != a ? a : larger
  }

  /// The smaller one, or NaN where one is.
  @inline(__always)
  static func minimum<Real: RealElement>(_ a: Real, _ b: Real) -> Real {
    let smaller = a < b ? a : b  // b where one is NaN
    return a != a ? a : smaller
  }

  package func compare(_ comparison: Comparison, _ a: NDArray, _ b: NDArray, shape: Shape)
    -> NDArray
  {
    switch a.dtype {
    case .float32: Self.compare(comparison, a, b, shape, Float.self)
    case .float64: Self.compare(comparison, a, b, shape, Double.self)
    case .int32: Self.compare(comparison, a, b, shape, Int32.self)
    case .bool: Self.compare(comparison, a, b, shape, StoredBool.self)
    case .int64: Self.compare(comparison, a, b, shape, Int64.self)
    case .uint8: Self.compare(comparison, a, b, shape, UInt8.self)
    case .float16: Self.compare(comparison, a, b, shape, StoredHalf.self)
    }
  }

  private static func compare<Element: StoredElement>(
    _ comparison: Comparison, _ a: NDArray, _ b: NDArray, _ shape: Shape, _ type: Element.Type
  ) -> NDArray {
    @inline(__always) func map(_ function: (Element, Element) -> Bool) -> NDArray {
      Self.map(a, b, as: type, shape: shape, to: .bool) { StoredBool(function($0, $1)) }
    }
    return switch comparison {
    case .equal: map { $0 == $1 }
    case .notEqual: map { !($0 == $1) }
    case .less: map { $0 < $1 }
    case .lessOrEqual: map { $0 < $1 || $0 == $1 }
    case .greater: map { $1 < $0 }
    case .greaterOrEqual: map { $1 < $0 || $0 == $1 }
    }
  }

  package func select(_ condition: NDArray, _ a: NDArray, _ b: NDArray, shape: Shape) -> NDArray {
    guard condition.dtype == .bool else { Self.unsupported("select's condition", condition.dtype) }
    return switch a.dtype.byteCount {
    case 1: Self.select(condition, a, b, shape, UInt8.self)
    case 2: Self.select(condition, a, b, shape, UInt16.self)
    case 4: Self.select(condition, a, b, shape, UInt32.self)
    default: Self.select(condition, a, b, shape, UInt64.self)
    }
  }

  private static func select<Element>(
    _ condition: NDArray, _ a: NDArray, _ b: NDArray, _ shape: Shape, _ type: Element.Type
  ) -> NDArray {
    let condition = readable(condition)
    let a = readable(a)
    let b = readable(b)
    let result = NDArray(uninitialized: shape, dtype: a.dtype)
    let loops = ReferenceLoops(
      shape, shape.rowMajorStrides, condition.elementStrides(broadcastTo: shape),
      a.elementStrides(broadcastTo: shape), b.elementStrides(broadcastTo: shape))
    let target = result.firstElement(as: type)
    let flags = condition.firstElement(as: UInt8.self)
    let first = a.firstElement(as: type)
    let second = b.firstElement(as: type)
    let count = loops.innerCount
    let steps = loops.innerStrides
    loops.forEachRow { to, fromFlags, fromA, fromB in
      for index in 0..<count {
        let one = first[fromA &+ index &* steps.c]
        let other = second[fromB &+ index &* steps.d]
        target[to &+ index] = flags[fromFlags &+ index &* steps.b] != 0 ? one : other
      }
    }
    return result
  }
}
