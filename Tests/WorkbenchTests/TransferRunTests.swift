import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// Weights from files, and networks that were trained for another task.
@Suite("Transfer")
struct TransferRunTests {
  let scratch: ScratchFolder
  /// LeNet-5's weights after some training on digits.
  let weights: String

  init() throws {
    scratch = try ScratchFolder()
    var run = try TrainRun(
      TrainRequest(model: "lenet5", epochs: 4, limitTrain: 400), out: scratch("source"))
    _ = try run.run { _ in }
    let entry = try #require(try RunFolder(scratch("source")).checkpoints.entries().last)
    weights = scratch("source/checkpoints/" + entry.file)
  }

  func request(_ way: TransferWay, epochs: Int = 3) -> TrainRequest {
    TrainRequest(
      model: "lenet5", epochs: epochs, learningRate: 0.01, limitTrain: 200,
      startingWeights: StartingWeights(file: weights), transfer: way)
  }

  func perform(
    _ request: TrainRequest, _ name: String, progress: (String, Int, Int) -> Void = { _, _, _ in }
  ) throws -> TransferRun.Outcome {
    var run = try TransferRun(request, out: scratch(name))
    return try run.run(progress: progress) { _ in }
  }

  @Test func features() throws {
    var parts: [String] = []
    let outcome = try perform(request(.features), "features") { part, done, total in
      if done == total { parts.append("\(part) \(total)") }
    }
    guard case .features(let file, let count, let samples, let skipped) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(parts == ["training 200", "validation 180", "test 359"])
    #expect(count == 84 && samples == 739 && skipped.files.isEmpty)
    let arrays = try NPZ.read(file)
    #expect(
      arrays.map { "\($0.name) \($0.array.dtype) \($0.array.shape)" } == [
        "train float32 [200, 84]", "train_labels int32 [200]", "validation float32 [180, 84]",
        "validation_labels int32 [180]", "test float32 [359, 84]", "test_labels int32 [359]",
      ])
    let error = #expect(throws: WorkbenchError.self) {
      try TrainRun(resuming: scratch("features"), epochs: nil)
    }
    #expect(error?.description.hasSuffix("which is done in one go") == true)
    let evaluated = #expect(throws: WorkbenchError.self) {
      try EvaluateRun.perform(run: scratch("features"), data: nil)
    }
    #expect(evaluated?.message.hasPrefix("holds features only, and no trained model") == true)
    let summary = try RunSummary(RunFolder(scratch("features")))
    #expect(summary.holdsFeatures && summary.isFinished && summary.epochCount == 0)
    #expect(summary.json["transfer"]?.string == "features")
    #expect(summary.json["finished"]?.bool == true && summary.json["epochs"]?.integer == 0)
  }

  /// What was stopped before its features were there can be begun again; only what it made goes.
  @Test func stoppedFeatures() throws {
    try RunFolder(scratch("own")).create()
    for name in ["new/run", "own"] {
      for way in [TransferWay.features, .classifier] {
        var run = try TransferRun(request(way), out: scratch(name))
        let outcome = try run.run(shouldStop: { true }) { _ in }
        guard case .stopped = outcome else {
          Issue.record("\(outcome)")
          continue
        }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: scratch("new")))
    #expect(try scratch.names(in: "own") == [])
    guard case .features = try perform(request(.features), "own") else {
      Issue.record("no features")
      return
    }
  }

  func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  /// Below the classifier nothing changes; the saved network does what its classifier did in
  /// training.
  @Test func classifier() throws {
    guard case .trained(let result) = try perform(request(.classifier, epochs: 10), "frozen") else {
      Issue.record("nothing trained")
      return
    }
    let test = try #require(result.test)
    #expect(test.accuracy > 0.75)
    #expect(result.epochs.count == 10)
    #expect(
      try scratch.names(in: "frozen").filter { $0.hasPrefix("events.out.tfevents.") }.count == 1)
    let evaluated = try EvaluateRun.perform(run: result.run, data: nil)
    #expect(abs(evaluated.metrics.accuracy - test.accuracy) < 0.006)  // a near tie or two
    #expect(abs(evaluated.metrics.loss - test.loss) < 1e-3)
    let source = try TrainedModel(run: scratch("source")).layers.state
    let target = try TrainedModel(run: result.run).layers.state
    let path = try TrainedModel(run: result.run).layers.classifier().path
    for (a, b) in zip(source, target) {
      #expect((a.array.doubles == b.array.doubles) == !a.path.hasPrefix(path + "."), "\(a.path)")
    }
    let prediction = try PredictRun(run: result.run).predict(
      References.path("../../Examples/three.png"), explaining: scratch("why"))
    #expect(prediction.classes.count == 10)
    #expect(
      try scratch.names(in: "why") == ["class.svg", "feature-maps.svg", "filters.svg"])
  }

  @Test func fineTuning() throws {
    var slow = request(.fineTune)
    slow.startingWeights?.rateBelow = 0
    slow.optimizer = .sgd
    guard case .trained(let result) = try perform(slow, "slow") else {
      Issue.record("nothing trained")
      return
    }
    let layers = try TrainedModel(run: result.run).layers
    let path = try layers.classifier().path
    let source = try TrainedModel(run: scratch("source")).layers.state
    for (a, b) in zip(source, layers.state) {
      #expect((a.array.doubles == b.array.doubles) == !a.path.hasPrefix(path + "."), "\(a.path)")
    }
    let all = try perform(request(.fineTune, epochs: 6), "all")
    guard case .trained(let trained) = all else { return }
    #expect(try #require(trained.test).accuracy > 0.8)
    let description = try RunFolder(scratch("all")).read()
    #expect(description.request.startingWeights?.rateBelow == 0.1)
    // The weights are in the checkpoint: their file may go.
    try FileManager.default.removeItem(atPath: weights)
    var resumed = try TrainRun(resuming: scratch("all"), epochs: 7)
    #expect(try resumed.run { _ in }.epochs.count == 7)
  }

  @Test func weightsOfAnotherNetwork() throws {
    let other = TrainRequest(
      model: "mlp", epochs: 1, startingWeights: StartingWeights(file: weights))
    let text = message { _ = try TrainRun(other, out: scratch("other")) }
    #expect(text.hasPrefix(weights + ": "))
    // Of these none fits.
    #expect(text.contains("tensors do not fit") && !text.contains("--partial"))
    #expect(!FileManager.default.fileExists(atPath: scratch("other")))
    #expect(
      message {
        _ = try ModelSummary.perform(model: "mlp", data: nil, weights: .init(file: weights))
      }
      .contains("tensors do not fit"))
    let report = try ModelSummary.perform(
      model: "lenet5", data: nil, weights: .init(file: weights)
    ).weights
    #expect(report?.problems.isEmpty == true && report?.count == report?.fitting.count)
    let model = try TrainedModel(
      model: "lenet5", weights: .init(file: weights), data: "digits", normalization: .data)
    let own = try EvaluateRun.perform(run: scratch("source"), data: nil).metrics
    // Normalised by all training samples rather than 400 of them.
    #expect(abs(try EvaluateRun.perform(model, data: nil).metrics.accuracy - own.accuracy) < 0.03)
    #expect(
      message {
        _ = try TransferRun(TrainRequest(model: "lenet5", transfer: .features), out: nil)
      }.hasPrefix("--weights: is missing"))
    var changed = request(.classifier)
    changed.shift = 1
    #expect(
      message { _ = try TransferRun(changed, out: nil) }.hasPrefix("--shift: found with frozen"))
  }

  @Test func weightsReports() throws {
    let file = scratch("some.safetensors")
    try Safetensors.write(
      leNet5().initialized().state.dropFirst().map { (name: $0.path, array: $0.array) }
        + [(name: "head.bias", array: NDArray.zeros([3]))], to: file)
    let partial = StartingWeights(file: file, isPartial: true)
    let result = try ModelSummary.perform(model: "lenet5", data: nil, weights: partial)
    let report = try #require(result.weights)
    let json = try #require(result.json["weights"]?.object)
    #expect(
      json.keys == [
        "file", "taken", "tensors", "missing", "left_over", "misshapen", "mistyped",
        "not_finite", "prefix",
      ])
    #expect(json["file"]?.string == file && json["taken"]?.integer == report.fitting.count)
    let lists = ["missing", "left_over", "misshapen", "mistyped"].compactMap { json[$0]?.array }
    #expect(lists.map(\.count).reduce(0, +) == report.problems.count && lists.count == 4)
    #expect(report.problems.map(\.path).contains("head.bias") && report.problems.count == 2)
    #expect(json["prefix"] == .null)
    let leftOver = json["left_over"]?.array?.first?.object
    #expect(leftOver?["path"]?.string == "head.bias" && leftOver?["nearest"] == .null)
    #expect(try ModelSummary.perform(model: "mlp", data: nil).json["weights"] == nil)
    let whole = #expect(throws: WorkbenchError.self) {
      try ModelSummary.perform(model: "lenet5", data: nil, weights: StartingWeights(file: file))
    }
    #expect(whole?.description.hasSuffix("--partial goes on with those that fit") == true)
    // Where nothing fits, there is nothing to go on with.
    let none = StartingWeights(file: weights, isPartial: true)
    let error = #expect(throws: WorkbenchError.self) {
      try ModelSummary.perform(model: "mlp", data: nil, weights: none)
    }
    #expect(error?.description.contains("do not fit (0 of the model's") == true)
  }

  @Test("the nearest names and what stands before all of them are told to scripts, too")
  func nearestNames() throws {
    let state = leNet5().initialized().state
    func json(_ name: (String) -> String) throws -> JSONObject {
      let file = scratch("renamed.safetensors")
      try Safetensors.write(state.map { (name: name($0.path), array: $0.array) }, to: file)
      let weights = try WeightsFile(file)
      return try #require(leNet5().report(on: weights).json.object)
    }
    func names(_ list: JSONValue?) -> [String] {
      (list?.array ?? []).map { $0.object }.map {
        "\($0?["path"]?.string ?? "none") \($0?["nearest"]?.string ?? "none")"
      }
    }
    let prefixed = try json { "module." + $0 }
    #expect(prefixed["prefix"]?.string == "module.")
    #expect(names(prefixed["missing"]) == state.map { "\($0.path) module.\($0.path)" })
    #expect(Set(names(prefixed["left_over"])) == Set(state.map { "module.\($0.path) \($0.path)" }))
    let first = state[0].path
    let misspelt = try json { $0 == first ? first + "s" : $0 }
    #expect(misspelt["prefix"] == .null)
    #expect(names(misspelt["missing"]) == ["\(first) \(first)s"])
    #expect(names(misspelt["left_over"]) == ["\(first)s \(first)"])
  }

  @Test func imageSizes() throws {
    func first(_ size: Int?) throws -> (input: Shape, multiplyAdds: Int) {
      let summary = try ModelSummary.perform(
        model: "resnet20", data: nil, imageSize: size
      ).summary
      return (summary.input, summary.rows[0].multiplyAdds)
    }
    let (usual, twice) = (try first(nil), try first(64))
    #expect(usual.input == [1, 3, 32, 32] && twice.input == [1, 3, 64, 64])
    #expect(twice.multiplyAdds == 4 * usual.multiplyAdds && usual.multiplyAdds > 0)
    #expect(
      try ModelSummary.perform(model: "resnet20", data: "digits", imageSize: 48).summary.input
        == [1, 1, 48, 48])
    let file = try scratch.write(
      "small.yaml", "name: small\ninput: [1, 8, 8]\nlayers: [flatten, dense: 10]\n")
    let expected =
      "--image-size: found 16, but small takes images of 8 × 8; expected 8, or a network file with "
      + "another 'input' or without one"
    let trained = #expect(throws: WorkbenchError.self) {
      try TrainRun(TrainRequest(model: file, imageSize: 16), out: scratch("small"))
    }
    #expect(trained?.description == expected && trained?.kind == .usage)
    let summed = #expect(throws: WorkbenchError.self) {
      try ModelSummary.perform(model: file, data: nil, imageSize: 16)
    }
    #expect(summed?.description == expected)
    _ = try TrainRun(TrainRequest(model: file, imageSize: 8), out: scratch("small"))
    #expect(
      message { _ = try TrainRun(TrainRequest(model: file, dropout: 0.2), out: scratch("small")) }
        == "--dropout: found with the network file of small, which says itself where units are dropped"
    )
  }

  /// The model's own probability, unless another is asked for; 0 is another, too.
  @Test(arguments: [nil, 0.375, 0])
  func dropout(_ asked: Double?) throws {
    let network = try Network("alexnet", sample: [1, 64, 64], classes: 2, dropout: asked)
    let found = network.layers.steps.compactMap { ($0.layer as? Dropout)?.probability }
    #expect(found == [asked ?? 0.5, asked ?? 0.5])
    var request = TrainRequest(model: "alexnet", dropout: asked)
    request = try JSONDecoder().decode(TrainRequest.self, from: JSONEncoder().encode(request))
    #expect(request.dropout == asked)
  }

  @Test func imageTooSmall() throws {
    let error = #expect(throws: WorkbenchError.self) {
      try TrainRun(TrainRequest(model: "alexnet", imageSize: 24), out: scratch("small"))
    }
    #expect(error?.kind == .usage)
    let text = try #require(error?.description)
    #expect(
      text.hasPrefix(
        "--image-size: found 24 × 24 pixels, expected at least 63 × 63 for alexnet (features."),
      "\(text)")
    _ = try TrainRun(TrainRequest(model: "alexnet", imageSize: 63), out: scratch("fits"))
  }

  /// What published weights want is the model's, unless something else is asked for.
  @Test(arguments: [
    ("googlenet", "symmetric"), ("inception3", "symmetric"), ("inception4", "symmetric"),
    ("resnet18", "imagenet"), ("googlenet-2015", "imagenet"),
  ])
  func publishedNormalization(model: String, expected: String) throws {
    #expect(Normalization.published(model, channels: 3).rawValue == expected)
    #expect(Normalization.published(model, channels: 1) == .data)
    let preparation = try #require(
      try Normalization.published(model, channels: 3).fixed(sampleShape: [3, 1, 1]))
    let x = try preparation.prepared(
      NDArray([255, 0, 51] as [UInt8], shape: [1, 3, 1, 1]), for: [3, 1, 1]
    ).doubles
    let wanted =
      expected == "symmetric"
      ? [1, -1, -0.6] : [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225]
    for (found, wanted) in zip(x, wanted) { #expect(abs(found - wanted) < 1e-6) }
  }

  /// A file without auxiliary heads, as torchvision's are unless asked, is enough where nothing is
  /// trained with them.
  @Test func withoutHeads() throws {
    let model = googLeNet(classes: 1000).initialized(seed: 3)
    let file = scratch("headless.safetensors")
    try Safetensors.write(
      model.state.filter { !$0.path.hasPrefix("aux") }.map { (name: $0.path, array: $0.array) },
      to: file)
    let weights = StartingWeights(file: file)
    let report = try TrainedModel(model: "googlenet", weights: weights, data: nil).weights
    #expect(report?.problems.isEmpty == true)
    let summary = try ModelSummary.perform(model: "googlenet", data: nil, weights: weights).weights
    #expect(summary?.problems.isEmpty == true && summary?.fitting == report?.fitting)
    var layers = googLeNet(classes: 1000).initialized(seed: 4)
    let error = #expect(throws: WorkbenchError.self) { _ = try weights.load(into: &layers) }
    #expect(error?.description.contains("aux1.conv.conv.weight is missing") == true)
  }

  @Test func figures() throws {
    let result = try EvaluateRun.perform(
      TrainedModel(run: scratch("source")), data: nil, figures: scratch("looks"))
    #expect(result.metrics.accuracy < 1)
    #expect(try scratch.names(in: "looks") == ["confusion.svg", "mistakes.svg"])
    let grid = String(decoding: try scratch.bytes("looks/mistakes.svg"), as: UTF8.self)
    let wrong =
      result.metrics.count - Int(result.metrics.accuracy * Double(result.metrics.count) + 0.5)
    #expect(grid.contains("The worst of \(wrong) mistakes, by loss"))
  }

  /// All of it at once, in a run that is stopped and goes on.
  @Test func trainingFeatures() throws {
    let request = TrainRequest(
      model: "lenet5", epochs: 3, batchSize: 32, limitTrain: 128,
      batchSizeChanges: [BatchSizeChange(epoch: 3, size: 64)], accumulation: 2, averageDecay: 0.9,
      classWeights: .balanced)
    var whole = try TrainRun(request, out: scratch("whole"))
    let expected = try whole.run { _ in }
    var shorter = request
    shorter.epochs = 2
    var part = try TrainRun(shorter, out: scratch("part"))
    _ = try part.run { _ in }
    var rest = try TrainRun(resuming: scratch("part"), epochs: 3)
    let found = try rest.run { _ in }
    #expect(found.test == expected.test)
    #expect(
      try EvaluateRun.perform(run: scratch("part"), data: nil).metrics.accuracy
        == expected.test?.accuracy)
    #expect(expected.test?.top == 5)
    // The running loss counts samples by their classes' weights.
    var stopped = try TrainRun(request, out: scratch("stopped"))
    _ = try stopped.run(shouldStop: { true }) { _ in }
    let checkpoint = try #require(try RunFolder(scratch("stopped")).checkpoints.latest())
    let position = checkpoint.description.position
    #expect(position.batch == 1 && position.metrics.weightSum != nil)
  }
}
