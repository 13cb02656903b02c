import Autodiff
import TestSupport
import Testing

@Suite struct TapeTests {
  // MARK: Recording

  @Test func constantsRecordNothing() {
    let x = Tensor([1.0, 2, 3])
    let y = ((x * x + 1).exp().sum() / x).softmax()
    #expect(!x.isTracked && !y.isTracked)
    #expect(y.node == nil)
    let outputs = x.reshaped([3, 1, 1]).batchNormalization(
      scale: Tensor([1.0]), offset: Tensor([0.0]))
    #expect(!outputs.value.isTracked)
  }

  @Test func detachedTensorsStopGradients() {
    let x = Tensor.variable(NDArray([2.0, 3]))
    #expect(x.isTracked && !x.detached.isTracked)
    let y = (x * x.detached).sum()
    #expect(gradient(of: y, by: x) == [2, 3])
  }

  @Test func unrelatedTensorsGetZeros() {
    let x = Tensor.variable(NDArray([2.0, 3]))
    let late = Tensor.variable(NDArray([1.0]))
    let y = x.sum()
    #expect(gradient(of: y, by: late) == [0])
    #expect(gradient(of: Tensor(1.0), by: x) == [0, 0])
    #expect(gradient(of: late.sum(), by: x) == [0, 0])
    let found = gradients(of: y, withRespectTo: [late, x])
    #expect(found.map(\.array.doubles) == [[0], [1, 1]])
  }

  // MARK: Branches

  @Test func branchesAreSummed() {
    let x = Tensor.variable(NDArray([2.0, 3]))
    #expect(gradient(of: (x * x + x).sum(), by: x) == [5, 7])
    #expect(gradient(of: (x + x + x).sum(), by: x) == [3, 3])
    #expect(gradient(of: (x - x).sum(), by: x) == [0, 0])
    #expect(gradient(of: Tensor.concatenate([x, x]).sum(), by: x) == [2, 2])
  }

  @Test(arguments: [DType.float32, .float64])
  func sumsOfGradientsChangeNoOther(dtype: DType) {
    let x = Tensor.variable(NDArray([2.0, 3]).cast(to: dtype))
    let upstream = Tensor(NDArray([1.0, 10]).cast(to: dtype))
    // The upstream gradient itself flows to x twice, and then to the caller's own tensor.
    #expect(
      gradients(of: x + x, withRespectTo: [x], upstream: upstream)[0].array.doubles == [2, 20])
    #expect(upstream.array.doubles == [1, 10])
    // The gradient by a is asked for, and is the first of those by x.
    let a = x * 1
    let found = gradients(of: (a + x * 4 + x * x).sum(), withRespectTo: [a, x])
    #expect(found.map(\.array.doubles) == [[1, 1], [9, 11]])
    // One gradient goes to two inputs, each of which gets another one besides.
    let (b, c) = (x * 2, x * 3)
    let sum = b.rectifiedSum(c)
    let both = gradients(of: (sum + b * 5 + c * 7).sum(), withRespectTo: [b, c, x])
    #expect(both.map(\.array.doubles) == [[6, 6], [8, 8], [36, 36]])
  }

  @Test func diamondsOfAnyDepthTakeOneVisitANode() {
    // 2⁶⁰ paths; each level doubles.
    let x = Tensor.variable(NDArray(1.0))
    var y = x
    for _ in 0..<60 { y = y + y }
    #expect(gradient(of: y, by: x) == [0x1p60])
  }

  @Test func branchesMeetInTheOrderOfRecording() {
    // Rounding shows the order of the sum: ((1e16 + 1) − 1e16) is 0, (1e16 − 1e16) + 1 is 1. The
    // last recorded branch comes first.
    let x = Tensor.variable(NDArray(1.0))
    let (a, b, c) = (x * 1, x * -1e16, x * 1e16)
    let y = a + b + c
    for _ in 0..<3 {
      #expect(gradients(of: y, withRespectTo: [x], keepingGraph: true)[0].item == 1)
    }
    let reordered = x * 1e16 + x * 1 + x * -1e16
    #expect(gradient(of: reordered, by: x) == [0])
  }

  // MARK: What can be asked for

  @Test func gradientsOfIntermediates() {
    let x = Tensor.variable(NDArray([1.0, 2]))
    let middle = x * 3
    let y = (middle * middle).sum()
    let found = gradients(of: y, withRespectTo: [middle, x, middle])
    #expect(found.map(\.array.doubles) == [[6, 12], [18, 36], [6, 12]])
  }

  @Test func gradientOfATensorByItself() {
    let x = Tensor.variable(NDArray(4.0))
    #expect(gradient(of: x, by: x) == [1])
    let y = x * x
    #expect(gradient(of: y, by: y) == [1])
  }

  @Test func upstreamIsContracted() {
    let x = Tensor.variable(NDArray([1.0, 2]))
    let found = gradients(of: x * x, withRespectTo: [x], upstream: Tensor([10.0, 100]))
    #expect(found[0].array.doubles == [20, 400])
  }

  @Test func severalOutputsHaveGradientsOfTheirOwn() throws {
    let a = NDArray([2.0, 1, 1, 3], shape: [2, 2])
    for dtype in [DType.float64, .float32] {
      let x = Tensor.variable(a.cast(to: dtype))
      let (values, vectors) = try x.symmetricEigen()
      let y = values.sum() + (vectors * vectors).sum()
      // The trace's gradient is I, and the vectors' length is always 1.
      let whole = gradients(of: y, withRespectTo: [x, values, vectors], keepingGraph: true)
      #expect(relativeDifference(whole[0].array, NDArray.identity(2, dtype: dtype)) < 1e-6)
      #expect(whole[1].array.doubles == [1, 1])
      #expect(relativeDifference(whole[2].array, vectors.array * 2) < 1e-6)
      // Only the second output.
      let alone = gradients(of: vectors.sum(), withRespectTo: [values, vectors])
      #expect(alone.map(\.array.doubles) == [[0, 0], [1, 1, 1, 1]])
    }
  }

  @Test func graphIsKeptOnRequest() {
    let x = Tensor.variable(NDArray([1.0, 2]))
    let y = (x.exp() * x).sum()
    let first = gradients(of: y, withRespectTo: [x], keepingGraph: true)[0]
    #expect(gradient(of: y, by: x) == first.array.doubles)
  }

  @Test func resultsOutliveTheirGraph() {
    var y: Tensor?
    do {
      let x = Tensor.variable(NDArray([1.0, 2]))
      y = x * 2
    }
    #expect(y!.array.doubles == [2, 4])
    #expect(y!.isTracked)
  }

  // MARK: Long chains

  @Test func chainOfAMillionIsReleasedWithoutOverflow() {
    let x = Tensor.variable(NDArray(1.0))
    var y = x
    for _ in 0..<1_000_000 { y = y + x }
    #expect(y.item == 1_000_001)
    #expect(gradient(of: y, by: x) == [1_000_001])
  }

  /// What was recorded since a variable was made costs its gradients nothing.
  @Test func oldVariableIsAsGoodAsANewOne() {
    let old = Tensor.variable(NDArray(3.0))
    var other = Tensor.variable(NDArray(1.0))
    for _ in 0..<20_000 { other = other * 1 }
    let before = MemoryPool.shared.statistics.bytesInUse
    let clock = ContinuousClock()
    let time = clock.measure {
      for _ in 0..<20_000 { _ = gradients(of: old * old, withRespectTo: [old]) }
    }
    #expect(gradient(of: old * old, by: old) == [6])
    #expect(MemoryPool.shared.statistics.bytesInUse == before)
    // A table of everything since then took 40,000 places, 20,000 times: minutes.
    #expect(time < .seconds(20))
  }

  /// Many nodes wait at once.
  @Test func wideGraphs() {
    let variables = (0..<5000).map { Tensor.variable(NDArray(Double($0))) }
    let y = Tensor.stack(variables.map { $0 * $0 }).sum()
    let found = gradients(of: y, withRespectTo: Array(variables.reversed()))
    #expect(found.map(\.item) == (0..<5000).reversed().map { 2 * Double($0) })
  }

  @Test func longChainIsReleasedUnused() {
    let x = Tensor.variable(NDArray(1.0))
    var y = Tensor.concatenate([x.reshaped([1]), x.reshaped([1])]).sum()
    for _ in 0..<300_000 { y = Tensor.concatenate([y.reshaped([1]), y.reshaped([1])]).mean() }
    #expect(y.item == 2)
  }

  @Test func graphIsFreedOnTheWay() {
    let before = MemoryPool.shared.statistics.bytesInUse
    let size = 1 << 16
    let x = Tensor.variable(NDArray(repeating: 0.5, shape: [size], dtype: .float64))
    var y = x
    for _ in 0..<20 { y = y.tanh() }
    y = y.sum()
    let recorded = MemoryPool.shared.statistics.bytesInUse - before
    #expect(recorded >= 20 * size * 8)
    MemoryPool.shared.resetPeak()
    _ = gradients(of: y, withRespectTo: [x])
    // Backward needs a few arrays beside the recorded ones, and leaves the saved ones free.
    #expect(MemoryPool.shared.statistics.peakBytesInUse - before < recorded + 6 * size * 8)
    #expect(MemoryPool.shared.statistics.bytesInUse - before < 3 * size * 8)
  }

  #if OneDNN
    /// A convolution with ReLU cuts the upstream gradient off in the memory of its values, which only it
    /// needs now, and lets go of what came.
    @Test func upstreamIsFreedOnTheWay() {
      let shape: Shape = [1, 16, 128, 128]
      let size = shape.elementCount * 4
      let x = Tensor.variable(NDArray(repeating: 0.5, shape: shape, dtype: .float32))
      let weight = Tensor.variable(NDArray(repeating: 0.1, shape: [16, 16, 1, 1], dtype: .float32))
      let pooling = PoolingGeometry(window: [4, 4], stride: [4, 4])
      // Of the second convolution input, values and upstream gradient lie in the same blocks.
      let loss = x.rectifiedConvolution(weight: weight).rectifiedConvolution(weight: weight)
        .maximumPool(pooling).sum()
      let before = MemoryPool.shared.statistics.bytesInUse
      MemoryPool.shared.resetPeak()
      let found = gradients(of: loss, withRespectTo: [x, weight])
      // The upstream gradient; then the gradient by the input.
      #expect(MemoryPool.shared.statistics.peakBytesInUse - before < 3 * size / 2)
      #expect(found[0].array.doubles.contains { $0 > 0 })
    }
  #endif

  /// What is changed in place is nobody else's: values stay that a program holds, or another pass wants.
  @Test(arguments: [DType.float32, .float64])
  func valuesInUseStay(_ dtype: DType) {
    let x = Tensor.variable(TestArray.one([2, 16, 9, 9], dtype: dtype))
    let weight = Tensor.variable(TestArray.one([16, 16, 3, 3], dtype: dtype))
    let geometry = ConvolutionGeometry(padding: [1, 1])
    func graph() -> (values: [Tensor], loss: Tensor) {
      let y = x.rectifiedConvolution(weight: weight, geometry: geometry)
      let z = y.rectifiedSum(x)
      return ([y, z], (z * z).sum())
    }
    let (values, loss) = graph()
    let before = values.map(\.array.doubles)
    let kept = (0..<2).map { _ in
      gradients(of: loss, withRespectTo: [x, weight], keepingGraph: true).map(\.array.doubles)
    }
    let last = gradients(of: loss, withRespectTo: [x, weight]).map(\.array.doubles)
    #expect(values.map(\.array.doubles) == before)
    // The same with values that nobody holds, and by operations of their own.
    let own = gradients(of: graph().loss, withRespectTo: [x, weight]).map(\.array.doubles)
    #expect(kept[0] == kept[1] && kept[0] == last && kept[0] == own)
    let y = x.convolution(weight: weight, geometry: geometry).relu()
    let sum = (y + x).relu()
    let apart = gradients(of: (sum * sum).sum(), withRespectTo: [x, weight])
    for (found, expected) in zip(own, apart.map(\.array.doubles)) {
      for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-5 * max(1, abs(b))) }
    }
  }

  // MARK: Tasks

  @Test func tasksTakeGradientsSideBySide() async {
    let arrays = (0..<8).map { TestArray.one([6, 5], seed: $0) }
    @Sendable func compute(_ array: NDArray) -> [Double] {
      var sums = [Double](repeating: 0, count: 30)
      for _ in 0..<50 {
        let (_, gradient) = valueWithGradient(at: array) { x in
          (x.matmul(x, transposeOther: true).softmax() * x.sum()).tanh().sum()
        }
        for (place, value) in gradient.doubles.enumerated() { sums[place] += value }
      }
      return sums
    }
    let serial = arrays.map(compute)
    let parallel = await withTaskGroup(of: (Int, [Double]).self) { group in
      for (index, array) in arrays.enumerated() { group.addTask { (index, compute(array)) } }
      var results = [[Double]](repeating: [], count: arrays.count)
      for await (index, result) in group { results[index] = result }
      return results
    }
    #expect(parallel == serial)
  }

  /// A variable made once may be used by several tasks.
  @Test func tasksShareAVariable() async {
    let x = Tensor.variable(TestArray.one([4]))
    let expected = (2 * x.array).doubles
    await withTaskGroup(of: [Double].self) { group in
      for _ in 0..<8 {
        group.addTask {
          gradients(of: (x * x).sum(), withRespectTo: [x])[0].array.doubles
        }
      }
      for await found in group { #expect(found == expected) }
    }
  }

  private func gradient(of y: Tensor, by x: Tensor) -> [Double] {
    gradients(of: y, withRespectTo: [x])[0].array.doubles
  }
}
