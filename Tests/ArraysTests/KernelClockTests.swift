import Arrays
import Testing

@Suite("Kernels timed alone", .serialized)
struct KernelClockTests {
  /// A convolution and its gradients, normalisation, pooling, a product and a sum, by the engine
  /// under test.
  private func work() -> [NDArray] {
    let (engine, geometry) = (testedEngine, ConvolutionGeometry(padding: [1, 1]))
    let (input, output): (Shape, Shape) = ([2, 24, 10, 10], [2, 32, 10, 10])
    let x = draw(input, .float32, seed: 1)
    let weight = draw([32, 24, 3, 3], .float32, seed: 2)
    let upstream = draw(output, .float32, seed: 3)
    let y = engine.convolution(x, weight: weight, bias: nil, geometry: geometry, shape: output)
    let normalized = engine.batchNormalization(
      y, scale: .ones([32]), offset: .zeros([32]), epsilon: 1e-5)
    let pooling = PoolingGeometry(window: [2, 2])
    let (pooled, places) = engine.maximumPool(y, geometry: pooling, shape: [2, 32, 5, 5])
    let parameters = engine.convolutionParameterGradients(
      upstream, input: x, geometry: geometry, weightShape: weight.shape)
    let rows = y.reshaped([64, 100])
    return [
      y, normalized.value, normalized.mean, pooled,
      engine.maximumPoolGradient(pooled, places: places, inputShape: output),
      engine.convolutionInputGradient(
        upstream, weight: weight, geometry: geometry, inputShape: input),
      parameters.weight, parameters.bias,
      engine.matmul(rows, rows, transposeA: false, transposeB: true, shape: [64, 64]),
      engine.reduce(.sum, y, axes: [1, 2, 3]),
    ].map { $0.rowMajor() }
  }

  @Test("a measurement changes no result")
  func results() {
    let plain = work()
    var timed: [NDArray] = []
    _ = KernelClock.measure { timed = work() }
    for (a, b) in zip(plain, timed) {
      #expect(a.elements(as: Float.self) == b.elements(as: Float.self))
    }
    #expect(plain.count == timed.count)
  }

  #if OneDNN
    @Test("each kernel is counted by its name, and none outside of a measurement")
    func names() {
      let entries = KernelClock.measure { _ = work() }
      for name in [
        "convolution", "convolution backward by data", "convolution backward by weights",
        "batch normalisation", "max pooling", "max pooling backward", "matmul", "sum",
      ] {
        #expect(entries[name]?.calls == 1, "\(name)")
        #expect((entries[name]?.seconds ?? 0) > 0, "\(name)")
        #expect((entries[name]?.secondsInPlace ?? 0) > 0, "\(name)")
      }
      #expect(entries.keys.allSatisfy { !$0.hasPrefix("reorder") })
      _ = work()
      #expect(KernelClock.measure {}.isEmpty)
    }
  #endif

  @Test("what is not repeatable runs once")
  func once() {
    var runs = [0, 0]
    let entries = KernelClock.measure {
      KernelClock.run("again") { runs[0] += 1 }
      KernelClock.run("once", isRepeatable: false) { runs[1] += 1 }
    }
    #expect(runs == [2, 1])
    #expect(entries.mapValues(\.calls) == ["again": 1, "once": 1])
    #expect(entries["once"]?.seconds == entries["once"]?.secondsInPlace)
  }
}
