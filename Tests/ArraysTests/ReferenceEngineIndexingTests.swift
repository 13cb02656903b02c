import Arrays
import Testing

@Suite("Reference engine: indexing and assembly")
struct ReferenceEngineIndexingTests {
  static let arithmetic: [DType] = [.float32, .float64, .int32, .int64, .uint8]

  /// Small whole numbers, which every type holds; for `bool` zeros and ones.
  static func counting(_ shape: Shape, _ dtype: DType) -> NDArray {
    let plain = (0..<shape.elementCount).map { Double($0 * 7 % 23) }
    return reference.cast(NDArray(plain, shape: shape), to: dtype)
  }

  static func indices(_ shape: Shape, below count: Int) -> NDArray {
    NDArray((0..<shape.elementCount).map { Int32(($0 * 5 + 1) % count) }, shape: shape)
  }

  static let gathers: [(Shape, Int, Shape)] = [
    ([5], 0, [3]), ([4, 3], 0, [6]), ([4, 3], 1, [2, 2]), ([2, 5, 3], 1, [4]), ([4, 3], 0, []),
    ([4, 3], 0, [0]), ([4, 0], 0, [2]), ([0, 3], 1, [2]),
  ]

  @Test(arguments: DType.allCases)
  func gather(dtype: DType) {
    for (shape, axis, indexShape) in Self.gathers {
      let x = Self.counting(shape, dtype)
      let indices = Self.indices(indexShape, below: max(shape[axis], 1))
      let (values, numbersOf) = (numbers(x), numbers(indices))
      let result = Shape(
        Array(shape[..<axis]) + Array(indexShape) + Array(shape[(axis + 1)...]))
      let expected = places(result).map { place in
        let index = Array(place[axis..<axis + indexShape.rank])
        let from = Int(numbersOf[offset(index, in: indexShape)])
        return values[
          offset(place[..<axis] + [from] + place[(axis + indexShape.rank)...], in: shape)]
      }
      for x in [x, reversedLayout(x)] {
        expectExactly(
          reference.gather(x, indices: indices, axis: axis), expected, shape: result, dtype: dtype)
      }
    }
  }

  /// ⟨gather(x), u⟩ = ⟨x, scatterAdd(u)⟩ for whole numbers, exactly, and repeated indices add up.
  @Test(arguments: arithmetic)
  func scatterAdd(dtype: DType) {
    for (shape, axis, indexShape) in Self.gathers {
      let indices = Self.indices(indexShape, below: max(shape[axis], 1))
      let x = Self.counting(shape, .float64)
      let gathered = reference.gather(x, indices: indices, axis: axis)
      let updates = reference.unary(.addScalar, Self.counting(gathered.shape, .float64), alpha: 1)
      let small = reference.cast(updates, to: dtype)
      let scattered = reference.scatterAdd(small, indices: indices, axis: axis, shape: shape)
      #expect(scattered.dtype == dtype)
      #expect(scattered.shape == shape)
      let left = zip(numbers(gathered), numbers(updates)).reduce(0) { $0 + $1.0 * $1.1 }
      let right = zip(numbers(x), numbers(scattered)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(left == right)
      let turned = reference.scatterAdd(
        reversedLayout(small), indices: indices, axis: axis, shape: shape)
      #expect(numbers(turned) == numbers(scattered))
    }
    let twice = reference.scatterAdd(
      .ones([3], dtype: dtype), indices: NDArray([1, 1, 0] as [Int32]), axis: 0, shape: [3])
    #expect(numbers(twice) == [1, 2, 0])
  }

  static let takes: [(Shape, Int, Shape)] = [
    ([5], 0, [3]), ([4, 3], 1, [4, 2]), ([4, 3], 0, [1, 3]), ([2, 3, 4], 1, [2, 5, 4]),
    ([2, 3], 1, [2, 0]), ([0, 3], 1, [0, 2]),
  ]

  @Test(arguments: DType.allCases)
  func takeAlong(dtype: DType) {
    for (shape, axis, indexShape) in Self.takes {
      let x = Self.counting(shape, dtype)
      let indices = Self.indices(indexShape, below: shape[axis])
      let (values, numbersOf) = (numbers(x), numbers(indices))
      let expected = places(indexShape).map { place in
        var from = place
        from[axis] = Int(numbersOf[offset(place, in: indexShape)])
        return values[offset(from, in: shape)]
      }
      for (x, indices) in [(x, indices), (reversedLayout(x), reversedLayout(indices))] {
        expectExactly(
          reference.takeAlong(x, indices: indices, axis: axis), expected, shape: indexShape,
          dtype: dtype)
      }
    }
  }

  @Test(arguments: arithmetic)
  func addAlong(dtype: DType) {
    for (shape, axis, indexShape) in Self.takes {
      let indices = Self.indices(indexShape, below: shape[axis])
      let x = Self.counting(shape, .float64)
      let taken = reference.takeAlong(x, indices: indices, axis: axis)
      let updates = Self.counting(taken.shape, .float64)
      let sums = reference.addAlong(
        reference.cast(updates, to: dtype), indices: indices, axis: axis, shape: shape)
      #expect(sums.dtype == dtype)
      #expect(sums.shape == shape)
      let left = zip(numbers(taken), numbers(updates)).reduce(0) { $0 + $1.0 * $1.1 }
      let right = zip(numbers(x), numbers(sums)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(left == right)
    }
  }

  @Test(arguments: DType.allCases)
  func oneHot(dtype: DType) {
    let indices = NDArray([2, 0, 1, 2] as [Int32], shape: [2, 2])
    let expected: [Double] = [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    expectExactly(
      reference.oneHot(indices, depth: 3, dtype: dtype), expected, shape: [2, 2, 3], dtype: dtype)
    expectExactly(
      reference.oneHot(NDArray(Int32(1)), depth: 2, dtype: dtype), [0, 1], shape: [2],
      dtype: dtype)
    expectExactly(
      reference.oneHot(.zeros([0], dtype: .int32), depth: 2, dtype: dtype), [], shape: [0, 2],
      dtype: dtype)
  }

  @Test func indicesOutOfRangeTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = reference.gather(.zeros([3]), indices: NDArray([Int32(3)]), axis: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = reference.gather(.zeros([3]), indices: NDArray([Int32(-1)]), axis: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = reference.scatterAdd(.ones([1]), indices: NDArray([Int32(9)]), axis: 0, shape: [3])
    }
    await #expect(processExitsWith: .failure) {
      _ = reference.takeAlong(.zeros([3]), indices: NDArray([Int32(3)]), axis: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = reference.addAlong(.ones([1]), indices: NDArray([Int32(3)]), axis: 0, shape: [3])
    }
    await #expect(processExitsWith: .failure) {
      _ = reference.oneHot(NDArray([Int32(2)]), depth: 2, dtype: .float32)
    }
  }

  @Test(arguments: arithmetic)
  func topK(dtype: DType) {
    for (rows, width, count) in [
      (1, 1, 1), (3, 7, 3), (2, 50, 50), (2, 90, 40), (4, 5, 0), (0, 3, 2),
    ] {
      let x = Self.counting([rows, width], dtype)
      let plain = numbers(x)
      let order = (0..<rows).map { row in
        (0..<width).sorted {
          let (a, b) = (plain[row * width + $0], plain[row * width + $1])
          return a > b || (a == b && $0 < $1)
        }.prefix(count)
      }
      let values = order.enumerated().flatMap { row, line in line.map { plain[row * width + $0] } }
      for x in [x, reversedLayout(x)] {
        let result = reference.topK(x, count: count)
        expectExactly(result.values, values, shape: [rows, count], dtype: dtype)
        expectExactly(
          result.indices, order.flatMap { $0 }.map { Double($0) }, shape: [rows, count],
          dtype: .int32)
      }
    }
  }

  @Test(arguments: [2, 40])
  func notANumberIsTheLargest(count: Int) {
    let tail = (0..<40).map { -Double($0) }
    let x = NDArray([1, .nan, 3, .nan] + tail as [Double])
    let result = reference.topK(x, count: count)
    #expect(numbers(result.indices)[..<2] == [1, 3])
    if count > 2 { #expect(numbers(result.indices)[2...4] == [2, 0, 4]) }
  }

  @Test(arguments: DType.allCases)
  func concatenate(dtype: DType) {
    for axis in 0..<3 {
      var shapes: [Shape] = [[2, 3, 4], [2, 3, 4], [2, 3, 4], [2, 3, 4]]
      shapes[1][axis] = 1
      shapes[2][axis] = 0
      let arrays = shapes.map { Self.counting($0, dtype) }
      var result: Shape = [2, 3, 4]
      result[axis] = shapes.reduce(0) { $0 + $1[axis] }
      let expected = places(result).map { place in
        var place = place
        var array = 0
        while place[axis] >= shapes[array][axis] {
          place[axis] -= shapes[array][axis]
          array += 1
        }
        return numbers(arrays[array])[offset(place, in: shapes[array])]
      }
      for list in [arrays, arrays.map(reversedLayout)] {
        expectExactly(
          reference.concatenate(list, axis: axis, shape: result), expected, shape: result,
          dtype: dtype)
      }
    }
  }

  @Test(arguments: DType.allCases)
  func pad(dtype: DType) {
    let x = Self.counting([2, 3], dtype)
    let plain = numbers(x)
    let shape: Shape = [5, 4]
    let expected = places(shape).map { place in
      let (row, column) = (place[0] - 1, place[1])
      return row >= 0 && row < 2 && column < 3 ? plain[row * 3 + column] : 1
    }
    for x in [x, reversedLayout(x)] {
      expectExactly(
        reference.pad(x, before: [1, 0], after: [2, 1], value: 1), expected, shape: shape,
        dtype: dtype)
    }
    expectExactly(
      reference.pad(.zeros([0, 1], dtype: dtype), before: [1, 0], after: [0, 1], value: 1), [1, 1],
      shape: [1, 2], dtype: dtype)
  }
}
