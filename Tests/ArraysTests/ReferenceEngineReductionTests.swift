import Arrays
import Testing

@Suite("Reference engine: reductions")
struct ReferenceEngineReductionTests {
  static func value(_ reduction: Reduction, _ x: [Double]) -> Double {
    let count = Double(x.count)
    return switch reduction {
    case .sum: x.reduce(0, +)
    case .mean: x.reduce(0, +) / count
    case .maximum: x.isEmpty ? .nan : x.reduce(-.infinity, max)
    case .minimum: x.isEmpty ? .nan : x.reduce(.infinity, min)
    case .variance:
      x.reduce(0) { [mean = x.reduce(0, +) / count] in $0 + ($1 - mean) * ($1 - mean) } / count
    }
  }

  /// Every element of the result from the elements that its place stands for.
  static func expected(_ reduction: Reduction, _ x: NDArray, _ axes: [Int]) -> [Double] {
    let result = x.shape.reduced(along: axes, keepingAxes: true)
    var groups = [[Double]](repeating: [], count: result.elementCount)
    for (place, value) in zip(places(x.shape), numbers(x)) {
      groups[offset(place, in: result)].append(value)
    }
    return groups.map { value(reduction, $0) }
  }

  static let cases: [(Shape, [Int])] = [
    ([5], [0]), ([4, 6], [0]), ([4, 6], [1]), ([4, 6], [0, 1]), ([3, 4, 5], [1]),
    ([3, 4, 5], [0, 2]), ([3, 4, 5], [0, 1]), ([2, 3, 4, 5], [0, 2, 3]), ([2, 3, 4, 5], [1, 3]),
    ([2, 3, 4, 5], [0, 1, 2, 3]), ([1, 7, 1], [0]), ([1, 7, 1], [1]), ([3, 100], [1]),
    ([100, 3], [0]), ([9, 17], [0]), ([0, 3], [0]), ([3, 0], [0]), ([3, 0], [1]), ([2, 0, 3], [1]),
    ([1, 9000], [1]),
  ]

  @Test(arguments: Reduction.allCases, floatingTypes)
  func axes(reduction: Reduction, dtype: DType) {
    for (shape, axes) in Self.cases {
      let x = draw(shape, dtype, seed: 5)
      let expected = Self.expected(reduction, x, axes)
      let result = shape.reduced(along: axes, keepingAxes: true)
      let bound = dtype == .float32 ? 1e-6 : 1e-12
      for layout in [x, reversedLayout(x)] {
        expect(
          reference.reduce(reduction, layout, axes: axes), expected, shape: result, dtype: dtype,
          within: bound)
      }
    }
  }

  @Test func stretchedViews() {
    let x = NDArray([1.0, 2, 3])
    let wide = view(x, [4, 3], strides: [0, 1])
    expect(
      reference.reduce(.sum, wide, axes: [0]), [4, 8, 12], shape: [1, 3], dtype: .float64)
    expect(reference.reduce(.sum, wide, axes: [1]), [6, 6, 6, 6], shape: [4, 1], dtype: .float64)
  }

  @Test(arguments: [[1_000_000], [1000, 1000], [100_000, 10], [10, 100_000]])
  func longSumsInSinglePrecisionAreAccurate(sizes: [Int]) {
    let shape = Shape(sizes)
    let x = NDArray.uniform(shape, key: RandomKey(seed: 3))
    let exact = numbers(x).reduce(0, +)
    let axes = Array(0..<shape.rank)
    let sum = reference.reduce(.sum, x, axes: axes).item
    #expect((sum / exact - 1).magnitude < 1e-7)  // half a unit in the last place
    var total = 0.0
    for part in numbers(reference.reduce(.sum, x, axes: [0])) { total += part }
    #expect((total / exact - 1).magnitude < 1e-7)
  }

  @Test func varianceOfNumbersFarFromZero() {
    let x = NDArray((0..<1000).map { 1e9 + Double($0 % 2) })
    #expect((reference.reduce(.variance, x, axes: [0]).item - 0.25).magnitude < 1e-12)
    let narrow = NDArray((0..<1000).map { Float(10_000 + $0 % 2) })
    #expect((reference.reduce(.variance, narrow, axes: [0]).item - 0.25).magnitude < 1e-6)
  }

  @Test(arguments: floatingTypes, [Reduction.maximum, .minimum, .sum])
  func notANumberWins(dtype: DType, reduction: Reduction) {
    for position in [0, 3, 8, 15, 16] {
      var plain = (0..<17).map { Double($0) }
      plain[position] = .nan
      let x = reference.cast(NDArray(plain), to: dtype)
      #expect(reference.reduce(reduction, x, axes: [0]).item.isNaN)
      let column = NDArray(storage: x.storage, shape: [17, 1], dtype: dtype)
      let wide = view(column, [17, 5], strides: [1, 0])
      #expect(numbers(reference.reduce(reduction, wide, axes: [0])).allSatisfy { $0.isNaN })
    }
  }

  @Test func infinities() {
    let x = NDArray([-Double.infinity, -.infinity])
    #expect(reference.reduce(.maximum, x, axes: [0]).item == -.infinity)
    #expect(reference.reduce(.sum, NDArray([Double.infinity, 1]), axes: [0]).item == .infinity)
  }

  @Test func integers() {
    let x = NDArray([3, -5, 9, 2] as [Int32], shape: [2, 2])
    func values(_ reduction: Reduction) -> [Double] {
      let result = reference.reduce(reduction, x, axes: [1])
      #expect(result.dtype == .int32)
      return numbers(result)
    }
    #expect(values(.sum) == [-2, 11])
    #expect(values(.maximum) == [3, 9])
    #expect(values(.minimum) == [-5, 2])
    #expect(values(.mean) == [-1, 5])
  }

  @Test(arguments: [DType.float32, .float64, .int32, .int64, .uint8])
  func argumentOfMaximum(dtype: DType) {
    let x = reference.cast(NDArray([3.0, 7, 7, 1, 9, 2, 9, 9], shape: [2, 4]), to: dtype)
    expectExactly(
      reference.argumentOfMaximum(x, axis: 1), [1, 0], shape: [2], dtype: .int32)
    expectExactly(
      reference.argumentOfMaximum(x, axis: 0), [1, 0, 1, 1], shape: [4], dtype: .int32)
    expectExactly(
      reference.argumentOfMaximum(permuted(x, [1, 0]), axis: 0), [1, 0], shape: [2], dtype: .int32)
    let one = NDArray.zeros([3, 1], dtype: dtype)
    expectExactly(reference.argumentOfMaximum(one, axis: 1), [0, 0, 0], shape: [3], dtype: .int32)
    let none = NDArray.zeros([0, 4], dtype: dtype)
    expectExactly(reference.argumentOfMaximum(none, axis: 1), [], shape: [0], dtype: .int32)
  }

  @Test func argumentOfMaximumTakesTheFirstNaN() {
    let x = NDArray(
      [1, .nan, 5, .nan, .nan, 0, 0, 0, -.infinity, -.infinity] as [Double], shape: [2, 5])
    expectExactly(reference.argumentOfMaximum(x, axis: 1), [1, 0], shape: [2], dtype: .int32)
    let low = NDArray([-Double.infinity, -.infinity])
    #expect(reference.argumentOfMaximum(low, axis: 0).item == 0)
  }

  @Test func argumentOfMaximumOverNothingTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = reference.argumentOfMaximum(.zeros([3, 0]), axis: 1)
    }
  }
}
