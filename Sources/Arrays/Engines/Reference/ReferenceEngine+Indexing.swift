extension ReferenceEngine {
  /// An index as `Int`, or the end of the program where it is out of range.
  @inline(__always)
  static func checked(_ index: Int32, below count: Int, _ what: StaticString) -> Int {
    let index = Int(index)
    if index < 0 || index >= count { outOfRange(index, count, what) }
    return index
  }

  @inline(never)
  private static func outOfRange(_ index: Int, _ count: Int, _ what: StaticString) -> Never {
    fatalError("\(what) \(index) is not in 0..<\(count)")
  }

  /// The indices as row-major int32.
  private static func numbers(_ indices: NDArray) -> NDArray {
    indices.dtype == .int32 ? ordered(indices) : shared.cast(indices, to: .int32)
  }

  package func gather(_ x: NDArray, indices: NDArray, axis: Int) -> NDArray {
    let x = Self.ordered(x)
    let indices = Self.numbers(indices)
    let (outer, count, inner) = Self.split(x.shape, at: axis)
    let shape = Shape(
      Array(x.shape[..<axis]) + Array(indices.shape) + Array(x.shape[(axis + 1)...]))
    let result = NDArray(uninitialized: shape, dtype: x.dtype)
    let block = inner * x.dtype.byteCount
    let numbers = indices.firstElement(as: Int32.self)
    let total = indices.elementCount
    for row in 0..<outer {
      for index in 0..<total {
        let from = row &* count &+ Self.checked(numbers[index], below: count, "gather: index")
        (result.storage.pointer + (row &* total &+ index) &* block).copyMemory(
          from: x.storage.pointer + from &* block, byteCount: block)
      }
    }
    return result
  }

  package func scatterAdd(_ updates: NDArray, indices: NDArray, axis: Int, shape: Shape) -> NDArray
  {
    switch updates.dtype {
    case .float32: Self.scatterAdd(updates, indices, axis, shape, Float.self)
    case .float64: Self.scatterAdd(updates, indices, axis, shape, Double.self)
    case .int32: Self.scatterAdd(updates, indices, axis, shape, Int32.self)
    case .int64: Self.scatterAdd(updates, indices, axis, shape, Int64.self)
    case .uint8: Self.scatterAdd(updates, indices, axis, shape, UInt8.self)
    case .bool, .float16: Self.unsupported("scatterAdd", updates.dtype)
    }
  }

  private static func scatterAdd<Element: StoredElement>(
    _ updates: NDArray, _ indices: NDArray, _ axis: Int, _ shape: Shape, _ type: Element.Type
  ) -> NDArray {
    let updates = ordered(updates)
    let indices = numbers(indices)
    let result = NDArray.zeros(shape, dtype: updates.dtype)
    let (outer, count, inner) = split(shape, at: axis)
    let total = indices.elementCount
    let source = updates.firstElement(as: type)
    let target = result.firstElement(as: type)
    let numbers = indices.firstElement(as: Int32.self)
    for row in 0..<outer {
      for index in 0..<total {
        let place = checked(numbers[index], below: count, "scatterAdd: index")
        let from = source + (row &* total &+ index) &* inner
        let to = target + (row &* count &+ place) &* inner
        for column in 0..<inner { to[column] = Element.sum(to[column], from[column]) }
      }
    }
    return result
  }

  package func takeAlong(_ x: NDArray, indices: NDArray, axis: Int) -> NDArray {
    switch x.dtype.byteCount {
    case 1: Self.takeAlong(x, indices, axis, UInt8.self)
    case 2: Self.takeAlong(x, indices, axis, UInt16.self)
    case 4: Self.takeAlong(x, indices, axis, UInt32.self)
    default: Self.takeAlong(x, indices, axis, UInt64.self)
    }
  }

  private static func takeAlong<Element>(
    _ x: NDArray, _ indices: NDArray, _ axis: Int, _ type: Element.Type
  ) -> NDArray {
    let x = ordered(x)
    let indices = numbers(indices)
    let result = NDArray(uninitialized: indices.shape, dtype: x.dtype)
    let source = x.firstElement(as: type)
    let target = result.firstElement(as: type)
    forEachPlace(indices, axis, x.shape[axis], "takeAlong: index") { index, place in
      target[index] = source[place]
    }
    return result
  }

  package func addAlong(_ updates: NDArray, indices: NDArray, axis: Int, shape: Shape) -> NDArray {
    switch updates.dtype {
    case .float32: Self.addAlong(updates, indices, axis, shape, Float.self)
    case .float64: Self.addAlong(updates, indices, axis, shape, Double.self)
    case .int32: Self.addAlong(updates, indices, axis, shape, Int32.self)
    case .int64: Self.addAlong(updates, indices, axis, shape, Int64.self)
    case .uint8: Self.addAlong(updates, indices, axis, shape, UInt8.self)
    case .bool, .float16: Self.unsupported("addAlong", updates.dtype)
    }
  }

  private static func addAlong<Element: StoredElement>(
    _ updates: NDArray, _ indices: NDArray, _ axis: Int, _ shape: Shape, _ type: Element.Type
  ) -> NDArray {
    let updates = ordered(updates)
    let indices = numbers(indices)
    let result = NDArray.zeros(shape, dtype: updates.dtype)
    let source = updates.firstElement(as: type)
    let target = result.firstElement(as: type)
    forEachPlace(indices, axis, shape[axis], "addAlong: index") { index, place in
      target[place] = Element.sum(target[place], source[index])
    }
    return result
  }

  /// Calls `body` for each index with its own offset and that of the place which it names in an
  /// array of the same shape but for `count` elements along the axis.
  @inline(__always)
  private static func forEachPlace(
    _ indices: NDArray, _ axis: Int, _ count: Int, _ what: StaticString,
    _ body: (_ index: Int, _ place: Int) -> Void
  ) {
    let (outer, lines, inner) = split(indices.shape, at: axis)
    let numbers = indices.firstElement(as: Int32.self)
    for row in 0..<outer {
      for line in 0..<lines {
        for column in 0..<inner {
          let index = (row &* lines &+ line) &* inner &+ column
          let place = checked(numbers[index], below: count, what)
          body(index, (row &* count &+ place) &* inner &+ column)
        }
      }
    }
  }

  package func oneHot(_ indices: NDArray, depth: Int, dtype: DType) -> NDArray {
    let indices = Self.numbers(indices)
    var lanes = indices.shape.lanes
    guard indices.rank < Shape.maximumRank else {
      fatalError("oneHot: \(indices.shape) has no room for another axis")
    }
    lanes[indices.rank] = depth
    let result = NDArray.zeros(Shape(lanes: lanes, rank: indices.rank + 1), dtype: dtype)
    let one = NDArray.ones(.scalar, dtype: dtype)
    let width = dtype.byteCount
    let numbers = indices.firstElement(as: Int32.self)
    for index in 0..<indices.elementCount {
      let place =
        index &* depth &+ Self.checked(numbers[index], below: depth, "oneHot: index")
      (result.storage.pointer + place &* width).copyMemory(
        from: one.storage.pointer, byteCount: width)
    }
    return result
  }
}
