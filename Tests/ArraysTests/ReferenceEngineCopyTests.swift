import Arrays
import Testing

@Suite("Reference engine: copies, casts and views")
struct ReferenceEngineCopyTests {
  @Test(arguments: DType.allCases)
  func viewsOfEveryWidth(dtype: DType) {
    let plain = (0..<24).map { Double($0 * 5 % 2) }
    let x = reference.cast(NDArray(plain, shape: [2, 3, 4]), to: dtype)
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1], [2, 0, 1]] {
      let turned = permuted(x, order)
      let expected = places(turned.shape).map { place in
        var source = [0, 0, 0]
        for (axis, from) in order.enumerated() { source[from] = place[axis] }
        return plain[offset(source, in: [2, 3, 4])]
      }
      expectExactly(reference.copy(turned), expected, shape: turned.shape, dtype: dtype)
    }
  }

  @Test func slicesStepsAndStretchedAxes() {
    let x = NDArray((0..<24).map { Double($0) })
    expectExactly(
      reference.copy(view(x, [2, 2], offset: 5, strides: [8, 3])), [5, 8, 13, 16],
      shape: [2, 2], dtype: .float64)
    expectExactly(
      reference.copy(view(x, [3, 2], offset: 7, strides: [0, 1])), [7, 8, 7, 8, 7, 8],
      shape: [3, 2], dtype: .float64)
    expectExactly(
      reference.copy(view(x, [2, 2, 2], offset: 1, strides: [1, 0, 0])),
      [1, 1, 1, 1, 2, 2, 2, 2], shape: [2, 2, 2], dtype: .float64)
    expectExactly(
      reference.copy(view(x, .scalar, offset: 9, strides: [])), [9], shape: .scalar,
      dtype: .float64)
    expectExactly(
      reference.copy(view(x, [3, 0], offset: 9, strides: [1, 1])), [], shape: [3, 0],
      dtype: .float64)
  }

  @Test func copiesDoNotShare() {
    let x = NDArray([1.0, 2])
    #expect(reference.copy(x).storage !== x.storage)
    #expect(reference.cast(x, to: .float64).storage !== x.storage)
  }

  @Test(arguments: DType.allCases, DType.allCases)
  func casts(from: DType, to: DType) {
    let source = reference.cast(NDArray([0.0, 1, 2, 100, 1, 0], shape: [2, 3]), to: from)
    let plain = numbers(source)
    let expected = to == .bool ? plain.map { $0 == 0 ? 0 : 1 } : plain
    expectExactly(reference.cast(source, to: to), expected, shape: [2, 3], dtype: to)
    let turned = permuted(source, [1, 0])
    expectExactly(
      reference.cast(turned, to: to), [0, 3, 1, 4, 2, 5].map { expected[$0] }, shape: [3, 2],
      dtype: to)
    expectExactly(
      reference.cast(.zeros([0], dtype: from), to: to), [], shape: [0], dtype: to)
  }

  @Test(arguments: floatingTypes)
  func castsToIntegersSaturate(from: DType) {
    let x = reference.cast(
      NDArray([-1.9, 1.9, -0.5, 1e20, -1e20, .infinity, -.infinity, .nan, 300] as [Double]),
      to: from)
    #expect(
      reference.cast(x, to: .int32).elements(as: Int32.self)
        == [-1, 1, 0, .max, .min, .max, .min, 0, 300])
    #expect(
      reference.cast(x, to: .int64).elements(as: Int64.self)
        == [-1, 1, 0, .max, .min, .max, .min, 0, 300])
    #expect(
      reference.cast(x, to: .uint8).elements(as: UInt8.self) == [0, 1, 0, 255, 0, 255, 0, 0, 255])
    #expect(
      reference.cast(x, to: .bool).elements(as: Bool.self)
        == [true, true, true, true, true, true, true, true, true])
  }

  @Test func largeIntegers() {
    let x = NDArray([Int64.max, .min, 1 << 40, -5])
    #expect(reference.cast(x, to: .int32).elements(as: Int32.self) == [.max, .min, .max, -5])
    #expect(reference.cast(x, to: .int64).elements(as: Int64.self) == [.max, .min, 1 << 40, -5])
    #expect(
      reference.cast(NDArray([Int32.max]), to: .float64).elements() == [2_147_483_647.0])
  }

  @Test func halfPrecision() {
    let x = NDArray([1 / 3, 1e6, -2] as [Float])
    let half = reference.cast(x, to: .float16)
    #expect(numbers(half) == [0.333_251_953_125, .infinity, -2])
  }
}
