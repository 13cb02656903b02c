import Models
import TestSupport
import Testing

/// What networks with branches, shortcuts and concatenations are said to need, against the most
/// that arrays held meanwhile; each in a process of its own, since the pool is the process's.
@Suite(.serialized) struct ZooMemoryTests {
  /// The estimate over the measurement: less would be refused too late, and much more too early.
  static let honest = 0.97...2.0

  static let cases = [
    ("resnet20", 32, 32), ("resnet50", 64, 8), ("googlenet", 64, 16), ("densenet121", 64, 8),
    ("mobilenet2", 64, 16), ("inception3-plain", 107, 4),
  ]

  @Test(arguments: cases)
  func evaluation(_ name: String, _ size: Int, _ batch: Int) async {
    await #expect(processExitsWith: .success) {
      [name = name as String, size = size as Int, batch = batch as Int] in
      let (estimate, peak) = try Self.measured(name, size, batch, training: false)
      #expect(Self.honest.contains(Double(estimate) / Double(peak)), "\(estimate) for \(peak)")
    }
  }

  @Test(arguments: cases)
  func training(_ name: String, _ size: Int, _ batch: Int) async {
    await #expect(processExitsWith: .success) {
      [name = name as String, size = size as Int, batch = batch as Int] in
      let (estimate, peak) = try Self.measured(name, size, batch, training: true)
      #expect(Self.honest.contains(Double(estimate) / Double(peak)), "\(estimate) for \(peak)")
    }
  }

  private static func measured(
    _ name: String, _ size: Int, _ batch: Int, training: Bool
  ) throws -> (estimate: Int, peak: Int) {
    let network = ZooModel.named(name).make(10)
    let summary = try network.summary(input: [batch, 3, size, size])
    let pool = MemoryPool.shared
    pool.resetPeak()
    let before = pool.statistics.bytesInUse
    let model = network.initialized()
    let x = Tensor(NDArray(repeating: 0.5, shape: [batch, 3, size, size]))
    let estimate: Int
    if training {
      estimate = summary.trainingBytes(
        samples: batch, batchSize: batch, optimizerStates: 0, prefetch: 0)
      let labels = NDArray([Int32](repeating: 3, count: batch))
      var context = Context(.training)
      _ = valueWithGradients(of: model, &context) { model, context in
        let scores = model(x, &context)
        return context.totalLoss(of: scores) { crossEntropy(logits: $0, labels: labels) }
      }
    } else {
      estimate = summary.evaluationBytes(samples: batch, batchSize: batch, prefetch: 0)
      var context = Context(.evaluation)
      _ = model(x, &context)
    }
    return (estimate, pool.statistics.peakBytesInUse - before)
  }
}
