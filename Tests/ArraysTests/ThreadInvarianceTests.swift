import Arrays
import Foundation
import Testing

/// The same bits on any number of threads, where oneDNN has no part in the result.
@Suite("Threads", .serialized)
struct ThreadInvarianceTests {
  /// The results' bits on 1, 2 and 3 threads.
  static func expectSameBits(_ what: String, _ body: () -> [NDArray]) {
    let before = Compute.threads
    defer { Compute.threads = before }
    var expected: [[UInt8]] = []
    for threads in [1, 2, 3] {
      Compute.threads = threads
      poisonPool()
      let results = body().map { x in
        let x = reference.copy(x)
        return Array(
          UnsafeRawBufferPointer(
            start: x.storage.pointer, count: x.elementCount * x.dtype.byteCount))
      }
      if threads == 1 { expected = results }
      #expect(results == expected, "\(what) on \(threads) threads")
    }
  }

  // Large enough to be shared among threads, and no multiple of a register.
  static let vector = spread([250_007], -3..<3, seed: 1)
  static let other = spread([250_007], 0.1..<3, seed: 2)

  @Test(arguments: UnaryFunction.allCases) func unary(_ function: UnaryFunction) {
    Self.expectSameBits("\(function)") { [testedEngine.unary(function, Self.vector, alpha: 0.7)] }
  }

  @Test(arguments: UnaryGradient.allCases) func unaryGradient(_ function: UnaryGradient) {
    Self.expectSameBits("\(function)") {
      [testedEngine.unaryGradient(function, upstream: Self.other, saved: Self.vector, alpha: 0.7)]
    }
  }

  @Test(arguments: BinaryFunction.allCases) func binary(_ function: BinaryFunction) {
    let (a, b) = (spread([130, 700], 0..<3, seed: 3), spread([130, 700], 0.1..<3, seed: 4))
    let (row, column) = (spread([700], 0.1..<3, seed: 5), spread([130, 1], 0.1..<3, seed: 6))
    Self.expectSameBits("\(function)") {
      [(a, b), (a, row), (a, column), (row, a), (column, row), (reversedLayout(a), b)].map {
        testedEngine.binary(function, $0, $1, shape: [130, 700])
      }
    }
  }

  @Test(arguments: Reduction.allCases) func reductions(_ reduction: Reduction) {
    let images = spread([16, 24, 30, 31], -1..<2, seed: 7)
    let tall = spread([3000, 70], -1..<2, seed: 8)
    let long = spread([700_001], -1..<2, seed: 9)
    Self.expectSameBits("\(reduction)") {
      [[0], [1], [3], [0, 2, 3], [2, 3], [1, 2, 3], [0, 1, 2, 3]].map {
        testedEngine.reduce(reduction, images, axes: $0)
      } + [
        testedEngine.reduce(reduction, tall, axes: [0]),
        testedEngine.reduce(reduction, tall, axes: [1]),
        testedEngine.reduce(reduction, long, axes: [0]),
      ]
    }
  }

  @Test func rows() {
    let x = spread([700, 133], -5..<5, seed: 10)
    let u = spread([700, 133], -1..<1, seed: 11)
    let labels = NDArray((0..<700).map { Int32($0 % 133) })
    let (scale, offset) = (spread([133], 0.5..<2, seed: 12), spread([133], -1..<1, seed: 13))
    Self.expectSameBits("rows") {
      let y = testedEngine.softmax(x, axis: 1)
      let logarithm = testedEngine.logSoftmax(x, axis: 1)
      let (loss, p) = testedEngine.crossEntropy(logits: x, labels: labels)
      let (value, mean, reciprocal) = testedEngine.layerNormalization(
        x, scale: scale, offset: offset, epsilon: 1e-5)
      let gradients = testedEngine.layerNormalizationGradient(
        u, input: x, scale: scale, mean: mean, reciprocalDeviation: reciprocal)
      return [
        y, logarithm, loss, p, value, mean, reciprocal, gradients.input, gradients.scale,
        gradients.offset, testedEngine.softmaxGradient(u, value: y, axis: 1),
        testedEngine.logSoftmaxGradient(u, value: logarithm, axis: 1),
        testedEngine.crossEntropyGradient(loss, probabilities: p, labels: labels),
      ]
    }
  }

  @Test func indexingAndPooling() {
    let x = spread([900, 130], -1..<1, seed: 14)
    let rows = NDArray((0..<5000).map { Int32($0 * $0 % 900) })
    let updates = spread([5000, 130], -1..<1, seed: 15)
    let images = spread([8, 20, 30, 31], -1..<1, seed: 16)
    let geometry = PoolingGeometry(window: [3, 3], stride: [2, 2], padding: [1, 1])
    Self.expectSameBits("indexing and pooling") {
      let (value, places) = testedEngine.maximumPool(
        images, geometry: geometry, shape: [8, 20, 15, 16])
      return [
        testedEngine.gather(x, indices: rows, axis: 0),
        testedEngine.scatterAdd(updates, indices: rows, axis: 0, shape: [900, 130]),
        testedEngine.copy(reversedLayout(images)), testedEngine.copy(reversedLayout(x)),
        testedEngine.pad(images, before: [0, 0, 1, 1], after: [0, 0, 1, 1], value: 0),
        testedEngine.concatenate([images, images], axis: 1, shape: [8, 40, 30, 31]),
        value, places,
        testedEngine.maximumPoolGradient(value, places: places, inputShape: images.shape),
      ]
    }
  }

  // Three blocks, the last one not full: a thread has whole blocks, or, where two threads cannot share
  // them evenly, planes.
  @Test(arguments: [OperandLayout.blocked8, .blocked16])
  func batchNormalizationOfBlocks(layout: OperandLayout) {
    let channels = layout == .blocked8 ? 20 : 40
    let x = layout.apply(spread([8, channels, 28, 27], -1..<3, seed: 17))
    let u = layout.apply(spread([8, channels, 28, 27], -1..<1, seed: 18))
    let scale = spread([channels], -2..<2, seed: 19)
    let offset = spread([channels], -1..<1, seed: 20)
    Self.expectSameBits("batch normalisation") {
      let plain = testedEngine.batchNormalization(x, scale: scale, offset: offset, epsilon: 1e-5)
      let cut = testedEngine.rectifiedBatchNormalization(
        x, scale: scale, offset: offset, epsilon: 1e-5)
      let a = testedEngine.batchNormalizationGradient(
        u, input: x, scale: scale, mean: plain.mean, variance: plain.variance, epsilon: 1e-5)
      let b = testedEngine.rectifiedBatchNormalizationGradient(
        u, input: x, scale: scale, offset: offset, mean: cut.mean, variance: cut.variance,
        epsilon: 1e-5)
      return [
        plain.value, plain.mean, plain.variance, cut.value, a.input, a.scale, a.offset, b.input,
        b.scale, b.offset,
      ]
    }
  }

  @Test func smallConvolutions() {
    let (x, w) = (
      spread([70, 3, 12, 13], -1..<1, seed: 21), spread([10, 3, 3, 5], -1..<1, seed: 22)
    )
    let geometry = ConvolutionGeometry(padding: [1, 2])
    Self.expectSameBits("convolution of small images") {
      let y = testedEngine.convolution(
        x, weight: w, bias: nil, geometry: geometry, shape: [70, 10, 12, 13])
      let gradients = testedEngine.convolutionParameterGradients(
        y, input: x, geometry: geometry, weightShape: w.shape)
      return [
        y, gradients.weight, gradients.bias,
        testedEngine.convolutionInputGradient(
          y, weight: w, geometry: geometry, inputShape: x.shape),
      ]
    }
  }

  @Test func random() {
    let key = RandomKey(seed: 5, path: "threads")
    Self.expectSameBits("random") {
      [
        .uniform([100_003], key: key), .normal([100_003], key: key),
        .bernoulli([100_003], probability: 0.3, key: key), .permutation(10_007, key: key),
      ]
    }
  }

  /// What oneDNN computes may differ in the last bits between thread counts, not between runs.
  @Test func productsRepeat() {
    let (a, b) = (spread([200, 300], -1..<1, seed: 17), spread([300, 150], -1..<1, seed: 18))
    let (x, w) = (
      spread([8, 6, 20, 20], -1..<1, seed: 19), spread([16, 6, 5, 5], -1..<1, seed: 20)
    )
    func results() -> [[Double]] {
      let product = testedEngine.matmul(
        a, b, transposeA: false, transposeB: false, shape: [200, 150])
      let y = testedEngine.convolution(
        x, weight: w, bias: nil, geometry: ConvolutionGeometry(), shape: [8, 16, 16, 16])
      let gradients = testedEngine.convolutionParameterGradients(
        y, input: x, geometry: ConvolutionGeometry(), weightShape: w.shape)
      return [product, y, gradients.weight, gradients.bias].map(numbers)
    }
    let before = Compute.threads
    defer { Compute.threads = before }
    for threads in [1, 2] {
      Compute.threads = threads
      let first = results()
      for _ in 0..<5 {
        poisonPool()
        #expect(results() == first)
      }
    }
  }

  @Test func aThreadHasItsOwnCount() {
    let before = Compute.threads
    defer { Compute.threads = before }
    Compute.threads = 3
    #if OneDNN
      #expect(Compute.threads == 3)
    #else
      #expect(Compute.threads == 1)
    #endif
    Compute.useDefaultThreads()
    #expect(Compute.threads <= SystemMemory.processorCount)
  }
}
