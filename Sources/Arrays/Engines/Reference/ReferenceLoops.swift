/// Nested loops over the elements of up to four operands of one shape, each with its own strides.
///
/// Axes that all operands step through evenly are merged, so that contiguous operands give a single
/// loop.
struct ReferenceLoops {
  /// Number of loops, at least 1.
  private(set) var rank = 0
  private(set) var sizes = SIMD8<Int>(repeating: 0)
  /// Strides of the operands in elements.
  private(set) var a = SIMD8<Int>(repeating: 0)
  private(set) var b = SIMD8<Int>(repeating: 0)
  private(set) var c = SIMD8<Int>(repeating: 0)
  private(set) var d = SIMD8<Int>(repeating: 0)

  /// Loops over `shape` with up to four operands' strides.
  init(
    _ shape: Shape, _ a: SIMD8<Int>, _ b: SIMD8<Int> = .zero, _ c: SIMD8<Int> = .zero,
    _ d: SIMD8<Int> = .zero
  ) {
    for axis in 0..<shape.rank {
      let size = shape.lanes[axis]
      if size == 1 { continue }
      let last = rank - 1
      let merges =
        last >= 0 && self.a[last] == a[axis] &* size && self.b[last] == b[axis] &* size
        && self.c[last] == c[axis] &* size && self.d[last] == d[axis] &* size
      let loop = merges ? last : rank
      sizes[loop] = merges ? sizes[last] &* size : size
      self.a[loop] = a[axis]
      self.b[loop] = b[axis]
      self.c[loop] = c[axis]
      self.d[loop] = d[axis]
      rank = loop + 1
    }
    if rank == 0 {
      rank = 1
      sizes[0] = 1
    }
  }

  /// Trips of the innermost loop.
  var innerCount: Int { sizes[rank - 1] }
  /// Strides of the innermost loop.
  var innerStrides: (a: Int, b: Int, c: Int, d: Int) {
    (a[rank - 1], b[rank - 1], c[rank - 1], d[rank - 1])
  }

  /// Calls `body` for each run of the innermost loop with the operands' offsets at its start.
  @inline(__always)
  func forEachRow(_ body: (_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Void) {
    var rows = 1
    for loop in 0..<rank - 1 { rows &*= sizes[loop] }
    if rows == 0 || innerCount == 0 { return }
    var index = SIMD8<Int>(repeating: 0)
    var (offsetA, offsetB, offsetC, offsetD) = (0, 0, 0, 0)
    while true {
      body(offsetA, offsetB, offsetC, offsetD)
      rows &-= 1
      if rows == 0 { return }
      var loop = rank - 2
      while true {
        index[loop] &+= 1
        let wraps = index[loop] == sizes[loop]
        let steps = wraps ? 1 &- sizes[loop] : 1
        offsetA &+= a[loop] &* steps
        offsetB &+= b[loop] &* steps
        offsetC &+= c[loop] &* steps
        offsetD &+= d[loop] &* steps
        if !wraps { break }
        index[loop] = 0
        loop &-= 1
      }
    }
  }
}

extension NDArray {
  /// The address of the first element.
  /// - Precondition: not in oneDNN's layout.
  @inline(__always)
  func firstElement<Element>(as type: Element.Type) -> UnsafeMutablePointer<Element> {
    let base = storage.pointer.assumingMemoryBound(to: type)
    if case .strided(let view) = layout { return base + view.offset }
    return base
  }

  /// Strides in elements.
  /// - Precondition: not in oneDNN's layout.
  @inline(__always)
  var elementStrides: SIMD8<Int> {
    if case .strided(let view) = layout { return view.strides }
    return shape.rowMajorStrides
  }

  /// Strides when stretched to `target`: 0 along the axes that this array has not, or has once.
  func elementStrides(broadcastTo target: Shape) -> SIMD8<Int> {
    let own = elementStrides
    var result = SIMD8<Int>(repeating: 0)
    let shift = target.rank - shape.rank
    for axis in 0..<shape.rank where shape.lanes[axis] != 1 { result[axis + shift] = own[axis] }
    return result
  }
}
