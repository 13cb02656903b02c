import Autodiff
import TestSupport
import Testing

/// Derivatives of functions whose derivatives are known in closed form.
@Suite struct DifferentiationTests {
  @Test func valueAndGradients() {
    let (value, gradient) = valueWithGradient(at: NDArray([1.0, 2, 3])) { ($0 * $0).sum() }
    #expect(value.item == 14)
    #expect(gradient.doubles == [2, 4, 6])
    let (_, both) = valueWithGradients(at: [NDArray(3.0), NDArray(5.0)]) { $0[0] * $0[1] }
    #expect(both.map(\.item) == [5, 3])
  }

  @Test func errorsOfTheBodyAreThrown() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) {
      try valueWithGradient(at: NDArray(1.0)) { _ in throw Refusal() }
    }
  }

  /// (x³)′ = 3x², (x³)″ = 6x, (x³)‴ = 6, (x³)⁗ = 0 through recorded passes.
  @Test(arguments: [DType.float64, .float32])
  func derivativesOfHigherOrder(_ dtype: DType) {
    let x = Tensor.variable(NDArray(2.0).cast(to: dtype))
    var values: [Double] = []
    for power in [{ (x: Tensor) in x * x * x }, { (x: Tensor) in x.power(3) }] {
      var y = power(x)
      for _ in 0..<4 {
        y = gradients(of: y, withRespectTo: [x], recording: true)[0]
        values.append(y.item)
      }
    }
    #expect(values == [12, 12, 6, 0, 12, 12, 6, 0])
  }

  @Test func derivativesOfTheSineRepeat() {
    let x = Tensor.variable(NDArray(0.7))
    var y = x.sin()
    var found: [Double] = []
    for _ in 0..<6 {
      y = gradients(of: y, withRespectTo: [x], recording: true)[0]
      found.append(y.item)
    }
    let (sine, cosine) = (0.644217687237691, 0.7648421872844885)
    for (value, expected) in zip(found, [cosine, -sine, -cosine, sine, cosine, -sine]) {
      #expect(abs(value - expected) < 1e-15)
    }
  }

  // MARK: Hessians

  /// f = Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)².
  private func rosenbrock(_ x: Tensor) -> Tensor {
    let count = x.elementCount
    let (head, tail) = (x.sliced(axis: 0, 0..<(count - 1)), x.sliced(axis: 0, 1..<count))
    return ((tail - head.squared()).squared() * 100 + (1 - head).squared()).sum()
  }

  private func rosenbrockGradient(_ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: x.count)
    for i in 0..<(x.count - 1) {
      result[i] += -400 * x[i] * (x[i + 1] - x[i] * x[i]) - 2 * (1 - x[i])
      result[i + 1] += 200 * (x[i + 1] - x[i] * x[i])
    }
    return result
  }

  private func rosenbrockHessian(_ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: x.count * x.count)
    for i in 0..<(x.count - 1) {
      result[i * x.count + i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2
      result[i * x.count + i + 1] += -400 * x[i]
      result[(i + 1) * x.count + i] += -400 * x[i]
      result[(i + 1) * x.count + i + 1] += 200
    }
    return result
  }

  @Test(arguments: [2, 5])
  func hessianOfRosenbrock(_ count: Int) {
    let x = TestArray.one([count])
    let (value, gradient, matrix) = hessian(at: x, rosenbrock)
    #expect(abs(value.item - rosenbrock(Tensor(x)).item) < 1e-12 * value.item)
    #expect(relativeDifference(gradient, NDArray(rosenbrockGradient(x.doubles))) < 1e-14)
    let expected = NDArray(rosenbrockHessian(x.doubles), shape: [count, count])
    #expect(relativeDifference(matrix, expected) < 1e-14)
  }

  @Test func hessianVectorProductIsThatWithTheHessian() {
    let x = TestArray.one([6])
    for seed in 2...5 {
      let v = TestArray.one([6], seed: seed)
      let (_, _, matrix) = hessian(at: x, rosenbrock)
      let expected = matrix.matmul(v.reshaped([6, 1])).reshaped([6])
      let product = hessianVectorProduct(at: x, vector: v, rosenbrock)
      #expect(relativeDifference(product, expected) < 1e-14)
    }
  }

  @Test func hessianOfMatricesIsSymmetric() {
    let x = TestArray.one([2, 3])
    let (_, _, tensor) = hessian(at: x) { ($0.matmul($0.transposed()).exp()).sum() }
    #expect(tensor.shape == [2, 3, 2, 3])
    let matrix = tensor.reshaped([6, 6])
    #expect(relativeDifference(matrix, matrix.transposed()) < 1e-14)
  }

  @Test func hessianOfALinearFunctionIsZero() {
    let (_, gradient, matrix) = hessian(at: NDArray([1.0, 2])) { ($0 * 3).sum() }
    #expect(gradient.doubles == [3, 3])
    #expect(matrix.doubles == [0, 0, 0, 0])
    let product = hessianVectorProduct(at: NDArray([1.0, 2]), vector: NDArray([1.0, 1])) {
      ($0 * 3).sum()
    }
    #expect(product.doubles == [0, 0])
  }

  @Test func nothingToDifferentiate() {
    let empty = NDArray.zeros([0], dtype: .float64)
    let (value, gradient, matrix) = hessian(at: empty) { $0.squared().sum() }
    #expect(value.item == 0 && gradient.shape == [0] && matrix.shape == [0, 0])
    let (_, rows) = jacobian(at: NDArray([1.0, 2])) { $0.sliced(axis: 0, 1..<1) }
    #expect(rows.shape == [0, 2])
  }

  // MARK: Jacobians

  /// ∂softmax = diag(p) − p·pᵀ.
  @Test func jacobianOfSoftmax() {
    let x = TestArray.one([5])
    let (p, matrix) = jacobian(at: x) { $0.softmax() }
    let values = p.doubles
    var expected: [Double] = []
    for i in 0..<5 {
      for j in 0..<5 { expected.append((i == j ? values[i] : 0) - values[i] * values[j]) }
    }
    #expect(relativeDifference(matrix, NDArray(expected, shape: [5, 5])) < 1e-14)
  }

  @Test func jacobianHasTheAxesOfBoth() {
    let x = TestArray.one([2, 3])
    let (value, matrix) = jacobian(at: x) { $0.transposed() }
    #expect(value.shape == [3, 2] && matrix.shape == [3, 2, 2, 3])
    var expected = [Double](repeating: 0, count: 36)
    for i in 0..<3 { for j in 0..<2 { expected[(i * 2 + j) * 6 + j * 3 + i] = 1 } }
    #expect(matrix.doubles == expected)
    let (_, constant) = jacobian(at: x) { _ in Tensor([1.0, 2]) }
    #expect(constant.shape == [2, 2, 3] && constant.doubles.allSatisfy { $0 == 0 })
  }

  // MARK: Laws

  /// ⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩ for the linear operations.
  @Test func linearOperationsAreTransposedByTheirGradients() {
    let geometry = ConvolutionGeometry(stride: [2, 1], padding: [1, 0])
    let weight = Tensor(TestArray.one([4, 3, 3, 2]))
    let maps: [(Shape, (Tensor) -> Tensor)] = [
      ([2, 3, 5, 4], { $0.convolution(weight: weight, geometry: geometry) }),
      ([2, 4, 3, 3], { $0.transposedConvolution(weight: weight, geometry: geometry) }),
      ([2, 3, 5, 4], { $0.averagePool(.init(window: [2, 2], padding: [1, 1])) }),
      ([4, 3], { $0.gather(NDArray([2, 0, 2] as [Int32])) }),
      ([3, 5], { $0.sliced(axis: 1, 0..<5, step: 2) }),
      ([3, 4], { $0.matmul(Tensor(TestArray.one([4, 2]))) }),
    ]
    for (shape, map) in maps {
      let v = Tensor(TestArray.one(shape))
      let image = map(v)
      let u = Tensor(TestArray.one(image.shape, seed: 2))
      let back = pullback(of: u, at: v.array, through: map)
      let (left, right) = ((image * u).sum().item, (v * back).sum().item)
      #expect(abs(left - right) < 1e-12 * max(abs(left), 1))
    }
  }

  // MARK: The check itself

  @Test func gradientCheckFindsAWrongGradient() {
    // The detached factor hides half of the derivative of x².
    let check = gradientCheck(at: [NDArray([1.0, 2])]) { $0[0] * $0[0].detached }
    #expect(check.largestError > 0.4)
    #expect(gradientCheck(at: [NDArray([1.0, 2])]) { $0[0] * $0[0] }.largestError < 1e-9)
    let second = gradientCheck(at: [NDArray([1.0, 2])], order: 2) {
      $0[0] * $0[0] * $0[0].detached
    }
    #expect(second.largestError > 0.1)
    let notANumber = gradientCheck(at: [NDArray([-1.0])]) { $0[0].log() }
    #expect(notANumber.largestError == .infinity)
  }

  @Test func gradientCheckNamesThePlace() {
    let check = gradientCheck(at: [NDArray([1.0]), NDArray([1.0, 2, 3])]) {
      ($0[0] * 1).sum() + ($0[1] * Tensor([0.0, 0, 1]) * $0[1].detached).sum()
    }
    #expect(check.input == 1 && check.element == 2)
    #expect(check.description.hasPrefix("largest error "))
  }
}
