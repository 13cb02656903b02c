import Formats
import Foundation
import TestSupport
import Testing
import Training

/// Damaged manifests, checkpoints and configurations end in a model or in a typed error that can be shown. Each
/// sort runs in a process of its own; see `Fuzzer`.
@Suite(.serialized) struct CheckpointFuzzTests {
  @Test func manifest() async throws {
    if Fuzzer.isInPlace { return try Self.manifest() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try CheckpointFuzzTests.manifest() }
    #endif
  }

  @Test func description() async throws {
    if Fuzzer.isInPlace { return try Self.description() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try CheckpointFuzzTests.description() }
    #endif
  }

  @Test func configuration() async throws {
    if Fuzzer.isInPlace { return try Self.configuration() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try CheckpointFuzzTests.configuration() }
    #endif
  }

  private static let words = [
    "[", "]", "{", "}", ",", ":", "\"", "null", "true", "-1", "1e3", "1.5", "9223372036854775807",
    "9007199254740993", "\"format\":1", "\"file\":\"../x\"", "\"step\":0", "\"nan\"", "\"inf\"",
    "\\u0000", "\\u202E", "é",
  ]

  /// What is read makes an optimizer and options that training takes or refuses.
  private static func configuration() throws {
    struct Plan: Codable {
      var optimizer = OptimizerConfiguration.sgd(SGD.Configuration(learningRate: 0.1))
      var options = TrainingOptions(epochs: 1, batchSize: 4, prefetch: 0)
    }
    let scratch = try ScratchFolder()
    var plan = Plan()
    var inputs: [[UInt8]] = []
    for optimizer in [plan.optimizer, .adam(Adam.Configuration(learningRate: 0.01))] {
      plan.optimizer = optimizer
      try ConfigurationFile.write(plan, to: scratch("plan.json"))
      inputs.append(try scratch.bytes("plan.json"))
    }
    let data = try Digits.splits.train.prefix(6)
    let preparation = try InputPreparation(fitting: data)
    try Fuzzer.run(inputs, words: words, seed: 14) { bytes in
      try scratch.write("plan.json", bytes)
      let read = try ConfigurationFile.read(Plan.self, from: scratch("plan.json"))
      var trainer = Trainer(
        model: Sequential {
          Flatten()
          Dense(64, 10)
        }.initialized(seed: 1), optimizer: read.optimizer.makeOptimizer(), classes: 10)
      do {
        _ = try trainer.run(
          train: data, validation: nil, preparation: preparation, inputShape: [1, 8, 8],
          options: read.options, loss: { crossEntropy(logits: $0, labels: $1) }
        ) { _, trainer in trainer.position.step < 3 ? .proceed : .stop }
      } catch let error as TrainingError {
        #expect(error.description.contains("step"))
      }
    }
  }

  private static func manifest() throws {
    let scratch = try ScratchFolder()
    let lesson = try Lesson()
    let folder = CheckpointFolder(scratch("checkpoints"))
    var trainer = lesson.trainer(SGD(learningRate: 0.1))
    try folder.save(Checkpoint(trainer))
    trainer.position.step = 7
    try folder.save(Checkpoint(trainer))
    let valid = try scratch.bytes("checkpoints/manifest.json")
    try Fuzzer.run([valid], words: words, seed: 11) { bytes in
      try scratch.write("checkpoints/manifest.json", bytes)
      let entries = try folder.entries()
      // The file's content has its own test; here only whether it is the one that is listed.
      for entry in entries where !["0", "7"].contains("\(entry.step)") {
        let place = "\(folder.path)/\(entry.file)"
        #expect(!FileManager.default.fileExists(atPath: place))
      }
      if bytes.count % 64 == 0 { _ = try folder.latest() }
    }
  }

  /// The trainer that a checkpoint is restored into goes on for an epoch.
  private static func description() throws {
    let scratch = try ScratchFolder()
    let data = try Digits.splits.train.prefix(6)
    let preparation = try InputPreparation(fitting: data)
    func trainer() -> Trainer<Sequential> {
      Trainer(
        model: Sequential {
          Flatten()
          Dense(64, 10)
        }.initialized(seed: 1), optimizer: SGD(learningRate: 0.1, momentum: 0.9), classes: 10)
    }
    func train(_ trainer: inout Trainer<Sequential>) throws {
      _ = try trainer.run(
        train: data, validation: nil, preparation: preparation, inputShape: [1, 8, 8],
        options: TrainingOptions(epochs: 2, batchSize: 4, prefetch: 0),
        loss: { crossEntropy(logits: $0, labels: $1) }
      ) { event, _ in
        if case .step(let step) = event, step.step % 3 == 0 { .stop } else { .proceed }
      }
    }
    var first = trainer()
    try train(&first)
    let checkpoint = Checkpoint(first)
    try checkpoint.write(to: scratch("a"))
    let (tensors, metadata) = try Safetensors.read(scratch("a"))
    let text = try #require(metadata["gradus"])
    // Most mutants are of the numbers before and after the long confusion matrix.
    let short = text.replacing(/\[(\[(0,)*0\],)+/, with: "[[0],")
    try Fuzzer.run([Array(text.utf8)], words: words, seed: 12) { bytes, mutator in
      guard Bool.random(using: &mutator) else { return bytes }
      return mutator.mutant(of: [Array(short.utf8)])
    } _: { bytes in
      let file = try Safetensors.encode(
        tensors, metadata: ["gradus": String(decoding: bytes, as: UTF8.self)])
      try scratch.write("b", file)
      let read = try Checkpoint(readingFrom: scratch("b"))
      var restored = trainer()
      do {
        try read.restore(&restored)
        try train(&restored)
      } catch let error as StateError {
        throw FormatError(
          .malformed, file: "b", found: error.description, expected: "a state that fits")
      } catch let error as DatasetError {
        #expect(error.place == "batches")
        throw FormatError(.malformed, file: "b", found: error.found, expected: error.expected)
      } catch let error as TrainingError {
        throw FormatError(.malformed, file: "b", found: "\(error)", expected: "a finite loss")
      }
    }
  }
}
