import Formats
import Labs

/// What augmentation on the loader's thread costs training: the work behind
/// `gradus bench --augmentation`.
///
/// Epochs of LeNet-5 on 28 × 28 images with and without augmentation take turns. What augmentation
/// takes by itself is the processor time of a loader without a thread of its own, with augmentation
/// less without. Were that time spread over all processors, training would be slower by a share of
/// it; what is above that, the loader's thread has taken from the kernels.
public struct AugmentationBenchmark: Sendable, Hashable {
  /// Seconds of a step without augmentation, the median of epochs.
  public let plain: Double
  /// Seconds of a step with augmentation, the median of epochs.
  public let augmented: Double
  /// Seconds of one processor that the augmentation of a batch takes.
  public let processorTime: Double
  /// Threads that kernels ran on.
  public let threads: Int

  /// Seconds of a step if the augmentation's time were spread over the threads, and 5 % more.
  public var bound: Double { plain * 1.05 + processorTime / Double(threads) }

  /// Measures.
  /// - Parameter budget: Seconds for all epochs together; at least five of each are done.
  /// - Throws: `DatasetError` where memory has no room for the batches.
  public static func measure(budget: Double) throws -> AugmentationBenchmark {
    let work = try Work()
    let none = try work.loadingTime(nil)
    let all = try work.loadingTime(work.augmentation)
    var failure: (any Error)?
    func epoch(_ augmentation: Augmentation?) -> () -> Void {
      {
        do { try work.epoch(augmentation) } catch { failure = error }
      }
    }
    let medians = Timing.medians(
      of: [
        Timing.Candidate(name: "plain", work: epoch(nil)),
        Timing.Candidate(name: "augmented", work: epoch(work.augmentation)),
      ], budget: budget)
    if let failure { throw failure }
    let steps = Double(work.steps)
    return AugmentationBenchmark(
      plain: medians[0] / steps, augmented: medians[1] / steps,
      processorTime: max(0, all - none) / steps, threads: Compute.threads)
  }

  /// The line that `gradus bench --augmentation --json` prints, for scripts to read.
  public var json: JSONValue {
    func milliseconds(_ seconds: Double) -> JSONValue { .number((seconds * 1e7).rounded() / 1e4) }
    return [
      "workload": "augmentation",
      "engine": .string("gradus \(GradusVersion.text), \(Compute.engineName)"),
      "ms": milliseconds(augmented), "ms_without": milliseconds(plain),
      "processor_ms": milliseconds(processorTime), "bound_ms": milliseconds(bound),
      "threads": .integer(threads),
    ]
  }

  /// The data and the model.
  private final class Work {
    let batchSize = 64
    let steps = 30
    let dataset: Dataset
    let preparation: InputPreparation
    let augmentation: Augmentation
    private var model = leNet5().initialized(seed: 0)
    private var optimizer = SGD(learningRate: 0.001, momentum: 0.9)
    private var epochs = 0

    init() throws {
      let count = batchSize * steps
      var generator = RandomGenerator(key: RandomKey(seed: 0, path: "bench.augmentation"))
      let pixels = (0..<(count * 28 * 28)).map { _ in UInt8(generator.integer(below: 256)) }
      let labels = (0..<count).map { _ in Int32(generator.integer(below: 10)) }
      dataset = try Dataset(
        name: "random images", inputs: NDArray(pixels, shape: [count, 1, 28, 28]),
        labels: NDArray(labels), classNames: (0..<10).map(String.init))
      preparation = try InputPreparation(fitting: dataset)
      augmentation = try Augmentation(
        [
          .rotation(degrees: -10...10), .scale(factor: 0.9...1.1), .crop(padding: 2),
          .noise(deviation: 0...0.1), .cutout(size: 8),
        ], mixup: 0.2)
    }

    private func loader(_ augmentation: Augmentation?, prefetch: Int) throws -> BatchLoader {
      try BatchLoader(
        dataset: dataset, preparation: preparation, inputShape: [1, 32, 32], batchSize: batchSize,
        shuffleSeed: 0, epoch: epochs, prefetch: prefetch, augmentation: augmentation)
    }

    /// Processor time of one epoch's batches, the least of three; on one thread, whose clock it is.
    func loadingTime(_ augmentation: Augmentation?) throws -> Double {
      let threads = Compute.threads
      Compute.threads = 1
      defer { Compute.threads = threads }
      var least = Double.infinity
      for _ in 0..<3 {
        let loader = try loader(augmentation, prefetch: 0)
        least = min(least, try ProcessorTime.seconds { while try loader.next() != nil {} })
      }
      return least
    }

    func epoch(_ augmentation: Augmentation?) throws {
      let loader = try loader(augmentation, prefetch: 2)
      defer { loader.cancel() }
      while let batch = try loader.next() {
        var context = Context(.training, seed: 0, step: UInt64(optimizer.steps))
        let (_, gradients) = valueWithGradients(of: model, &context) { model, context in
          crossEntropy(logits: model(Tensor(batch.inputs), &context), labels: batch.labels)
        }
        optimizer.update(&model, along: gradients)
      }
      epochs += 1
    }
  }
}
