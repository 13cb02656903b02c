extension ReferenceEngine {
  /// The function of each element. Inlined with the function, so that the loops vectorise.
  @inline(__always)
  static func map<Source, Target>(
    _ x: NDArray, as type: Source.Type, to dtype: DType, _ function: (Source) -> Target
  ) -> NDArray {
    let x = readable(x)
    let result = NDArray(uninitialized: x.shape, dtype: dtype)
    let source = UnsafePointer(x.firstElement(as: type))
    let target = result.firstElement(as: Target.self)
    if x.isRowMajor {
      for index in 0..<x.shape.elementCount { target[index] = function(source[index]) }
      return result
    }
    let loops = ReferenceLoops(x.shape, result.elementStrides, x.elementStrides)
    let count = loops.innerCount
    let step = loops.innerStrides.b
    loops.forEachRow { to, from, _, _ in
      for index in 0..<count {
        target[to &+ index] = function(source[from &+ index &* step])
      }
    }
    return result
  }

  /// The function of each pair of elements of arrays stretched to `shape`.
  @inline(__always)
  static func map<Source, Target>(
    _ a: NDArray, _ b: NDArray, as type: Source.Type, shape: Shape, to dtype: DType,
    _ function: (Source, Source) -> Target
  ) -> NDArray {
    let a = readable(a)
    let b = readable(b)
    let result = NDArray(uninitialized: shape, dtype: dtype)
    let first = UnsafePointer(a.firstElement(as: type))
    let second = UnsafePointer(b.firstElement(as: type))
    let target = result.firstElement(as: Target.self)
    if a.isRowMajor && b.isRowMajor && a.shape == shape && b.shape == shape {
      for index in 0..<shape.elementCount {
        target[index] = function(first[index], second[index])
      }
      return result
    }
    let loops = ReferenceLoops(
      shape, shape.rowMajorStrides, a.elementStrides(broadcastTo: shape),
      b.elementStrides(broadcastTo: shape))
    let count = loops.innerCount
    let steps = loops.innerStrides
    loops.forEachRow { to, fromA, fromB, _ in
      let target = target + to
      let first = first + fromA
      let second = second + fromB
      switch (steps.b, steps.c) {
      case (1, 1):
        for index in 0..<count { target[index] = function(first[index], second[index]) }
      case (1, 0):
        let other = second[0]
        for index in 0..<count { target[index] = function(first[index], other) }
      case (0, 1):
        let one = first[0]
        for index in 0..<count { target[index] = function(one, second[index]) }
      default:
        for index in 0..<count {
          target[index] = function(first[index &* steps.b], second[index &* steps.c])
        }
      }
    }
    return result
  }
}
