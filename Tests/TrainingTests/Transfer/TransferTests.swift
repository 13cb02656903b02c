import Formats
import Foundation
import Models
import Synchronization
import TestSupport
import Testing
import Training

@Suite("Transfer learning")
struct TransferTests {
  private let lesson: Lesson
  private let model = Lesson.network()

  init() throws { lesson = try Lesson() }

  private func scores(_ model: Sequential, _ x: NDArray) -> NDArray {
    var context = Context()
    return model(Tensor(x), &context).array
  }

  /// Features, then the classifier, are the network.
  @Test func featuresThenClassifier() throws {
    let extractor = try FeatureExtractor(model)
    #expect(extractor.count == 64 && extractor.classifierPath == "layers.6")
    var done: [Int] = []
    let features = try extractor.features(
      of: lesson.train, preparation: lesson.preparation, inputShape: [1, 8, 8], batchSize: 64
    ) { done.append($0) }
    #expect(done == [64, 128, 192, 200])
    #expect(features.sampleShape == [64] && features.count == 200)
    #expect(
      features.labels.elements(as: Int32.self) == lesson.train.labels.elements(as: Int32.self))
    let x = try lesson.preparation.prepared(lesson.train.inputs, for: [1, 8, 8])
    let (_, dense) = try model.classifier()
    var context = Context()
    let found = dense(Tensor(features.inputs), &context).array
    // Batches of another size may be summed in another order.
    #expect(agree(found, scores(model, x), within: 1e-5))
  }

  /// Samples that are read as they are needed are read ahead by another thread, and the features are
  /// those of samples that are read one batch after another.
  @Test func featuresOfWhatIsReadAhead() throws {
    let source = WatchedSource(lesson.train.source, caller: pthread_self())
    let set = try Dataset(
      name: "read", source: source, labels: lesson.train.labels,
      classNames: lesson.train.classNames, maximumValue: lesson.train.maximumValue)
    let extractor = try FeatureExtractor(model)
    let found = try extractor.features(
      of: set, preparation: lesson.preparation, inputShape: [1, 8, 8], batchSize: 64)
    #expect(source.isReadAhead)
    let parts = try stride(from: 0, to: 200, by: 64).map { start in
      let part = try lesson.train.subset(Array(start..<min(start + 64, 200)))
      return extractor.features(
        of: try lesson.preparation.prepared(part.inputs, for: [1, 8, 8])
      ).elements(as: Float.self)
    }
    #expect(found.inputs.elements(as: Float.self) == parts.flatMap { $0 })
    #expect(found.labels.integers == lesson.train.labels.integers)
  }

  /// A classifier that was trained on standardised features works on the network's own.
  @Test func foldedPreparation() throws {
    let extractor = try FeatureExtractor(model)
    let features = try extractor.features(
      of: lesson.train, preparation: lesson.preparation, inputShape: [1, 8, 8])
    let preparation = try InputPreparation(fitting: features)
    let head = Sequential { Dense(64, 10) }.initialized(seed: 8)
    let (_, dense) = try head.classifier()
    let folded = preparation.folded(
      weight: dense.weight.tensor.array, bias: NDArray.zeros([10]) + 0.25)
    var whole = model
    try whole.setClassifier(weight: folded.weight, bias: folded.bias)
    let x = try lesson.preparation.prepared(lesson.train.inputs, for: [1, 8, 8])
    let prepared = try preparation.prepared(features.inputs, for: [64])
    let expected = scores(head, prepared) + 0.25
    #expect(agree(scores(whole, x), expected, within: 1e-4))
  }

  @Test func withoutAClassifier() {
    let bare = Sequential {
      Flatten()
      ReLU()
    }.initialized()
    let error = #expect(throws: TrainingError.self) { try FeatureExtractor(bare) }
    #expect(
      error?.description
        == "model: found a network that ends in ReLU, expected one whose last layer is dense, the "
        + "classifier")
  }

  @Test func resizing() throws {
    let pixels = NDArray([0, 100, 200, 40] as [UInt8], shape: [1, 1, 2, 2])
    let set = try Dataset(
      name: "two", inputs: pixels, labels: NDArray([0] as [Int32]), classNames: ["a"])
    let large = try set.resized(to: [4, 4])
    #expect(large.sampleShape == [1, 4, 4] && large.count == 1 && !large.isInMemory)
    func read(_ set: Dataset) throws -> [UInt8] {
      try set.read([0]).inputs.elements(as: UInt8.self)
    }
    // Centres at −¼, ¼, ¾, 1¼ of the old pixels: the outermost repeat.
    #expect(
      try read(large) == [
        0, 25, 75, 100, 50, 59, 76, 85, 150, 126, 79, 55, 200, 160, 80, 40,
      ])
    #expect(try read(large.resized(to: [1, 1])) == [85])
    #expect(try read(set.resized(to: [2, 2])) == [0, 100, 200, 40])
    #expect(try read(large.subset([0, 0])) == read(large))
    #expect(throws: DatasetError.self) { try set.resized(to: [0, 4]) }
    #expect(throws: DatasetError.self) { try set.resized(to: [1 << 30, 1 << 30]) }
    let features = try Dataset(
      name: "features", inputs: NDArray.zeros([1, 2]), labels: NDArray([0] as [Int32]),
      classNames: ["a"])
    #expect(throws: DatasetError.self) { try features.resized(to: [4, 4]) }
  }

  @Test func imageNetNormalization() throws {
    let preparation = try InputPreparation.imageNet(sampleShape: [3, 1, 1])
    let x = try preparation.prepared(
      NDArray([255, 0, 51] as [UInt8], shape: [1, 3, 1, 1]), for: [3, 1, 1])
    for (found, expected) in zip(
      x.doubles, [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225])
    {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(throws: DatasetError.self) { try InputPreparation.imageNet(sampleShape: [1, 8, 8]) }
  }
}

/// Samples of another source, whose first reading on the caller's thread waits until another thread has
/// read some, ten seconds at the most.
private final class WatchedSource: SampleSource {
  private let source: any SampleSource
  private let caller: pthread_t
  private let wasRead = Mutex(false)

  init(_ source: any SampleSource, caller: pthread_t) {
    self.source = source
    self.caller = caller
  }

  var count: Int { source.count }
  var sampleShape: Shape { source.sampleShape }
  var dtype: DType { source.dtype }
  var isReadAhead: Bool { wasRead.withLock { $0 } }

  func read(_ indices: [Int]) throws(DatasetError) -> SampleRows {
    if pthread_equal(pthread_self(), caller) == 0 { wasRead.withLock { $0 = true } }
    for _ in 0..<1000 where !isReadAhead { Thread.sleep(forTimeInterval: 0.01) }
    return try source.read(indices)
  }

  func selecting(_ indices: [Int]) -> any SampleSource { source.selecting(indices) }
}
