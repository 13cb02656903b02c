import Arrays
import Testing

@Suite("Reference engine: matrix products")
struct ReferenceEngineMatmulTests {
  /// By definition, over the places of the result.
  static func product(_ a: NDArray, _ b: NDArray, _ ta: Bool, _ tb: Bool, _ shape: Shape)
    -> [Double]
  {
    let (x, y) = (numbers(a), numbers(b))
    let depth = a.shape[ta ? a.rank - 2 : a.rank - 1]
    if shape.rank == 2 {  // the same without offsets, for large matrices
      let (m, n) = (shape[0], shape[1])
      return (0..<m * n).map { place in
        let (row, column) = (place / n, place % n)
        var sum = 0.0
        for k in 0..<depth {
          sum += x[ta ? k * m + row : row * depth + k] * y[tb ? column * depth + k : k * n + column]
        }
        return sum
      }
    }
    return places(shape).map { place in
      let batch = Array(place.dropLast(2))
      let (row, column) = (place[shape.rank - 2], place[shape.rank - 1])
      return (0..<depth).reduce(0.0) { sum, k in
        sum + x[offset(batch + (ta ? [k, row] : [row, k]), in: a.shape)]
          * y[offset(batch + (tb ? [column, k] : [k, column]), in: b.shape)]
      }
    }
  }

  static func check(
    _ batchA: [Int], _ batchB: [Int], _ m: Int, _ k: Int, _ n: Int, _ dtype: DType
  ) throws {
    let batch = try Shape.broadcast(Shape(batchA), Shape(batchB), operation: "matmul")
    let shape = Shape(Array(batch) + [m, n])
    for (ta, tb) in [(false, false), (true, false), (false, true), (true, true)] {
      let a = draw(Shape(batchA + (ta ? [k, m] : [m, k])), dtype, seed: 1)
      let b = draw(Shape(batchB + (tb ? [n, k] : [k, n])), dtype, seed: 2)
      let expected = product(a, b, ta, tb, shape)
      for (one, other) in [(a, b), (reversedLayout(a), reversedLayout(b))] {
        let c = reference.matmul(one, other, transposeA: ta, transposeB: tb, shape: shape)
        // Each of k products and sums rounds once.
        let bound = (dtype == .float32 ? 6e-8 : 1.2e-16) * Double(k + 2)
        expect(c, expected, shape: shape, dtype: dtype, within: bound)
      }
    }
  }

  @Test(arguments: floatingTypes)
  func sizes(dtype: DType) throws {
    let sizes = [
      (1, 1, 1), (1, 5, 1), (3, 1, 2), (4, 4, 4), (5, 7, 9), (4, 3, 16), (8, 10, 8), (1, 64, 33),
      (33, 64, 1), (17, 31, 23), (33, 9, 17), (31, 257, 18), (40, 300, 40), (2, 513, 300),
      (35, 20, 270),
    ]
    for (m, k, n) in sizes { try Self.check([], [], m, k, n, dtype) }
  }

  @Test(arguments: floatingTypes)
  func batches(dtype: DType) throws {
    let batches: [([Int], [Int])] = [
      ([3], [3]), ([3], []), ([], [3]), ([2, 3], [3]), ([2, 1], [1, 3]), ([2, 3], []), ([1], [1]),
      ([4, 1], []), ([1, 3], [2, 1]), ([2, 3], [2, 3]), ([1, 1], [2, 3]), ([2], [1]),
    ]
    for (a, b) in batches { try Self.check(a, b, 5, 6, 7, dtype) }
  }

  @Test(arguments: floatingTypes)
  func nothing(dtype: DType) throws {
    try Self.check([], [], 3, 0, 4, dtype)  // zeros
    try Self.check([2], [], 3, 0, 4, dtype)
    try Self.check([], [], 0, 3, 4, dtype)
    try Self.check([], [], 3, 4, 0, dtype)
    try Self.check([0], [], 3, 4, 5, dtype)
    try Self.check([0, 2], [2], 3, 4, 5, dtype)
  }

  @Test func largerThanABlockInEveryDirection() throws {
    try Self.check([], [], 70, 530, 290, .float32)
    try Self.check([], [], 70, 530, 290, .float64)
  }

  @Test func viewsWithStretchedAndSkippedElements() {
    let x = draw([20])
    let stretched = view(x, [4, 5], strides: [0, 1])
    let skipped = view(x, [5, 3], offset: 2, strides: [3, 1])
    let c = reference.matmul(
      stretched, skipped, transposeA: false, transposeB: false, shape: [4, 3])
    let expected = Self.product(
      reference.copy(stretched), reference.copy(skipped), false, false, [4, 3])
    expect(c, expected, shape: [4, 3], dtype: .float64)
  }

  @Test func notANumberSpreadsAlongItsRowAndColumn() {
    var plain = [Double](repeating: 1, count: 36)
    plain[14] = .nan  // row 2, column 2
    let a = NDArray(plain, shape: [6, 6])
    let b = NDArray.ones([6, 6], dtype: .float64)
    let c = numbers(reference.matmul(a, b, transposeA: false, transposeB: false, shape: [6, 6]))
    for (place, value) in zip(places([6, 6]), c) {
      #expect(place[0] == 2 ? value.isNaN : value == 6)
    }
  }

  @Test func integersTrap() async {
    await #expect(processExitsWith: .failure) {
      let x = NDArray.ones([2, 2], dtype: .int32)
      _ = reference.matmul(x, x, transposeA: false, transposeB: false, shape: [2, 2])
    }
  }
}
