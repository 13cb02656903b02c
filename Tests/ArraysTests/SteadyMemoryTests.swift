import Arrays
import Testing

#if OneDNN
  import COneDNN
#endif

/// A step that repeats asks the system for no memory, and oneDNN for no kernel, once it is warm.
@Suite("Steady memory", .serialized)
struct SteadyMemoryTests {
  /// What grows where something is not reused.
  struct Reading: Equatable {
    var systemAllocations = MemoryPool.shared.statistics.systemAllocations
    var bytesInUse = MemoryPool.shared.statistics.bytesInUse
    var bytesCached = MemoryPool.shared.statistics.bytesCached
    #if OneDNN
      var primitives = gd_read_counters().primitives
    #endif
  }

  static func expectSteady(_ body: () -> Void) {
    for _ in 0..<3 { body() }
    let warm = Reading()
    for _ in 0..<40 { body() }
    #expect(Reading() == warm)
  }

  @Test func leNet() {
    let chain = LeNetChain(batch: 16)
    let images = spread([16, 1, 28, 28], 0..<1, seed: 5)
    let upstream = draw([16, 120], .float32, seed: 6)
    Self.expectSteady {
      let trace = chain.forward(testedEngine, images)
      _ = chain.backward(testedEngine, trace, upstream)
    }
  }

  @Test func productsRowsAndNormalization() {
    let x = draw([64, 300], .float32, seed: 1)
    let (first, second) = (
      draw([200, 300], .float32, seed: 2), draw([10, 200], .float32, seed: 3)
    )
    let labels = NDArray((0..<64).map { Int32($0 % 10) })
    let (scale, offset) = (draw([200], .float32, seed: 4), draw([200], .float32, seed: 5))
    Self.expectSteady {
      let h = testedEngine.matmul(
        x, first, transposeA: false, transposeB: true, shape: [64, 200])
      let (n, mean, variance) = testedEngine.batchNormalization(
        h, scale: scale, offset: offset, epsilon: 1e-5)
      let a = testedEngine.unary(.gelu, n, alpha: 0)
      let logits = testedEngine.matmul(
        a, second, transposeA: false, transposeB: true, shape: [64, 10])
      let (loss, p) = testedEngine.crossEntropy(logits: logits, labels: labels)
      let u = testedEngine.crossEntropyGradient(loss, probabilities: p, labels: labels)
      _ = testedEngine.matmul(u, a, transposeA: true, transposeB: false, shape: [10, 200])
      let ua = testedEngine.matmul(
        u, second, transposeA: false, transposeB: false, shape: [64, 200])
      let un = testedEngine.unaryGradient(.geluFromInput, upstream: ua, saved: n, alpha: 0)
      _ = testedEngine.batchNormalizationGradient(
        un, input: h, scale: scale, mean: mean, variance: variance, epsilon: 1e-5)
      _ = testedEngine.reduce(.variance, un, axes: [0])
    }
  }

  @Test func poolingAndViews() {
    let x = draw([4, 6, 20, 20], .float32, seed: 1)
    let geometry = PoolingGeometry(window: [3, 3], stride: [2, 2], padding: [1, 1])
    Self.expectSteady {
      let (value, places) = testedEngine.maximumPool(x, geometry: geometry, shape: [4, 6, 10, 10])
      _ = testedEngine.maximumPoolGradient(value, places: places, inputShape: x.shape)
      _ = testedEngine.copy(reversedLayout(x))
      let blocked = OperandLayout.blocked16.apply(x)
      _ = testedEngine.binary(.add, blocked, x, shape: x.shape)
      _ = testedEngine.matmul(
        blocked, x, transposeA: true, transposeB: false, shape: [4, 6, 20, 20])
    }
  }
}
