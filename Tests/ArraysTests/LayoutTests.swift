import Arrays
import Testing

/// LeNet-5's layers between image and class scores, forward and backward, on an engine.
struct LeNetChain {
  let geometry = (first: ConvolutionGeometry(padding: [2, 2]), other: ConvolutionGeometry())
  let pooling = PoolingGeometry(window: [2, 2])
  let weights: [NDArray] = [[6, 1, 5, 5], [16, 6, 5, 5], [120, 16, 5, 5]].map {
    draw($0, .float32, seed: 3)
  }
  let biases: [NDArray] = [[6], [16], [120]].map { draw($0, .float32, seed: 4) }
  let batch: Int

  /// What the backward pass needs: each layer's input and, for tanh, its value.
  struct Trace {
    var inputs: [NDArray] = []
    var activations: [NDArray] = []
    var features: NDArray
  }

  private func geometry(_ layer: Int) -> ConvolutionGeometry {
    layer == 0 ? geometry.first : geometry.other
  }

  func forward(_ engine: any Engine, _ images: NDArray) -> Trace {
    var trace = Trace(features: images)
    for layer in 0..<3 {
      trace.inputs.append(trace.features)
      let size = [28, 10, 1][layer]
      let y = engine.convolution(
        trace.features, weight: weights[layer], bias: biases[layer], geometry: geometry(layer),
        shape: [batch, weights[layer].shape[0], size, size])
      let a = engine.unary(.tanh, y, alpha: 0)
      trace.activations.append(a)
      trace.features =
        layer == 2
        ? a
        : engine.averagePool(a, geometry: pooling, shape: [batch, a.shape[1], size / 2, size / 2])
    }
    trace.features = trace.features.reshaped([batch, 120])
    return trace
  }

  /// The gradients of weights and biases; the images need none.
  func backward(_ engine: any Engine, _ trace: Trace, _ upstream: NDArray) -> [NDArray] {
    var gradients: [NDArray] = []
    var u = upstream.reshaped([batch, 120, 1, 1])
    for layer in (0..<3).reversed() {
      let a = trace.activations[layer]
      if layer < 2 { u = engine.averagePoolGradient(u, geometry: pooling, inputShape: a.shape) }
      u = engine.unaryGradient(.tanhFromValue, upstream: u, saved: a, alpha: 0)
      let (weight, bias) = engine.convolutionParameterGradients(
        u, input: trace.inputs[layer], geometry: geometry(layer),
        weightShape: weights[layer].shape)
      gradients += [weight, bias]
      if layer > 0 {
        u = engine.convolutionInputGradient(
          u, weight: weights[layer], geometry: geometry(layer),
          inputShape: trace.inputs[layer].shape)
      }
    }
    return gradients
  }
}

@Suite("Layouts", .serialized)
struct LayoutTests {
  /// The result of `body` and the conversions of activations that it took.
  static func counting<Result>(_ body: () -> Result) -> (result: Result, conversions: Int) {
    let before = Compute.layoutConversions
    let result = body()
    return (result, Compute.layoutConversions - before)
  }

  @Test(arguments: [1, 32]) func leNet(batch: Int) {
    let chain = LeNetChain(batch: batch)
    let images = spread([batch, 1, 28, 28], 0..<1, seed: 5)
    let upstream = draw([batch, 120], .float32, seed: 6)
    for _ in 0..<2 {
      let (trace, forward) = Self.counting { chain.forward(testedEngine, images) }
      let (gradients, backward) = Self.counting {
        chain.backward(testedEngine, trace, upstream)
      }
      // Forward: the six channels before the second convolution, whose fast kernel reads them
      // row-major, and the flattening. Backward: the flattening, and both operands of the second
      // convolution's weight gradient, whose fast kernel wants blocks of 8.
      #expect(forward <= 2)
      #expect(backward <= 3)
      let expected = chain.forward(reference, images)
      expectAgreement(trace.features, expected.features, within: 1e-5, "features")
      let exact = chain.backward(reference, expected, upstream)
      for (gradient, exact) in zip(gradients, exact) {
        // Sums over 24 · 24 places and more in float32: off by up to 784 · 2⁻²⁴ of the magnitudes.
        expectAgreement(gradient, exact, within: 3e-5, "gradient of \(gradient.shape)")
      }
    }
  }

  /// A residual block: what stands between two convolutions passes their layout on.
  @Test func blockedArraysPassThrough() {
    let geometry = ConvolutionGeometry(padding: [1, 1])
    let shape: Shape = [4, 32, 14, 14]
    let x = draw(shape, .float32, seed: 1)
    let weight = draw([32, 32, 3, 3], .float32, seed: 2)
    let (scale, offset) = (spread([32], 0.5..<2), draw([32], .float32, seed: 3))
    func convolve(_ x: NDArray) -> NDArray {
      testedEngine.convolution(x, weight: weight, bias: nil, geometry: geometry, shape: shape)
    }
    let first = convolve(x)
    let (_, conversions) = Self.counting {
      let (y, _, _) = testedEngine.batchNormalization(
        first, scale: scale, offset: offset, epsilon: 1e-5)
      let a = testedEngine.unary(.relu, y, alpha: 0)
      let sum = testedEngine.binary(.add, convolve(a), first, shape: shape)
      let pooled = testedEngine.averagePool(
        testedEngine.unary(.relu, sum, alpha: 0), geometry: PoolingGeometry(window: [2, 2]),
        shape: [4, 32, 7, 7])
      _ = testedEngine.convolution(
        pooled, weight: weight, bias: nil, geometry: geometry, shape: [4, 32, 7, 7])
    }
    #expect(conversions == 0)
  }

  @Test func conversionsAreCounted() {
    let x = draw([2, 16, 3, 3], .float32)
    let (blocked, there) = Self.counting { OperandLayout.blocked8.apply(x) }
    let (copy, back) = Self.counting { testedEngine.copy(blocked) }
    let (_, views) = Self.counting { testedEngine.copy(permuted(x, [0, 2, 3, 1])) }
    #expect(numbers(copy) == numbers(x))
    #expect(views == 0)
    #if OneDNN
      #expect(there == 1)
      #expect(back == 1)
    #else
      #expect(there + back == 0)
    #endif
  }

  /// Blocks of channels lie in memory as oneDNN's name nChw8c says, padded with zeros.
  @Test func blocksOfChannels() {
    let x = NDArray((0..<24).map { Float($0 + 1) }, shape: [1, 12, 1, 2])
    let blocked = OperandLayout.blocked8.apply(x)
    #expect(numbers(blocked) == numbers(x))
    #if OneDNN
      var expected = [Float](repeating: 0, count: 32)
      for channel in 0..<12 {
        for column in 0..<2 {
          let place = (channel / 8 * 2 + column) * 8 + channel % 8
          expected[place] = Float(channel * 2 + column + 1)
        }
      }
      #expect(OneDNNEngine.rawElements(blocked) == expected)
    #endif
  }

  /// No kernel of a usual network is left to oneDNN's plain loops, named `ref`.
  @Test(arguments: [1, 3, 6, 16, 64]) func implementations(channels: Int) {
    let batch = 11  // which no other test has
    for (size, kernel, outputs) in [(28, 5, 6), (14, 3, 16), (14, 3, 64), (8, 1, 32)] {
      let geometry = ConvolutionGeometry(padding: [kernel / 2, kernel / 2])
      let x = draw([batch, channels, size, size], .float32, seed: 1)
      let weight = draw([outputs, channels, kernel, kernel], .float32, seed: 2)
      let bias = draw([outputs], .float32, seed: 3)
      let y = testedEngine.convolution(
        x, weight: weight, bias: bias, geometry: geometry, shape: [batch, outputs, size, size])
      _ = testedEngine.convolutionInputGradient(
        y, weight: weight, geometry: geometry, inputShape: x.shape)
      _ = testedEngine.convolutionParameterGradients(
        y, input: x, geometry: geometry, weightShape: weight.shape)
      let pooling = PoolingGeometry(window: [2, 2])
      let pooled = testedEngine.averagePool(
        y, geometry: pooling, shape: [batch, outputs, size / 2, size / 2])
      _ = testedEngine.averagePoolGradient(pooled, geometry: pooling, inputShape: y.shape)
      let (_, mean, variance) = testedEngine.batchNormalization(
        y, scale: bias, offset: bias, epsilon: 1e-5)
      _ = testedEngine.batchNormalizationGradient(
        y, input: y, scale: bias, mean: mean, variance: variance, epsilon: 1e-5)
    }
    Self.expectNoPlainLoops { $0.contains("[\(batch), \(channels), ") }
  }

  /// Neither for products of batches, whichever operand is transposed or shared.
  @Test func implementationsOfProducts() {
    for (first, second) in [(8, 8), (1, 8), (8, 1)] {
      for transposeA in [false, true] {
        for transposeB in [false, true] {
          let a = draw(Shape([first] + (transposeA ? [41, 37] : [37, 41])), .float32)
          let b = draw(Shape([second] + (transposeB ? [43, 41] : [41, 43])), .float32)
          _ = testedEngine.matmul(
            a, b, transposeA: transposeA, transposeB: transposeB, shape: [8, 37, 43])
        }
      }
    }
    // The heads of attention: views whose batch stride is less than their row stride.
    let heads = permuted(draw([37, 8, 41], .float32), [1, 0, 2])
    _ = testedEngine.matmul(heads, heads, transposeA: false, transposeB: true, shape: [8, 37, 37])
    Self.expectNoPlainLoops { $0.contains("37, 41]") }
  }

  static func expectNoPlainLoops(_ isMeant: (String) -> Bool) {
    #if OneDNN
      let primitives = OneDNNEngine.primitives.filter { isMeant($0.purpose) }
      #expect(!primitives.isEmpty)
      for primitive in primitives where !primitive.purpose.contains("reorder") {
        #expect(
          !primitive.implementation.contains("ref"),
          "\(primitive.purpose): \(primitive.implementation)")
      }
    #endif
  }
}
