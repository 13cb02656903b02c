import Arrays
import Testing

@Suite("Reference engine: pooling")
struct ReferenceEnginePoolingTests {
  static let cases: [(Shape, PoolingGeometry)] = [
    ([2, 3, 4, 6], PoolingGeometry(window: [2, 2])),
    ([1, 2, 5, 7], PoolingGeometry(window: [3, 2], stride: [1, 2])),
    ([2, 1, 7, 7], PoolingGeometry(window: [3, 3], stride: [2, 2], padding: [1, 1])),
    (
      [1, 2, 6, 5],
      PoolingGeometry(window: [3, 4], stride: [1, 1], padding: [1, 2], countsPadding: false)
    ),
    ([1, 1, 4, 4], PoolingGeometry(window: [4, 4])),
    ([2, 2, 5, 5], PoolingGeometry(window: [2, 2], stride: [3, 3])),
    ([1, 1, 1, 1], PoolingGeometry(window: [2, 2], stride: [1, 1], padding: [1, 1])),
    ([0, 2, 4, 4], PoolingGeometry(window: [2, 2])),
    ([2, 0, 4, 4], PoolingGeometry(window: [2, 2])),
  ]

  /// The places of the input plane in the window of an output place, in row-major order.
  static func window(_ place: [Int], _ geometry: PoolingGeometry, _ input: Shape) -> [[Int]] {
    places(Shape(geometry.window)).compactMap { tap in
      let row = place[2] * geometry.stride[0] + tap[0] - geometry.padding[0]
      let column = place[3] * geometry.stride[1] + tap[1] - geometry.padding[1]
      let isInside = row >= 0 && row < input[2] && column >= 0 && column < input[3]
      return isInside ? [place[0], place[1], row, column] : nil
    }
  }

  @Test(arguments: floatingTypes)
  func maximum(dtype: DType) throws {
    for (input, geometry) in Self.cases {
      let shape = try geometry.outputShape(input: input)
      let x = draw(input, dtype)
      let upstream = draw(shape, dtype, seed: 2)
      let (values, ups) = (numbers(x), numbers(upstream))
      var best: [Double] = []
      var chosen: [Double] = []
      var gradient = [Double](repeating: 0, count: values.count)
      for (place, up) in zip(places(shape), ups) {
        let window = Self.window(place, geometry, input)
        let winner = window.max {
          values[offset($0, in: input)] < values[offset($1, in: input)]
        }!
        best.append(values[offset(winner, in: input)])
        chosen.append(Double(winner[2] * input[3] + winner[3]))
        gradient[offset(winner, in: input)] += up
      }
      for layout in [x, reversedLayout(x)] {
        let (value, places) = reference.maximumPool(layout, geometry: geometry, shape: shape)
        expectExactly(value, best, shape: shape, dtype: dtype)
        expectExactly(places, chosen, shape: shape, dtype: .int32)
        expectExactly(
          reference.takeAtPlaces(layout, places: places), best, shape: shape, dtype: dtype)
        for u in [upstream, reversedLayout(upstream)] {
          expect(
            reference.maximumPoolGradient(u, places: places, inputShape: input), gradient,
            shape: input, dtype: dtype)
        }
      }
    }
  }

  @Test(arguments: floatingTypes)
  func theFirstOfEqualOnesAndNaN(dtype: DType) {
    let geometry = PoolingGeometry(window: [1, 4])
    let plain: [Double] = [2, 5, 5, 1, 3, .nan, 9, .nan, -0.0, 0, 0, 0]
    let x = reference.cast(NDArray(plain + [-1, -1, -1, -1], shape: [1, 1, 4, 4]), to: dtype)
    let (value, places) = reference.maximumPool(x, geometry: geometry, shape: [1, 1, 4, 1])
    expect(value, [5, .nan, 0, -1], shape: [1, 1, 4, 1], dtype: dtype)
    expectExactly(places, [1, 5, 8, 12], shape: [1, 1, 4, 1], dtype: .int32)
  }

  @Test(arguments: floatingTypes)
  func paddingIsNeverTheMaximum(dtype: DType) {
    let x = NDArray(repeating: -.infinity, shape: [1, 1, 2, 2], dtype: dtype)
    let geometry = PoolingGeometry(window: [2, 2], stride: [1, 1], padding: [1, 1])
    let (value, places) = reference.maximumPool(x, geometry: geometry, shape: [1, 1, 3, 3])
    #expect(numbers(value).allSatisfy { $0 == -.infinity })
    #expect(numbers(places) == [0, 0, 1, 0, 0, 1, 2, 2, 3])
  }

  @Test(arguments: floatingTypes)
  func average(dtype: DType) throws {
    for (input, geometry) in Self.cases {
      let shape = try geometry.outputShape(input: input)
      let x = draw(input, dtype)
      let upstream = draw(shape, dtype, seed: 2)
      let (values, ups) = (numbers(x), numbers(upstream))
      var means: [Double] = []
      var gradient = [Double](repeating: 0, count: values.count)
      for (place, up) in zip(places(shape), ups) {
        let window = Self.window(place, geometry, input).map { offset($0, in: input) }
        let whole = geometry.window[0] * geometry.window[1]
        let divisor = Double(geometry.countsPadding ? whole : window.count)
        means.append(window.reduce(0) { $0 + values[$1] } / divisor)
        for index in window { gradient[index] += up / divisor }
      }
      for turned in [false, true] {
        expect(
          reference.averagePool(
            turned ? reversedLayout(x) : x, geometry: geometry, shape: shape), means,
          shape: shape, dtype: dtype)
        expect(
          reference.averagePoolGradient(
            turned ? reversedLayout(upstream) : upstream, geometry: geometry, inputShape: input),
          gradient, shape: input, dtype: dtype)
      }
    }
  }

  @Test(arguments: floatingTypes)
  func anEmptyInputWithPadding(dtype: DType) throws {
    let x = NDArray.zeros([1, 2, 0, 3], dtype: dtype)
    let geometry = PoolingGeometry(window: [2, 2], stride: [1, 1], padding: [1, 1])
    let shape = try geometry.outputShape(input: x.shape)
    let (value, places) = reference.maximumPool(x, geometry: geometry, shape: shape)
    #expect(numbers(value).allSatisfy { $0.isNaN })
    #expect(numbers(reference.takeAtPlaces(x, places: places)).allSatisfy { $0.isNaN })
    let gradient = reference.maximumPoolGradient(value, places: places, inputShape: x.shape)
    #expect(gradient.shape == x.shape)
    let average = reference.averagePool(x, geometry: geometry, shape: shape)
    #expect(numbers(average).allSatisfy { $0 == 0 })
  }

  @Test func placesOutsideTheInputTrap() async {
    await #expect(processExitsWith: .failure) {
      let places = NDArray([Int32(4)], shape: [1, 1, 1, 1])
      _ = reference.takeAtPlaces(.zeros([1, 1, 2, 2]), places: places)
    }
    await #expect(processExitsWith: .failure) {
      let places = NDArray([Int32(-1)], shape: [1, 1, 1, 1])
      _ = reference.maximumPoolGradient(
        .zeros([1, 1, 1, 1]), places: places, inputShape: [1, 1, 2, 2])
    }
  }
}
