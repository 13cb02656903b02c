import Foundation
import Models
import TestSupport
import Testing

/// What networks with branches, shortcuts and concatenations are said to need, against the most
/// that arrays held meanwhile; each in a process of its own, since the pool is the process's.
@Suite(.serialized) struct ZooMemoryTests {
  @Test(arguments: [("resnet20", false), ("resnet20", true), ("googlenet", false)])
  func estimate(_ name: String, _ training: Bool) async {
    await MemoryCase(name: name, size: 32, batch: 16, training: training).check()
  }
}

@Suite(
  .serialized, .enabled(if: ProcessInfo.processInfo.environment["GRADUS_VERIFY"] == "1"))
struct VerifyZooMemoryTests {
  @Test(
    arguments: [false, true].flatMap { training in
      [
        ("resnet20", 32, 64), ("resnet50", 64, 8), ("googlenet", 64, 16), ("densenet121", 64, 8),
        ("mobilenet2", 64, 16), ("inception3-plain", 107, 4),
      ].map { MemoryCase(name: $0.0, size: $0.1, batch: $0.2, training: training) }
    })
  func estimate(_ item: MemoryCase) async { await item.check() }
}

/// A pass over so many images.
struct MemoryCase: Sendable, Codable, CustomStringConvertible {
  let name: String
  let size: Int
  let batch: Int
  let training: Bool

  var description: String { "\(name), \(batch) of \(size) × \(size), training: \(training)" }

  /// The estimate over the measurement: less would be refused too late, and much more too early.
  static let honest = 0.97...2.0

  func check() async {
    await #expect(processExitsWith: .success) { [item = self as MemoryCase] in
      let (estimate, peak) = try onOneThread { try item.measured() }
      #expect(
        MemoryCase.honest.contains(Double(estimate) / Double(peak)),
        "\(item): \(estimate) for \(peak)")
    }
  }

  private func measured() throws -> (estimate: Int, peak: Int) {
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
