import Formats
import Foundation
import TestSupport
import Testing
import Training

/// Training on images that are read from files as batches need them.
@Suite("Training on a folder of images", .serialized)
struct ImageFolderTrainingTests {
  /// The first digits as PNG files in folders of their classes; some cut off.
  private static func write(_ scratch: ScratchFolder, damaged: Set<Int>) throws {
    let digits = try Digits.all.prefix(240)
    let pixels = digits.inputs.elements(as: UInt8.self)
    for (number, label) in digits.labels.integers.enumerated() {
      let part = number < 200 ? "train" : number < 220 ? "val" : "test"
      let folder = scratch("\(part)/\(label)")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let image = NDArray(
        pixels[(number * 64)..<(number * 64 + 64)].map { UInt8(min(255, Int($0) * 16)) },
        shape: [8, 8])
      var bytes = try PNG.encode(image)
      if damaged.contains(number) { bytes.removeLast(30) }
      try AtomicFile.write(bytes, to: "\(folder)/\(number).png")
    }
  }

  private static func run(
    _ trainer: inout Trainer<Sequential>, _ splits: DatasetSplits, epochs: Int = 3,
    observe: (TrainingEvent, Trainer<Sequential>) throws -> TrainingControl = { _, _ in .proceed }
  ) throws {
    _ = try trainer.run(
      train: splits.train, validation: splits.validation,
      preparation: InputPreparation(fitting: splits.train), inputShape: [1, 8, 8],
      options: TrainingOptions(
        epochs: epochs, batchSize: 32, seed: 5, prefetch: 2,
        augmentation: Augmentation([.crop(padding: 1)])),
      loss: { crossEntropy(logits: $0, labels: $1) }, observe: observe)
  }

  private static func trainer() -> Trainer<Sequential> {
    Trainer(model: Lesson.network(), optimizer: Adam(learningRate: 0.01), classes: 10)
  }

  @Test("a damaged image is left out and counted; from any step the bits are the same")
  func resumed() throws {
    let scratch = try ScratchFolder()
    try Self.write(scratch, damaged: [17, 150, 210])
    let options = ImageOptions(corrupt: .skip)
    let splits = try DataCatalog.splits(scratch("."), images: options)
    #expect([splits.train, splits.validation, splits.test].map(\.count) == [200, 20, 20])
    let folder = CheckpointFolder(scratch("checkpoints"), keeping: 100)
    var unbroken = Self.trainer()
    try Self.run(&unbroken, splits) { event, trainer in
      if case .step = event { try folder.save(Checkpoint(trainer)) }
      return .proceed
    }
    #expect(unbroken.position.history.map(\.skipped) == [3, 3, 3])
    #expect(unbroken.position.skipped == nil)
    for entry in try folder.entries() where entry.step % 4 == 1 {
      // Other objects, without a cache: as another process would have them.
      let again = try DataCatalog.splits(
        scratch("."), images: ImageOptions(corrupt: .skip, cacheByteCount: 0))
      var resumed = Self.trainer()
      try folder.load(entry).restore(&resumed)
      try Self.run(&resumed, again)
      #expect(differences(resumed, unbroken) == [], "from step \(entry.step)")
    }
    let metrics = try evaluate(
      unbroken.model, on: splits.validation,
      preparation: InputPreparation(fitting: splits.train), inputShape: [1, 8, 8],
      loss: { crossEntropy(logits: $0, labels: $1) })
    #expect(metrics.count == 19)
  }

  @Test("a damaged image ends the run where it is to")
  func stopped() throws {
    let scratch = try ScratchFolder()
    try Self.write(scratch, damaged: [210])
    let splits = try DataCatalog.splits(scratch("."))
    var trainer = Self.trainer()
    let error = #expect(throws: DatasetError.self) { try Self.run(&trainer, splits, epochs: 1) }
    #expect(error?.place.contains("val/\(Digits.all.labels.integers[210])/210.png") == true)
    #expect(error?.expected.contains("--corrupt-images skip would leave it out") == true)
  }

  @Test("nothing that can be read")
  func nothing() throws {
    let scratch = try ScratchFolder()
    try Self.write(scratch, damaged: Set(200..<220))
    let splits = try DataCatalog.splits(
      scratch("."), images: ImageOptions(corrupt: .skip))
    var trainer = Self.trainer()
    let error = #expect(throws: DatasetError.self) { try Self.run(&trainer, splits, epochs: 1) }
    #expect(error?.found == "20 samples, of which none can be read")
  }

  /// Of a third of the images damaged, many a batch of two has one left.
  @Test("a sample that damage leaves alone under batch normalisation is left out and counted")
  func alone() throws {
    let scratch = try ScratchFolder()
    let damaged = Set(stride(from: 0, to: 200, by: 3))
    try Self.write(scratch, damaged: damaged)
    let splits = try DataCatalog.splits(scratch("."), images: ImageOptions(corrupt: .skip))
    let loader = try BatchLoader(
      dataset: splits.train, preparation: InputPreparation(fitting: splits.train),
      inputShape: [1, 8, 8], batchSize: 2, shuffleSeed: 5)
    var batches = [0, 0, 0]  // by how many of their samples can be read
    while let batch = try loader.next() { batches[batch.count] += 1 }
    try #require(batches.allSatisfy { $0 > 0 })

    let pairs = TrainingOptions(epochs: 1, batchSize: 2, seed: 5)
    let narrow = try Self.trained(Self.narrow, splits, pairs)
    #expect(narrow.history.map(\.skipped) == [damaged.count + batches[1]])
    #expect(narrow.step == batches[2])
    // Images of several pixels have a variance.
    let wide = try Self.trained(Lesson.network(), splits, pairs)
    #expect(wide.history.map(\.skipped) == [damaged.count])
    #expect(wide.step == batches[1] + batches[2])

    // 133 samples in one step, by 44: the last part has one.
    var parts = TrainingOptions(epochs: 1, batchSize: 44, seed: 5)
    parts.accumulation = 5
    #expect(try Self.trained(Self.narrow, splits, parts).history.map(\.skipped) == [68])
    #expect(try Self.trained(Lesson.network(), splits, parts).history.map(\.skipped) == [67])
    parts.batchSize = 45
    #expect(try Self.trained(Self.narrow, splits, parts).history.map(\.skipped) == [67])
  }

  @Test("a sample that damage leaves alone in the whole set is refused under batch normalisation")
  func onlyOne() throws {
    let scratch = try ScratchFolder()
    try Self.write(scratch, damaged: Set(0..<199))
    let splits = try DataCatalog.splits(scratch("."), images: ImageOptions(corrupt: .skip))
    let error = #expect(throws: TrainingError.self) {
      try Self.trained(Self.narrow, splits, TrainingOptions(epochs: 1, batchSize: 32, seed: 5))
    }
    #expect(
      error.map { "\($0)" }
        == "batchSize: found a batch of 1 sample, all that damaged ones have left, in which layers.1 "
        + "(BatchNorm) sees one value a channel, expected at least 2 samples in every batch, for it "
        + "to have a variance")
  }

  /// A network whose batch normalisation sees one value a channel of each sample.
  private static let narrow = Sequential {
    Conv2D(1, 4, kernel: 8)
    BatchNorm(4)
    Flatten()
    Dense(4, 10)
  }

  /// Where training of a model ends.
  private static func trained(
    _ model: Sequential, _ splits: DatasetSplits, _ options: TrainingOptions
  ) throws -> TrainingPosition {
    var trainer = Trainer(
      model: model.initialized(seed: 3), optimizer: SGD(learningRate: 0.01), classes: 10)
    _ = try trainer.run(
      train: splits.train, validation: nil, preparation: InputPreparation(fitting: splits.train),
      inputShape: [1, 8, 8], options: options,
      loss: { crossEntropy(logits: $0, labels: $1) }, observe: { _, _ in .proceed })
    return trainer.position
  }

  @Test("only the first samples are trained on, of every class some")
  func limited() throws {
    let scratch = try ScratchFolder()
    try Self.write(scratch, damaged: [])
    let splits = try DataCatalog.splits(scratch("."))
    let first = try splits.train.prefix(50)
    #expect(first.classCounts.allSatisfy { (4...6).contains($0) })
    var trainer = Self.trainer()
    var part = splits
    part.train = first
    try Self.run(&trainer, part, epochs: 40)
    // Guessing is right of a tenth.
    let last = trainer.position.history.suffix(10).map(\.train.accuracy)
    #expect(last.reduce(0, +) / 10 > 0.35)
  }
}
