import Gradus
import TestSupport
import Testing

/// What the article "Conventions" says and no other test compares: defaults, and that forms which
/// other books use give the same numbers.
@Suite("Conventions")
struct ConventionsTests {
  @Test("of the types of new arrays")
  func types() {
    #expect(NDArray.zeros([2]).dtype == .float32)
    #expect(NDArray.ones([2]).dtype == .float32)
    #expect(NDArray.range(2).dtype == .int32)
    #expect(NDArray([1.0, 2.0]).dtype == .float64)
    #expect(Dense(2, 1).initialized().dtype == .float32)
    #expect(Digits.splits.train.labels.dtype == .int32)
  }

  @Test("of whole numbers")
  func wholeNumbers() {
    let cast = NDArray([2.9, -2.9, 1e20, -1e20, .nan]).cast(to: .int32)
    #expect(cast.elements(as: Int32.self) == [2, -2, .max, .min, 0])
    let large = NDArray([Int32.max, 7])
    #expect((large + NDArray([Int32(1), -9])).elements(as: Int32.self) == [.min, -2])
    #expect((large + 1.9).elements(as: Int32.self) == [.max, 8])
    #expect((NDArray([Int32(-7)]) / NDArray([Int32(2)])).integers == [-3])
  }

  @Test("of reductions and equal elements")
  func reductions() {
    let x = NDArray([1.0, 3, 3, 2])
    #expect(x.variance().item == 0.6875)
    #expect(abs(x.variance(unbiased: true).item - 0.6875 * 4 / 3) < 1e-15)
    #expect(x.argumentOfMaximum().integers == [1])
    #expect(x.topK(3).indices.integers == [1, 2, 3])
    #expect(NDArray([1.0, .nan, 2]).maximum().item.isNaN)
    #expect(x.sum(axes: [-1], keepingAxes: true).shape == [1])
  }

  /// The filter (1, 10, 100) over (1, 2, 3, 4): not turned round, 321 and 432.
  @Test("of convolution and pooling")
  func windows() throws {
    let x = Tensor([1.0, 2, 3, 4], shape: [1, 1, 1, 4])
    let y = x.convolution(weight: Tensor([1.0, 10, 100], shape: [1, 1, 1, 3]))
    #expect(y.array.doubles == [321, 432])
    // Five columns by steps of 2 with windows of 2: the last column is left out.
    let geometry = PoolingGeometry(window: [1, 2])
    #expect(try geometry.outputShape(input: [1, 1, 1, 5]) == [1, 1, 1, 2])
    let up = PoolingGeometry(window: [1, 2], roundsUp: true)
    #expect(try up.outputShape(input: [1, 1, 1, 5]) == [1, 1, 1, 3])
    let padded = PoolingGeometry(window: [1, 2], padding: [0, 1])
    #expect(x.averagePool(padded).array.doubles == [0.5, 2.5, 2])
    let without = PoolingGeometry(window: [1, 2], padding: [0, 1], countsPadding: false)
    #expect(x.averagePool(without).array.doubles == [1, 2.5, 4])
    #expect((-x).maximumPool(padded).array.doubles == [-1, -2, -4])
  }

  /// The approximation by tanh differs from Φ by up to 5·10⁻⁴ · x; at 1, Φ is 0.8413447460685429.
  @Test("of layers' defaults")
  func layers() {
    var context = Context()
    let one = Tensor([1.0])
    // Two channels of 1 under a window of three: 1 / (k + α·2), and 1 / (k + α·2/3).
    let pair = Tensor([1.0, 1], shape: [1, 2])
    for (averages, sum) in [(false, 2.0), (true, 2.0 / 3)] {
      let layer = LocalResponseNorm(3, alpha: 1, beta: 1, k: 1, averages: averages)
      #expect(abs(layer(pair, &context).array.doubles[0] - 1 / (1 + sum)) < 1e-15)
    }
    #expect(!LocalResponseNorm().averages)
    #expect(abs(GELU()(one, &context).item - 0.841_344_746_068_542_9) < 1e-14)
    #expect(abs(GELU(.tanh)(one, &context).item - 0.841_344_746_068_542_9) > 1e-5)
    let rows = Softmax()(Tensor([0.0, 0, 1, 1], shape: [2, 2]), &context)
    #expect(rows.array.doubles == [0.5, 0.5, 0.5, 0.5])
    #expect(BatchNorm(1).momentum == 0.1)
    #expect(huberLoss(Tensor([3.0]), Tensor([0.0])).item == 2.5)
    #expect(ClassificationMetrics(classes: 10).k == 5)
    #expect(ClassificationMetrics(classes: 3).k == 3)
  }

  /// Xavier's bound for 30 inputs and 24 outputs is √(6/54) = 1/3; offsets start at 0.
  @Test("of first weights")
  func firstWeights() {
    let layer = Dense(30, 24).initialized()
    #expect(layer.weight.tensor.shape == [24, 30])
    let largest = layer.weight.tensor.array.absolute().maximum().item
    #expect(largest <= 1 / 3.0 + 1e-7 && largest > 0.99 / 3)
    #expect(layer.bias?.tensor.array.floats.allSatisfy { $0 == 0 } == true)
  }

  /// The gradient of f(w) = ½·w₁² + w₂⁴ by hand.
  private static func slope(_ w: [Double]) -> [Double] { [w[0], 4 * w[1] * w[1] * w[1]] }

  /// Steps of an optimizer of the library along that gradient.
  private static func path(_ optimizer: SGD, steps: Int) -> [[Double]] {
    var optimizer = optimizer
    var model = Dense(2, 1, bias: false).initialized(dtype: .float64)
    model.weight.tensor = Tensor([1.0, -0.8], shape: [1, 2])
    return (0..<steps).map { _ in
      let gradient = NDArray(slope(model.weight.tensor.array.doubles), shape: [1, 2])
      optimizer.update(&model, along: Gradients([(path: "weight", array: gradient)]))
      return model.weight.tensor.array.doubles
    }
  }

  /// v ← μ·v − η·g, w ← w + v; g at w + lookAhead·v.
  private static func coursePath(lookAhead: Double, steps: Int) -> [(w: [Double], v: [Double])] {
    var (w, v) = ([1.0, -0.8], [0.0, 0.0])
    return (0..<steps).map { _ in
      let g = slope([0, 1].map { w[$0] + lookAhead * v[$0] })
      for index in 0..<2 {
        v[index] = 0.9 * v[index] - 0.05 * g[index]
        w[index] += v[index]
      }
      return (w, v)
    }
  }

  /// Rounding differs, by a few units of the last place a step.
  @Test("of momentum: the course's form gives the same weights")
  func momentum() {
    let ours = Self.path(SGD(learningRate: 0.05, momentum: 0.9), steps: 20)
    let course = Self.coursePath(lookAhead: 0, steps: 20)
    for (w, state) in zip(ours, course) {
      for index in 0..<2 { #expect(abs(w[index] - state.w[index]) < 1e-13) }
    }
  }

  @Test("of Nesterov's momentum: the weights are the course's look-ahead, w + μ·v")
  func nesterov() {
    let ours = Self.path(SGD(learningRate: 0.05, momentum: 0.9, nesterov: true), steps: 20)
    let course = Self.coursePath(lookAhead: 0.9, steps: 20)
    for (w, state) in zip(ours, course) {
      for index in 0..<2 {
        #expect(abs(w[index] - (state.w[index] + 0.9 * state.v[index])) < 1e-13)
      }
    }
  }

  /// One step from v = m = 0 moves by η·g/(|g| + ε): with g = ε by half of η, while ε under the
  /// root would leave it at η·g/√(g² + ε).
  @Test("of Adam's epsilon: outside the root")
  func adamEpsilon() {
    var optimizer = Adam(learningRate: 1, epsilon: 0.01)
    var model = Dense(1, 1, bias: false).initialized(dtype: .float64)
    model.weight.tensor = Tensor([0.0], shape: [1, 1])
    optimizer.update(
      &model, along: Gradients([(path: "weight", array: NDArray([0.01], shape: [1, 1]))]))
    #expect(abs(model.weight.tensor.item + 0.5) < 1e-12)
  }

  @Test("of the signs and order of eigenvectors")
  func eigenvectors() throws {
    let (values, vectors) = try LinearAlgebra.symmetricEigen(NDArray(rows: [[2.0, 1], [1, 2]]))
    #expect(zip(values.doubles, [1, 3]).allSatisfy { abs($0 - $1) < 1e-14 })
    let root = 0.5.squareRoot()
    #expect(
      zip(vectors.doubles, [root, root, -root, root]).allSatisfy { abs($0 - $1) < 1e-14 })
  }
}
