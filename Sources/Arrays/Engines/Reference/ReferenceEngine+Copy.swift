extension ReferenceEngine {
  package func copy(_ x: NDArray) -> NDArray {
    if case .blocked = x.layout { return Self.readable(x) }
    let result = NDArray(uninitialized: x.shape, dtype: x.dtype)
    Self.move(
      x.shape, x.dtype, from: x.storage.pointer, at: x.strided?.offset ?? 0, x.elementStrides,
      to: result.storage.pointer, at: 0, x.shape.rowMajorStrides)
    return result
  }

  /// x, or a copy of it where it is not row-major.
  static func ordered(_ x: NDArray) -> NDArray { x.isRowMajor ? x : shared.copy(x) }

  /// Copies elements of any type between two places with strides; offsets and strides count
  /// elements.
  static func move(
    _ shape: Shape, _ dtype: DType,
    from source: UnsafeRawPointer, at sourceOffset: Int, _ sourceStrides: SIMD8<Int>,
    to target: UnsafeMutableRawPointer, at targetOffset: Int, _ targetStrides: SIMD8<Int>
  ) {
    let loops = ReferenceLoops(shape, sourceStrides, targetStrides)
    let width = dtype.byteCount
    let source = source + sourceOffset &* width
    let target = target + targetOffset &* width
    let steps = loops.innerStrides
    if steps.a == 1 && steps.b == 1 {
      let bytes = loops.innerCount &* width
      loops.forEachRow { from, to, _, _ in
        (target + to &* width).copyMemory(from: source + from &* width, byteCount: bytes)
      }
      return
    }
    switch width {
    case 1: moveRows(loops, source, target, UInt8.self)
    case 2: moveRows(loops, source, target, UInt16.self)
    case 4: moveRows(loops, source, target, UInt32.self)
    default: moveRows(loops, source, target, UInt64.self)
    }
  }

  private static func moveRows<Element>(
    _ loops: ReferenceLoops, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer,
    _ type: Element.Type
  ) {
    let source = source.assumingMemoryBound(to: type)
    let target = target.assumingMemoryBound(to: type)
    let count = loops.innerCount
    let steps = loops.innerStrides
    loops.forEachRow { from, to, _, _ in
      var (from, to) = (from, to)
      for _ in 0..<count {
        target[to] = source[from]
        from &+= steps.a
        to &+= steps.b
      }
    }
  }

  package func cast(_ x: NDArray, to dtype: DType) -> NDArray {
    if x.dtype == dtype { return copy(x) }
    switch x.dtype {
    case .float32: return Self.cast(x, from: Float.self, to: dtype)
    case .float64: return Self.cast(x, from: Double.self, to: dtype)
    case .int32: return Self.cast(x, from: Int32.self, to: dtype)
    case .bool: return Self.cast(x, from: StoredBool.self, to: dtype)
    case .int64: return Self.cast(x, from: Int64.self, to: dtype)
    case .uint8: return Self.cast(x, from: UInt8.self, to: dtype)
    case .float16: return Self.cast(x, from: StoredHalf.self, to: dtype)
    }
  }

  private static func cast<Source: StoredElement>(
    _ x: NDArray, from type: Source.Type, to dtype: DType
  ) -> NDArray {
    switch dtype {
    case .float32: map(x, as: type, to: dtype) { Float(converting: $0.double) }
    case .float64: map(x, as: type, to: dtype) { $0.double }
    case .int32: map(x, as: type, to: dtype) { Int32(converting: $0.double) }
    case .bool: map(x, as: type, to: dtype) { StoredBool(converting: $0.double) }
    case .int64: map(x, as: type, to: dtype) { Int64(converting: $0.double) }
    case .uint8: map(x, as: type, to: dtype) { UInt8(converting: $0.double) }
    case .float16: map(x, as: type, to: dtype) { StoredHalf(converting: $0.double) }
    }
  }
}
