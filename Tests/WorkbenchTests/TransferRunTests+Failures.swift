import Formats
import Foundation
import TestSupport
import Testing
import Workbench

extension TransferRunTests {
  /// What the classifier's training would refuse is refused before any features.
  @Test func refusedBeforeFeatures() throws {
    let file = scratch("perceptron.safetensors")
    try Safetensors.write(
      perceptron(inputs: 64, classes: 10).initialized().state.map {
        (name: $0.path, array: $0.array)
      }, to: file)
    func refused(
      _ file: String, model: String = "lenet5", _ change: (inout TrainRequest) -> Void
    ) -> String {
      var request = TrainRequest(
        model: model, limitTrain: 200, startingWeights: StartingWeights(file: file),
        transfer: .classifier)
      change(&request)
      return message { _ = try TransferRun(request, out: scratch("none")) }
    }
    let loss = ": found with the loss perceptron, expected a model trained by cross-entropy"
    #expect(
      refused(file, model: "perceptron") { $0.classWeights = .balanced } == "--class-weights" + loss
    )
    #expect(
      refused(file, model: "perceptron") { $0.labelSmoothing = 0.1 } == "--label-smoothing" + loss)
    #expect(
      refused(weights) { $0.optimizer = .deltaBarDelta }.hasPrefix(
        "--batch-size: found 32 of 200 samples, expected all of them: "))
    #expect(refused(weights) { $0.dropout = 0.5 }.hasPrefix("--dropout: found with frozen layers"))
    #expect(!FileManager.default.fileExists(atPath: scratch("none")))
  }

  /// What fails after its features is not in the way of another; what is done is, and says what it is.
  @Test func failedClassifier() throws {
    struct Failure: Error {}
    try RunFolder(scratch("own")).create()
    try scratch.write("own/notes.txt", "mine")
    for name in ["new/run", "own"] {
      var run = try TransferRun(request(.classifier), out: scratch(name))
      #expect(throws: WorkbenchError.self) {
        _ = try run.run { if case .epoch = $0 { throw Failure() } }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: scratch("new")))
    #expect(try scratch.names(in: "own") == ["notes.txt"])
    for (way, what) in [
      (TransferWay.features, "holds the features of a network already; give another folder"),
      (
        .classifier,
        "holds a run of `gradus transfer` on frozen layers already, which is done in one go; give "
          + "another folder"
      ),
    ] {
      let name = way == .classifier ? "own" : "features"
      _ = try perform(request(way), name)
      #expect(
        message { _ = try TransferRun(request(way), out: scratch(name)) }
          == "--out: \(scratch(name)) \(what)")
    }
  }

  /// Images come to the size that a network file takes, normalised as `evaluate` has them.
  @Test(arguments: ["input: [3, 6, 6]\n", ""]) func networkFile(input: String) throws {
    for label in ["a", "b"] {
      try RunFolder(scratch("images/\(label)")).create()
      for number in 0..<10 {
        let pixels = (0..<(3 * 8 * 8)).map { UInt8(truncatingIfNeeded: $0 * (number + 3)) }
        try PNG.write(
          NDArray(pixels, shape: [3, 8, 8]), to: scratch("images/\(label)/\(number).png"))
      }
    }
    let file = try scratch.write(
      "tiny.yaml", "name: tiny\n\(input)layers: [flatten, dense: 4, relu, dense: 2]\n")
    let network = try Network(file, sample: input.isEmpty ? [3, 8, 8] : nil, classes: 2)
    let weights = scratch("tiny.safetensors")
    try Safetensors.write(
      network.layers.initialized().state.map { (name: $0.path, array: $0.array) }, to: weights)
    _ = try perform(
      TrainRequest(
        model: file, data: scratch("images"), startingWeights: StartingWeights(file: weights),
        transfer: .features), "run")
    let description = try RunFolder(scratch("run")).read()
    let size = input.isEmpty ? 8 : 6
    #expect(description.request.normalization == .imageNet)
    #expect(description.request.imageSize == (input.isEmpty ? nil : 6))
    let model = try TrainedModel(
      model: file, weights: StartingWeights(file: weights), data: scratch("images"))
    #expect(description.preparation == model.preparation)
    #expect(model.preparation.sampleShape == [3, size, size] && model.readsImageFiles)
  }
}
