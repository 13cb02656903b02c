extension ReferenceEngine {
  package func concatenate(_ arrays: [NDArray], axis: Int, shape: Shape) -> NDArray {
    guard let first = arrays.first else { fatalError("concatenate: no arrays") }
    let result = NDArray(uninitialized: shape, dtype: first.dtype)
    let strides = shape.rowMajorStrides
    var start = 0
    for array in arrays {
      let array = Self.readable(array)
      Self.move(
        array.shape, array.dtype, from: array.storage.pointer, at: array.strided?.offset ?? 0,
        array.elementStrides, to: result.storage.pointer, at: start * strides[axis], strides)
      start += array.shape[axis]
    }
    return result
  }

  package func pad(_ x: NDArray, before: [Int], after: [Int], value: Double) -> NDArray {
    let x = Self.readable(x)
    var lanes = x.shape.lanes
    for axis in 0..<x.rank { lanes[axis] += before[axis] + after[axis] }
    let shape = Shape(lanes: lanes, rank: x.rank)
    let result = NDArray(repeating: value, shape: shape, dtype: x.dtype)
    let strides = shape.rowMajorStrides
    var start = 0
    for axis in 0..<x.rank { start += before[axis] * strides[axis] }
    Self.move(
      x.shape, x.dtype, from: x.storage.pointer, at: x.strided?.offset ?? 0, x.elementStrides,
      to: result.storage.pointer, at: start, strides)
    return result
  }

  package func topK(_ x: NDArray, count: Int) -> (values: NDArray, indices: NDArray) {
    switch x.dtype {
    case .float32: Self.topK(x, count, Float.self)
    case .float64: Self.topK(x, count, Double.self)
    case .int32: Self.topK(x, count, Int32.self)
    case .int64: Self.topK(x, count, Int64.self)
    case .uint8: Self.topK(x, count, UInt8.self)
    case .bool, .float16: Self.unsupported("topK", x.dtype)
    }
  }

  private static func topK<Element: StoredElement>(
    _ x: NDArray, _ count: Int, _ type: Element.Type
  ) -> (values: NDArray, indices: NDArray) {
    let x = ordered(x)
    let (rows, width, _) = split(x.shape, at: x.rank - 1)
    guard count >= 0 && count <= width else {
      fatalError("topK: \(count) elements of \(x.shape)")
    }
    var lanes = x.shape.lanes
    lanes[x.rank - 1] = count
    let shape = Shape(lanes: lanes, rank: x.rank)
    let values = NDArray(uninitialized: shape, dtype: x.dtype)
    let indices = NDArray(uninitialized: shape, dtype: .int32)
    if count == 0 { return (values, indices) }
    for row in 0..<rows {
      let line = x.firstElement(as: type) + row &* width
      let numbers = indices.firstElement(as: Int32.self) + row &* count
      if count <= 32 {
        selectLargest(line, width, count, numbers)
      } else {
        let order = (0..<width).sorted { a, b in
          precedes(line[a], line[b]) || (!precedes(line[b], line[a]) && a < b)
        }
        for place in 0..<count { numbers[place] = Int32(order[place]) }
      }
      let best = values.firstElement(as: type) + row &* count
      for place in 0..<count { best[place] = line[Int(numbers[place])] }
    }
    return (values, indices)
  }

  /// Whether a comes before b in descending order, NaN first.
  @inline(__always)
  private static func precedes<Element: StoredElement>(_ a: Element, _ b: Element) -> Bool {
    a > b || (a != a && b == b)
  }

  /// The places of the largest elements, kept in order while the line is read.
  @inline(__always)
  private static func selectLargest<Element: StoredElement>(
    _ line: UnsafePointer<Element>, _ width: Int, _ count: Int,
    _ numbers: UnsafeMutablePointer<Int32>
  ) {
    var held = 0
    for index in 0..<width {
      let value = line[index]
      if held == count && !precedes(value, line[Int(numbers[count &- 1])]) { continue }
      var place = held < count ? held : count &- 1
      while place > 0 && precedes(value, line[Int(numbers[place &- 1])]) {
        numbers[place] = numbers[place &- 1]
        place &-= 1
      }
      numbers[place] = Int32(truncatingIfNeeded: index)
      if held < count { held &+= 1 }
    }
  }
}
