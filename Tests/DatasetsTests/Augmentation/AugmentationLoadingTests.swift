import Arrays
import Datasets
import Foundation
import Testing

/// With colour, noise and all else, in two resamplings.
private let everything: [Augmentation.Step] = [
  .shift(down: -2...2, right: -2...2), .rotation(degrees: -15...15), .scale(factor: 0.9...1.1),
  .shear(degrees: -5...5), .flip(), .brightness(factor: 0.8...1.2), .contrast(factor: 0.8...1.2),
  .saturation(factor: 0.5...1.5), .hue(degrees: -20...20), .crop(padding: 1),
  .noise(deviation: 0...0.2), .cutout(size: 3, count: 2),
]

@Suite("Augmentation in the loader", .serialized) struct AugmentationLoadingTests {
  private let pictures = Pictures(count: 40, channels: 3, isBytes: true)

  private func batches(
    _ augmentation: Augmentation?, seed: UInt64? = 5, epoch: Int = 1, from start: Int = 0,
    prefetch: Int = 0, pause: Duration = .zero, size: Int = 7
  ) throws -> [Batch] {
    let loader = try BatchLoader(
      dataset: pictures.dataset, preparation: pictures.preparation, inputShape: [3, 8, 8],
      batchSize: size, shuffleSeed: seed, epoch: epoch, startBatch: start, prefetch: prefetch,
      augmentation: augmentation)
    var batches: [Batch] = []
    while let batch = try loader.next() {
      batches.append(batch)
      if pause > .zero { Thread.sleep(forTimeInterval: pause / .seconds(1)) }
    }
    return batches
  }

  private func bits(_ batches: [Batch]) -> [[UInt32]] {
    batches.map { $0.inputs.floats.map(\.bitPattern) }
  }

  @Test("equal bits however many batches are ahead, on any number of threads")
  func sameWhateverTheTiming() throws {
    let augmentation = try Augmentation(everything, border: .reflect, mixup: 0.3)
    let plain = bits(try batches(augmentation))
    #expect(plain != bits(try batches(nil)))
    let before = Compute.threads
    defer { Compute.threads = before }
    for threads in [1, 2, 3] {
      Compute.threads = threads
      for prefetch in [0, 1, 4] {
        #expect(bits(try batches(augmentation, prefetch: prefetch)) == plain)
      }
    }
    #expect(bits(try batches(augmentation, prefetch: 4, pause: .milliseconds(2))) == plain)
  }

  @Test("equal bits in a loader that is started within the epoch")
  func startedWithin() throws {
    let augmentation = try Augmentation(everything, mixup: 0.3)
    let whole = bits(try batches(augmentation))
    for start in [1, 4, 6] {
      #expect(bits(try batches(augmentation, from: start, prefetch: 2)) == Array(whole[start...]))
    }
  }

  @Test("a sample gets the same in any batch; other samples, epochs and seeds differ")
  func bySample() throws {
    func bySample(_ batches: [Batch]) -> [[Float]] {
      var found = [[Float]](repeating: [], count: 40)
      for batch in batches {
        let values = batch.inputs.floats
        for (place, index) in batch.indices.enumerated() {
          found[index] = Array(values[(place * 192)..<((place + 1) * 192)])
        }
      }
      return found
    }
    let augmentation = try Augmentation(everything)
    let found = bySample(try batches(augmentation))
    #expect(found == bySample(try batches(augmentation, size: 11)))
    #expect(found == bySample(try batches(augmentation, size: 40)))
    for (epoch, seed) in [(2, 5), (1, 6), (1, nil)] as [(Int, UInt64?)] {
      let other = bySample(try batches(augmentation, seed: seed, epoch: epoch))
      #expect(zip(found, other).allSatisfy { $0 != $1 })
    }
    // The same picture many times over: each copy is changed in its own way.
    let copies = try pictures.dataset.subset(Array(repeating: 3, count: 30))
    let changed = try inputs(copies, pictures.preparation, [3, 8, 8], augmentation)
    #expect(Set(changed).count == 30)
  }

  @Test("a network of vectors sees the images changed as they are")
  func vectors() throws {
    let augmentation = try Augmentation(everything)
    #expect(
      try inputs(pictures.dataset, pictures.preparation, [192], augmentation)
        == inputs(pictures.dataset, pictures.preparation, [3, 8, 8], augmentation))
  }

  /// The mean of the training images is 0 in the network's input, whatever is done to the image.
  @Test("works on the enlarged and padded image, before it is standardised")
  func enlarged() throws {
    let digits = Digits.splits.test
    let preparation = try InputPreparation(fitting: digits)
    let shape: Shape = [1, 32, 32]
    let plain = try inputs(digits, preparation, shape, nil)
    let nothing = try inputs(digits, preparation, shape, Augmentation([.rotation(degrees: 0...0)]))
    let turned = try inputs(
      digits, preparation, shape, Augmentation([.rotation(degrees: 180...180)]))
    for sample in plain.indices {
      // Two roundings more than without.
      #expect(zip(plain[sample], nothing[sample]).allSatisfy { abs($0 - $1) < 2e-6 })
      #expect(Array(nothing[sample].reversed()) == turned[sample])
    }
  }

  /// Batches, labels and working memory come from blocks that are there. Of a whole number of
  /// batches: the blocks of a shorter last one depend on what else is alive.
  /// With every processor batches are made by the team, with one thread ahead.
  @Test(
    "an epoch after the first asks the system for nothing", arguments: [0, 2],
    [1, Compute.threads])
  func staysSteady(_ prefetch: Int, _ threads: Int) throws {
    let before = Compute.threads
    defer { Compute.threads = before }
    Compute.threads = threads
    let augmentation = try Augmentation(everything, mixup: 0.3)
    let samples = try Digits.splits.test.prefix(320)
    for epoch in 0..<3 { try consume(samples, augmentation, epoch, prefetch) }
    let warm = MemoryPool.shared.statistics.systemAllocations
    for epoch in 3..<20 { try consume(samples, augmentation, epoch, prefetch) }
    #expect(MemoryPool.shared.statistics.systemAllocations == warm)
  }

  private func consume(
    _ samples: Dataset, _ augmentation: Augmentation, _ epoch: Int, _ prefetch: Int
  ) throws {
    let loader = try BatchLoader(
      dataset: samples, preparation: Self.digits, inputShape: [3, 32, 32],
      batchSize: 32, shuffleSeed: 1, epoch: epoch, prefetch: prefetch, augmentation: augmentation)
    while try loader.next() != nil {}
  }

  private static let digits = digitsPreparation

  // MARK: What does not fit

  static let wrong: [(Augmentation.Step, Shape, Shape, String)] = [
    (
      Augmentation.Step.saturation(factor: 1...1), [1, 8, 8], [1, 8, 8],
      "augmentation.steps[1]: found saturation of samples [1, 8, 8] for the input [1, 8, 8], "
        + "expected images of 3 channels"
    ),
    (
      .hue(degrees: 0...1), [2, 8, 8], [2, 8, 8],
      "augmentation.steps[1]: found hue of samples [2, 8, 8] for the input [2, 8, 8], expected "
        + "images of 3 channels"
    ),
    (
      .flip(), [64], [64],
      "augmentation.steps[1]: found flip of samples [64] for the input [64], expected samples that "
        + "are images"
    ),
    (
      .cutout(size: 2), [64], [64],
      "augmentation.steps[1]: found cutout of samples [64] for the input [64], expected samples "
        + "that are images"
    ),
    (
      .crop(padding: 8), [1, 8, 8], [1, 10, 8],
      "augmentation.steps[1]: found crop of samples [1, 8, 8] for the input [1, 10, 8], expected "
        + "padding below 8, so that some of the image is left"
    ),
  ]

  @Test(arguments: wrong)
  func misfits(_ step: Augmentation.Step, _ sample: Shape, _ input: Shape, _ expected: String)
    throws
  {
    let data = try Dataset(
      name: "zeros", inputs: .zeros(Shape([4] + Array(sample))),
      labels: NDArray([Int32](repeating: 0, count: 4)), classNames: ["any"])
    #expect(
      message {
        _ = try BatchLoader(
          dataset: data, preparation: try InputPreparation(fitting: data), inputShape: input,
          batchSize: 2, augmentation: Augmentation([.noise(deviation: 0...1), step]))
      } == expected)
  }
}
