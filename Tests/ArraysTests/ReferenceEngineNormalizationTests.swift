import Arrays
import Testing

@Suite("Reference engine: normalization")
struct ReferenceEngineNormalizationTests {
  /// Splits the elements of x into groups that are normalised together.
  struct Groups {
    let x: [Double]
    let members: [[Int]]
    let epsilon: Double

    func mean(_ group: [Int]) -> Double { group.reduce(0) { $0 + x[$1] } / Double(group.count) }
    func variance(_ group: [Int]) -> Double {
      let center = mean(group)
      return group.reduce(0) { $0 + (x[$1] - center) * (x[$1] - center) } / Double(group.count)
    }

    /// x̂ of every element.
    func normalized() -> [Double] {
      var result = x
      for group in members {
        let (center, deviation) = (mean(group), (variance(group) + epsilon).squareRoot())
        for index in group { result[index] = (x[index] - center) / deviation }
      }
      return result
    }
  }

  /// The gradient of Σ upstream · f by central differences, one element at a time.
  static func differences(
    _ x: NDArray, _ upstream: [Double], _ function: (NDArray) -> NDArray
  ) -> [Double] {
    let plain = numbers(x)
    let step = 1e-5
    return plain.indices.map { index in
      func value(_ change: Double) -> Double {
        var moved = plain
        moved[index] += change
        let result = numbers(function(NDArray(moved, shape: x.shape)))
        return zip(result, upstream).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return (value(step) - value(-step)) / (2 * step)
    }
  }

  static func channelGroups(_ shape: Shape) -> [[Int]] {
    (0..<shape[1]).map { channel in
      places(shape).filter { $0[1] == channel }.map { offset($0, in: shape) }
    }
  }

  @Test(
    arguments: [[6, 3], [4, 2, 5], [2, 3, 4, 5], [2, 2, 2, 3, 2], [1, 4, 3, 3]], floatingTypes)
  func batchValue(sizes: [Int], dtype: DType) {
    let shape = Shape(sizes)
    let x = NDArray.uniform(shape, in: -2..<3, key: RandomKey(seed: 1), dtype: dtype)
    let scale = draw([shape[1]], dtype, seed: 2)
    let shift = draw([shape[1]], dtype, seed: 3)
    let groups = Groups(x: numbers(x), members: Self.channelGroups(shape), epsilon: 1e-3)
    let (factors, shifts) = (numbers(scale), numbers(shift))
    let expected = zip(places(shape), groups.normalized()).map { place, value in
      value * factors[place[1]] + shifts[place[1]]
    }
    for layout in [x, reversedLayout(x)] {
      let result = reference.batchNormalization(
        layout, scale: scale, offset: shift, epsilon: 1e-3)
      expect(result.value, expected, shape: shape, dtype: dtype)
      expect(
        result.mean, groups.members.map(groups.mean), shape: [shape[1]], dtype: dtype)
      expect(
        result.variance, groups.members.map(groups.variance), shape: [shape[1]], dtype: dtype)
    }
  }

  @Test(arguments: floatingTypes)
  func batchInference(dtype: DType) {
    let shape: Shape = [2, 3, 2, 2]
    let x = draw(shape, dtype)
    let (scale, shift) = (draw([3], dtype, seed: 2), draw([3], dtype, seed: 3))
    let mean = draw([3], dtype, seed: 4)
    let variance = NDArray.uniform([3], in: 0.5..<2, key: RandomKey(seed: 5), dtype: dtype)
    let (s, b, m, v) = (numbers(scale), numbers(shift), numbers(mean), numbers(variance))
    let expected = zip(places(shape), numbers(x)).map { place, value in
      let c = place[1]
      return (value - m[c]) / (v[c] + 1e-5).squareRoot() * s[c] + b[c]
    }
    let value = reference.batchNormalizationInference(
      x, scale: scale, offset: shift, mean: mean, variance: variance, epsilon: 1e-5)
    expect(value, expected, shape: shape, dtype: dtype)
  }

  @Test(arguments: [[6, 3], [3, 2, 4], [2, 3, 2, 2]])
  func batchGradient(sizes: [Int]) {
    let shape = Shape(sizes)
    let x = draw(shape)
    let scale = draw([shape[1]], seed: 2)
    let shift = draw([shape[1]], seed: 3)
    let upstream = draw(shape, seed: 4)
    func normalize(_ x: NDArray, _ scale: NDArray, _ shift: NDArray) -> NDArray {
      reference.batchNormalization(x, scale: scale, offset: shift, epsilon: 1e-3).value
    }
    let ups = numbers(upstream)
    let forward = reference.batchNormalization(x, scale: scale, offset: shift, epsilon: 1e-3)
    for turned in [false, true] {
      let gradient = reference.batchNormalizationGradient(
        turned ? reversedLayout(upstream) : upstream, input: turned ? reversedLayout(x) : x,
        scale: scale, mean: forward.mean, variance: forward.variance, epsilon: 1e-3)
      expect(
        gradient.input, Self.differences(x, ups) { normalize($0, scale, shift) },
        shape: shape, dtype: .float64, within: 1e-7)
      expect(
        gradient.scale, Self.differences(scale, ups) { normalize(x, $0, shift) },
        shape: scale.shape, dtype: .float64, within: 1e-7)
      expect(
        gradient.offset, Self.differences(shift, ups) { normalize(x, scale, $0) },
        shape: shift.shape, dtype: .float64, within: 1e-7)
    }
  }

  @Test func singlePrecisionGradientsFollowDouble() {
    let shape: Shape = [4, 3, 5, 5]
    let arrays = [
      draw(shape), draw([3], seed: 2), draw(shape, seed: 4), draw([5, 5], seed: 5),
    ]
    func gradients(_ dtype: DType) -> [NDArray] {
      let cast = arrays.map { reference.cast($0, to: dtype) }
      let batch = reference.batchNormalization(
        cast[0], scale: cast[1], offset: cast[1], epsilon: 1e-5)
      let layer = reference.layerNormalization(
        cast[0], scale: cast[3], offset: cast[3], epsilon: 1e-5)
      let one = reference.batchNormalizationGradient(
        cast[2], input: cast[0], scale: cast[1], mean: batch.mean, variance: batch.variance,
        epsilon: 1e-5)
      let two = reference.layerNormalizationGradient(
        cast[2], input: cast[0], scale: cast[3], mean: layer.mean,
        reciprocalDeviation: layer.reciprocalDeviation)
      return [
        batch.value, layer.value, one.input, one.scale, one.offset, two.input, two.scale,
        two.offset,
      ]
    }
    for (narrow, wide) in zip(gradients(.float32), gradients(.float64)) {
      expect(narrow, numbers(wide), shape: wide.shape, dtype: .float32)
    }
  }

  @Test(
    arguments: [([4, 6], 1), ([2, 3, 5], 1), ([2, 3, 5], 2), ([7], 1), ([0, 4], 1)]
      as [([Int], Int)])
  func layer(sizes: [Int], axes: Int) {
    let shape = Shape(sizes)
    let inner = Shape(sizes.suffix(axes))
    let outer = Shape(sizes.dropLast(axes))
    let count = inner.elementCount
    let x = NDArray.uniform(shape, in: -2..<3, key: RandomKey(seed: 1), dtype: .float64)
    let (scale, shift) = (draw(inner, seed: 2), draw(inner, seed: 3))
    let upstream = draw(shape, seed: 4)
    let groups = Groups(
      x: numbers(x),
      members: (0..<outer.elementCount).map { Array($0 * count..<($0 + 1) * count) },
      epsilon: 1e-3)
    let (factors, shifts) = (numbers(scale), numbers(shift))
    let expected = groups.normalized().enumerated().map { index, value in
      value * factors[index % count] + shifts[index % count]
    }
    func normalize(_ x: NDArray, _ scale: NDArray, _ shift: NDArray) -> NDArray {
      reference.layerNormalization(x, scale: scale, offset: shift, epsilon: 1e-3).value
    }
    let ups = numbers(upstream)
    for turned in [false, true] {
      let input = turned ? reversedLayout(x) : x
      let result = reference.layerNormalization(input, scale: scale, offset: shift, epsilon: 1e-3)
      expect(result.value, expected, shape: shape, dtype: .float64)
      expect(result.mean, groups.members.map(groups.mean), shape: outer, dtype: .float64)
      let reciprocals = groups.members.map { 1 / (groups.variance($0) + 1e-3).squareRoot() }
      expect(result.reciprocalDeviation, reciprocals, shape: outer, dtype: .float64)
      let gradient = reference.layerNormalizationGradient(
        turned ? reversedLayout(upstream) : upstream, input: input, scale: scale,
        mean: result.mean, reciprocalDeviation: result.reciprocalDeviation)
      expect(
        gradient.input, Self.differences(x, ups) { normalize($0, scale, shift) }, shape: shape,
        dtype: .float64, within: 1e-7)
      expect(
        gradient.scale, Self.differences(scale, ups) { normalize(x, $0, shift) }, shape: inner,
        dtype: .float64, within: 1e-7)
      expect(
        gradient.offset, Self.differences(shift, ups) { normalize(x, scale, $0) }, shape: inner,
        dtype: .float64, within: 1e-7)
    }
  }

  @Test(arguments: floatingTypes)
  func emptyBatches(dtype: DType) {
    let x = NDArray.zeros([0, 3, 2], dtype: dtype)
    let ones = NDArray.ones([3], dtype: dtype)
    let result = reference.batchNormalization(x, scale: ones, offset: ones, epsilon: 1e-5)
    #expect(result.value.shape == x.shape)
    #expect(numbers(result.mean).allSatisfy { $0.isNaN })
    let gradient = reference.batchNormalizationGradient(
      x, input: x, scale: ones, mean: ones, variance: ones, epsilon: 1e-5)
    #expect(gradient.input.shape == x.shape)
    #expect(numbers(gradient.scale) == [0, 0, 0])
    #expect(numbers(gradient.offset) == [0, 0, 0])
  }
}
