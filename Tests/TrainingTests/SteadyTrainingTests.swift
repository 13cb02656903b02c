import Foundation
import Models
import Testing
import Training

@Suite("Steady training", .serialized)
struct SteadyTrainingTests {
  /// LeNet-5 on the digits: 20 batches an epoch, the last of 42 samples instead of 64, so that the
  /// first short one comes long after the three steps.
  @Test(
    "after three steps, a thousand more ask the system for no memory", arguments: [false, true])
  func leNet(isAugmented: Bool) throws {
    let augmentation = try Augmentation(
      [.rotation(degrees: -10...10), .crop(padding: 2), .noise(deviation: 0...0.1)], mixup: 0.2)
    let train = Digits.splits.train
    var trainer = Trainer(
      model: leNet5().initialized(seed: 0), optimizer: SGD(learningRate: 0.01, momentum: 0.9),
      classes: 10)
    var warm: (statistics: MemoryPool.Statistics, resident: Int)?
    var last = (statistics: MemoryPool.shared.statistics, resident: 0)
    var shortest = Int.max
    let outcome = try trainer.run(
      train: train, validation: nil, preparation: try InputPreparation(fitting: train),
      inputShape: [1, 32, 32],
      options: TrainingOptions(
        epochs: 60, batchSize: 64, prefetch: 3, augmentation: isAugmented ? augmentation : nil),
      loss: { crossEntropy(logits: $0, labels: $1) }
    ) { event, _ in
      guard case .step(let report) = event else { return .proceed }
      if report.batch == report.batches { shortest = min(shortest, report.sampleCount % 64) }
      if report.step == 3 { warm = (MemoryPool.shared.statistics, Self.residentBytes) }
      if report.step == 1003 {
        last = (MemoryPool.shared.statistics, Self.residentBytes)
        return .stop
      }
      return .proceed
    }
    #expect(outcome == .stopped)
    #expect(shortest == 42)
    let first = try #require(warm)
    #expect(last.statistics.systemAllocations == first.statistics.systemAllocations)
    #expect(
      last.statistics.bytesInUse + last.statistics.bytesCached
        == first.statistics.bytesInUse + first.statistics.bytesCached)
    // oneDNN's kernels for the short batch and the C library's own blocks came to 0.3 MiB; losing a
    // KiB a step, or a single array of LeNet-5's first layer, would be more than this.
    #expect(last.resident - first.resident < 1 << 20)
  }

  /// Bytes of the process's memory that are in RAM.
  private static var residentBytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}
