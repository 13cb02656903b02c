import Arrays
import Testing

@Suite("Random numbers")
struct RandomTests {
  /// From the Random123 distribution (kat_vectors, philox4x32 10).
  @Test(
    arguments: [
      (
        SIMD4(repeating: 0), SIMD2(repeating: 0),
        SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
      ),
      (
        SIMD4(repeating: .max), SIMD2(repeating: .max),
        SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
      ),
      (
        SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
        SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
      ),
    ] as [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)])
  func philoxKnownAnswers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>) {
    #expect(Philox.words(counter: counter, key: key) == words)
  }

  /// Values of Fowler, Noll and Vo's own test vectors.
  @Test func pathsAreHashedByFNV() {
    #expect(RandomKey(seed: 0, path: "").pathHash == 0xCBF2_9CE4_8422_2325)
    #expect(RandomKey(seed: 0, path: "a").pathHash == 0xAF63_DC4C_8601_EC8C)
    #expect(RandomKey(seed: 0, path: "foobar").pathHash == 0x8594_4171_F739_67E8)
  }

  @Test func keysOfPathsBelow() {
    let root = RandomKey(seed: 3)
    #expect(root.appending("layer1").appending("0") == RandomKey(seed: 3, path: "layer1.0"))
    #expect(root.at(step: 4) == RandomKey(seed: 3, path: "", step: 4))
  }

  @Test func differentKeysDiffer() {
    var keys: [RandomKey] = []
    for seed in 0..<4 as Range<UInt64> {
      for path in ["", "a", "b", "a.b", "weight", "bias"] {
        for step in 0..<4 as Range<UInt64> {
          keys.append(RandomKey(seed: seed, path: path, step: step))
        }
      }
    }
    #expect(Set(keys).count == keys.count)
    let firsts = keys.map { key in
      var generator = RandomGenerator(key: key)
      return generator.next()
    }
    #expect(Set(firsts).count == keys.count)
  }

  /// These bits are a promise: a run's seed gives the same network in every version. They come
  /// from a separate program in Python.
  @Test func bitsDoNotChange() {
    let key = RandomKey(seed: 42, path: "layer1.weight", step: 7)
    var generator = RandomGenerator(key: key)
    #expect(
      (0..<4).map { _ in generator.next() } == [
        0x7F27_3797_980E_94D5, 0x467C_1A26_DFAA_697B, 0x11AC_8181_F429_E3A6,
        0x1BA4_2AD1_2AF0_C7AD,
      ])
    #expect(
      NDArray.uniform([4], key: key).elements() == [0.59397244, 0.49669212, 0.873694, 0.27533114]
        as [Float])
    #expect(NDArray.permutation(8, key: key).integers == [7, 2, 6, 4, 5, 0, 1, 3])
  }

  @Test func elementsDependOnTheirPlaceAlone() {
    let key = RandomKey(seed: 9, path: "w")
    for dtype in floatingTypes {
      let long = NDArray.uniform([1001], key: key, dtype: dtype).doubles
      let normals = NDArray.normal([1001], key: key, dtype: dtype).doubles
      let marks = NDArray.bernoulli([1001], probability: 0.4, key: key, dtype: dtype).doubles
      for count in [0, 1, 2, 3, 4, 5, 1000] {
        let shape: Shape = [count]
        #expect(NDArray.uniform(shape, key: key, dtype: dtype).doubles == Array(long[..<count]))
        #expect(NDArray.normal(shape, key: key, dtype: dtype).doubles == Array(normals[..<count]))
        #expect(
          NDArray.bernoulli(shape, probability: 0.4, key: key, dtype: dtype).doubles
            == Array(marks[..<count]))
      }
      #expect(NDArray.uniform([7, 143], key: key, dtype: dtype).doubles == long)
    }
  }

  @Test func generatorGoesOnWhereItStopped() {
    let key = RandomKey(seed: 1, path: "scalar")
    var whole = RandomGenerator(key: key)
    let all = (0..<9).map { _ in whole.next() }
    for start in 0..<9 {
      var part = RandomGenerator(key: key, position: UInt64(start))
      #expect((start..<9).map { _ in part.next() } == Array(all[start...]))
      #expect(part.position == 9)
    }
  }

  @Test(arguments: floatingTypes)
  func uniformStatistics(dtype: DType) {
    let count = 400_000
    let x = NDArray.uniform(
      [count], in: -3..<5, key: RandomKey(seed: 1, path: "u"), dtype: dtype
    ).doubles
    #expect(x.allSatisfy { $0 >= -3 && $0 < 5 })
    let mean = x.reduce(0, +) / Double(count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect((mean - 1).magnitude < 0.02)  // five standard errors: 5 · (8/√12) / √400000
    #expect((variance - 64.0 / 12).magnitude < 0.05)
    var bins = [Int](repeating: 0, count: 64)
    for value in x { bins[Int((value + 3) * 8)] += 1 }
    let expected = Double(count) / 64
    let chiSquare = bins.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
    #expect(chiSquare / expected < 63 + 5 * 11.3)  // mean 63, deviation √126
  }

  @Test func uniformStaysBelowItsBound() {
    let key = RandomKey(seed: 2)
    // Float has few numbers here, so that rounding would often reach the upper bound.
    let low = 16_777_216.0
    let x = NDArray.uniform([4096], in: low..<low + 4, key: key).doubles
    #expect(Set(x) == [low, low + 2])
    let point = NDArray.uniform([4], in: 0.5..<0.5, key: key)
    #expect(point.doubles == [0.5, 0.5, 0.5, 0.5])
  }

  @Test func uniformHasAllItsBits() {
    let key = RandomKey(seed: 3)
    let floats = NDArray.uniform([10_000], key: key).doubles.map { $0 * 0x1p24 }
    #expect(floats.allSatisfy { $0 == $0.rounded() })
    #expect(floats.contains { $0.truncatingRemainder(dividingBy: 2) == 1 })
    let doubles = NDArray.uniform([10_000], key: key, dtype: .float64).doubles.map { $0 * 0x1p53 }
    #expect(doubles.allSatisfy { $0 == $0.rounded() })
    #expect(doubles.contains { $0.truncatingRemainder(dividingBy: 2) == 1 })
  }

  @Test(arguments: floatingTypes)
  func normalStatistics(dtype: DType) {
    let count = 400_000
    let x = NDArray.normal(
      [count], mean: 2, standardDeviation: 3, key: RandomKey(seed: 1, path: "n"), dtype: dtype
    ).doubles.map { ($0 - 2) / 3 }
    func moment(_ power: Int) -> Double {
      x.reduce(0) { sum, value in
        sum + (0..<power).reduce(1.0) { product, _ in product * value }
      } / Double(count)
    }
    // Five standard errors of each moment.
    #expect(moment(1).magnitude < 0.008)
    #expect((moment(2) - 1).magnitude < 0.012)
    #expect(moment(3).magnitude < 0.032)
    #expect((moment(4) - 3).magnitude < 0.08)
    let beyond = Double(x.count { $0.magnitude > 1.959_963_985 }) / Double(count)
    #expect((beyond - 0.05).magnitude < 0.002)
    // The two of a pair are independent.
    let pairs = stride(from: 0, to: count, by: 2).reduce(0) { $0 + x[$1] * x[$1 + 1] }
    #expect((pairs / Double(count / 2)).magnitude < 0.012)
  }

  @Test func normalInBothPrecisionsIsTheSameDraw() {
    let key = RandomKey(seed: 11)
    let wide = NDArray.normal([999], mean: 1, standardDeviation: 2, key: key, dtype: .float64)
    let narrow = NDArray.normal([999], mean: 1, standardDeviation: 2, key: key)
    #expect(narrow.floats == wide.doubles.map { Float($0) })
  }

  @Test(arguments: [DType.float32, .float64, .int32, .int64, .bool, .uint8])
  func bernoulli(dtype: DType) {
    let key = RandomKey(seed: 4)
    let x = numbers(.bernoulli([200_000], probability: 0.3, key: key, dtype: dtype))
    #expect(x.allSatisfy { $0 == 0 || $0 == 1 })
    #expect((x.reduce(0, +) / 200_000 - 0.3).magnitude < 0.0052)
    #expect(
      numbers(.bernoulli([999], probability: 0, key: key, dtype: dtype)).allSatisfy { $0 == 0 })
    #expect(
      numbers(.bernoulli([999], probability: 1, key: key, dtype: dtype)).allSatisfy { $0 == 1 })
  }

  @Test func permutations() {
    for count in [0, 1, 2, 3, 10, 1000] {
      let order = NDArray.permutation(count, key: RandomKey(seed: 6)).integers
      #expect(order.sorted() == Array(0..<count))
      var generator = RandomGenerator(key: RandomKey(seed: 6))
      #expect(generator.permutation(count) == order)
    }
    // Each of the 24 orders of four is equally likely.
    var seen: [[Int]: Int] = [:]
    for step in 0..<24_000 as Range<UInt64> {
      seen[NDArray.permutation(4, key: RandomKey(seed: 6, step: step)).integers, default: 0] += 1
    }
    #expect(seen.count == 24)
    let chiSquare = seen.values.reduce(0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(chiSquare < 23 + 5 * 6.8)
  }

  @Test func boundedIntegersAreFair() {
    var generator = RandomGenerator(key: RandomKey(seed: 8))
    var seen = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { seen[generator.integer(below: 7)] += 1 }
    let chiSquare = seen.reduce(0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(chiSquare < 6 + 5 * 3.5)
    #expect(generator.integer(below: 1) == 0)
    // 2⁶⁴ bit patterns shared among 3 · 2⁶¹ numbers would give every third one 2 instead of 3.
    let third = (0..<30_000).count { _ in generator.integer(below: 3 << 61) % 3 == 2 }
    #expect((Double(third) / 30_000 - 1.0 / 3).magnitude < 0.014)
  }

  @Test func scalars() {
    var generator = RandomGenerator(key: RandomKey(seed: 10))
    let draws = (0..<10_000).map { _ in generator.uniform() }
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect((draws.reduce(0, +) / 10_000 - 0.5).magnitude < 0.015)
    let normals = (0..<10_000).map { _ in generator.normal() }
    #expect((normals.reduce(0) { $0 + $1 * $1 } / 10_000 - 1).magnitude < 0.071)
    #expect((1...6).contains(Int.random(in: 1...6, using: &generator)))
  }

  @Test func misuseTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = NDArray.bernoulli([1], probability: 1.5, key: RandomKey(seed: 0))
    }
    await #expect(processExitsWith: .failure) {
      _ = NDArray.uniform([1], key: RandomKey(seed: 0), dtype: .int32)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(key: RandomKey(seed: 0))
      _ = generator.integer(below: 0)
    }
  }
}
