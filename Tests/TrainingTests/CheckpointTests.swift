import Formats
import Foundation
import TestSupport
import Testing
import Training

@Suite("Checkpoints")
struct CheckpointTests {
  let scratch: ScratchFolder
  let folder: CheckpointFolder

  init() throws {
    scratch = try ScratchFolder()
    folder = CheckpointFolder(scratch("checkpoints"))
  }

  /// A trainer of a very small network that is said to have done so many steps.
  private func trainer(step: Int, units: Int = 3) -> Trainer<Sequential> {
    var trainer = Trainer(
      model: Sequential { Dense(2, units) }.initialized(seed: UInt64(step)),
      optimizer: SGD(learningRate: 0.1), classes: 3)
    trainer.position.step = step
    return trainer
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)".replacing(scratch.path, with: "DIR")
    }
  }

  @Test("what is written is read back")
  func roundTrip() throws {
    let lesson = try Lesson()
    var trained = lesson.trainer(Adam())
    try lesson.run(&trained) { _, trainer in trainer.position.step >= 9 ? .stop : .proceed }
    let entry = try folder.save(Checkpoint(trained))
    #expect(entry.file == "step-00000009.safetensors")
    #expect(entry.epoch == 1)
    #expect(try scratch.bytes("checkpoints/" + entry.file).count == entry.byteCount)
    var restored = lesson.trainer(Adam())
    try #require(try folder.latest()).restore(&restored)
    #expect(differences(restored, trained) == [])
    #expect(try folder.latest()?.description.environment == .current)
  }

  @Test("the newest are kept, oldest first in the list")
  func keeping() throws {
    let folder = CheckpointFolder(scratch("checkpoints"), keeping: 3)
    #expect(try folder.entries().isEmpty)
    #expect(try folder.latest() == nil)
    for step in 1...5 { try folder.save(Checkpoint(trainer(step: step))) }
    #expect(try folder.entries().map(\.step) == [3, 4, 5])
    #expect(
      try scratch.names(in: "checkpoints") == [
        "manifest.json", "step-00000003.safetensors", "step-00000004.safetensors",
        "step-00000005.safetensors",
      ])
    // The same step again takes its own place.
    try folder.save(Checkpoint(trainer(step: 5)))
    #expect(try folder.entries().map(\.step) == [3, 4, 5])
    // One that somebody removed by hand does not stop the run.
    try FileManager.default.removeItem(atPath: scratch("checkpoints/step-00000003.safetensors"))
    try folder.save(Checkpoint(trainer(step: 6)))
    #expect(try folder.entries().map(\.step) == [4, 5, 6])
  }

  @Test("a file that was written but not listed is not there")
  func unlisted() throws {
    try folder.save(Checkpoint(trainer(step: 1)))
    try Checkpoint(trainer(step: 2)).write(to: scratch("checkpoints/step-00000002.safetensors"))
    #expect(try folder.latest()?.description.position.step == 1)
    try folder.save(Checkpoint(trainer(step: 2)))
    #expect(try folder.latest()?.description.position.step == 2)
  }

  @Test("any changed byte of the file is noticed")
  func flippedBytes() throws {
    let entry = try folder.save(Checkpoint(trainer(step: 1)))
    let name = "checkpoints/" + entry.file
    let bytes = try scratch.bytes(name)
    for place in stride(from: 0, to: bytes.count, by: 3) {
      var changed = bytes
      changed[place] ^= UInt8(1 << (place % 8))
      try scratch.write(name, changed)
      let found = try SHA256.hex(ofFile: scratch(name)).prefix(16)
      #expect(
        message { _ = try folder.latest() }
          == "DIR/\(name): found SHA-256 \(found)…, expected \(entry.sha256.prefix(16))… as listed "
          + "in manifest.json; the file has changed since it was written")
    }
    for count in [0, 1, 8, bytes.count / 2, bytes.count - 1] {
      try scratch.write(name, bytes.prefix(count))
      #expect(throws: FormatError.self) { try folder.latest() }
    }
    try FileManager.default.removeItem(atPath: scratch(name))
    #expect(
      message { _ = try folder.latest() } == "DIR/\(name): found no such file, expected a file")
    try scratch.write(name, bytes)
    #expect(try folder.latest() != nil)
  }

  @Test("a checkpoint changed together with its checksum is a typed error or a checkpoint")
  func flippedBytesUnlisted() throws {
    try Checkpoint(trainer(step: 1)).write(to: scratch("a.safetensors"))
    let bytes = try scratch.bytes("a.safetensors")
    for place in 0..<bytes.count {
      var changed = bytes
      changed[place] ^= UInt8(1 << (place % 7))
      try scratch.write("a.safetensors", changed)
      do {
        var target = trainer(step: 1)
        try Checkpoint(readingFrom: scratch("a.safetensors")).restore(&target)
      } catch is FormatError {
      } catch is StateError {
      } catch {
        Issue.record("byte \(place): \(error)")
      }
    }
  }

  private static let listed =
    #""byteCount": 1, "epoch": 0, "sha256": "00", "step": 1"#

  @Test(
    "a manifest that no one wrote is refused",
    arguments: [
      ("", "the end of the text"),
      ("[1]", "a list of checkpoints as gradus train writes it"),
      (#"{"format": 1}"#, "a list of checkpoints as gradus train writes it"),
      (#"{"format": 2, "checkpoints": []}"#, "found format 2"),
      (#"{"format": 1, "format": 1, "checkpoints": []}"#, "\"format\""),
      (
        #"{"format": 1, "checkpoints": [{"file": "../../etc/passwd", \#(listed)}]}"#,
        #"checkpoints[0].file: found "../../etc/passwd", expected "step-00000001.safetensors""#
      ),
      (
        #"{"format": 1, "checkpoints": [{"file": "/etc/passwd", \#(listed)}]}"#,
        "checkpoints[0].file"
      ),
      (
        #"{"format": 1, "checkpoints": [{"file": "manifest.json", \#(listed)}]}"#,
        "checkpoints[0].file"
      ),
      (
        #"{"format": 1, "checkpoints": [{"file": "step-00000001.safetensors", \#(listed)}, "#
          + #"{"file": "step-00000001.safetensors", \#(listed)}]}"#,
        "checkpoints[1].file: found step-00000001.safetensors a second time"
      ),
      (
        #"{"format": 1, "checkpoints": [{"file": "step-00000001.safetensors", "epoch": 0}]}"#,
        "a list of checkpoints as gradus train writes it"
      ),
      (#"{"format": 1, "checkpoints": "# + String(repeating: "[", count: 5000), "nest"),
      (#"{"format": 1, "checkpoints": [{"file": "step-00000001.safetensors""#, "the end"),
    ])
  func manifest(_ text: String, _ part: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    try scratch.write("checkpoints/manifest.json", text)
    let message = message { _ = try folder.latest() }
    #expect(message.hasPrefix("DIR/checkpoints/manifest.json"))
    #expect(message.contains(part), "\(message)")
    #expect(throws: FormatError.self) { try folder.save(Checkpoint(trainer(step: 1))) }
    #expect(try scratch.names(in: "checkpoints") == ["manifest.json"])
  }

  @Test("a checkpoint of another model: every problem is listed, nothing is changed")
  func anotherModel() throws {
    let source = Checkpoint(
      Trainer(
        model: Sequential {
          Dense(2, 3)
          BatchNorm(3)
        }.initialized(), optimizer: Adam(), classes: 3))
    var target = Trainer(
      model: Sequential {
        Dense(2, 4)
        ReLU()
        Dense(4, 3)
      }.initialized(seed: 9), optimizer: Adam(), classes: 3)
    let before = bits(target)
    #expect(
      message { try source.restore(&target) }
        == "layers.0.weight has shape [3, 2], the model's is [4, 2]; layers.0.bias has shape [3], "
        + "the model's is [4]; layers.2.weight is missing; layers.2.bias is missing; "
        + "layers.1.weight is not in the model; layers.1.bias is not in the model; "
        + "layers.1.running_mean is not in the model; layers.1.running_var is not in the model")
    #expect(bits(target) == before)
    var double = Trainer(
      model: Sequential { Dense(2, 3) }.initialized(dtype: .float64),
      optimizer: SGD(learningRate: 0.1), classes: 3)
    #expect(
      message { try Checkpoint(trainer(step: 1)).restore(&double) }
        == "layers.0.weight is float32, the model float64; layers.0.bias is float32, "
        + "the model float64")
    var others = Trainer(
      model: Sequential { Dense(2, 3) }.initialized(), optimizer: SGD(learningRate: 0.1),
      classes: 4)
    #expect(
      message { try Checkpoint(trainer(step: 0)).restore(&others) }
        == "its metrics are not those of 4 classes")
  }

  @Test("positions that contradict themselves are refused")
  func position() throws {
    for change: @Sendable (inout TrainingPosition) -> Void in [
      { $0.step = -1 }, { $0.epoch = 5 }, { $0.batch = -3 }, { $0.secondsBefore = .nan },
      { $0.step = .max }, { $0.batch = 2 }, { ($0.batch, $0.skipped) = (4, 2) },
    ] {
      var source = trainer(step: 1)
      change(&source.position)
      try Checkpoint(source).write(to: scratch("a.safetensors"))
      var target = trainer(step: 1)
      #expect(throws: StateError.self) {
        try Checkpoint(readingFrom: scratch("a.safetensors")).restore(&target)
      }
    }
  }

  @Test("batches of which every sample was damaged are no steps, and gone on from")
  func emptyBatches() throws {
    var source = trainer(step: 1)
    (source.position.batch, source.position.skipped) = (3, 2)
    try Checkpoint(source).write(to: scratch("a.safetensors"))
    var target = trainer(step: 0)
    try Checkpoint(readingFrom: scratch("a.safetensors")).restore(&target)
    #expect(target.position == source.position)
  }

  @Test(
    "numbers from which counting on would overflow are refused",
    arguments: [
      ("\"step\":1", "\"step\":9223372036854775807"),
      ("\"optimizerSteps\":0", "\"optimizerSteps\":9223372036854775807"),
      ("\"count\":0", "\"count\":9223372036854775806"),
    ])
  func overflow(_ part: String, _ replacement: String) throws {
    try Checkpoint(trainer(step: 1)).write(to: scratch("a.safetensors"))
    let (tensors, metadata) = try Safetensors.read(scratch("a.safetensors"))
    let text = try #require(metadata["gradus"])
    var changed = text.replacingOccurrences(of: part, with: replacement)
    try #require(changed != text, "\(part) is not in \(text)")
    if part.hasPrefix("\"count") {
      changed = changed.replacingOccurrences(of: "[[0,", with: "[[9223372036854775806,")
    }
    try Safetensors.write(tensors, metadata: ["gradus": changed], to: scratch("a.safetensors"))
    var target = trainer(step: 1)
    #expect(throws: StateError.self) {
      try Checkpoint(readingFrom: scratch("a.safetensors")).restore(&target)
    }
  }

  @Test("on a full disk the old checkpoint stays and nothing half-written is left")
  func fullDisk() throws {
    #expect(
      message { try Checkpoint(trainer(step: 2)).write(to: "/dev/full") }
        == "/dev/full: found \"No space left on device\" while writing, "
        + "expected room on the disk; nothing was left behind")
    try folder.save(Checkpoint(trainer(step: 1)))
    try FileManager.default.createSymbolicLink(
      atPath: scratch("checkpoints/step-00000002.safetensors"), withDestinationPath: "/dev/full")
    let error = #expect(throws: FormatError.self) {
      try folder.save(Checkpoint(trainer(step: 2)))
    }
    #expect(error?.kind == .unwritable)
    #expect(try folder.latest()?.description.position.step == 1)
    #expect(try scratch.names(in: "checkpoints").filter { $0.hasSuffix(".tmp") }.isEmpty)
  }

  @Test("where the folder cannot be made, the error names it")
  func noFolder() throws {
    try scratch.write("checkpoints", "a file where the folder should be")
    #expect(
      message { try folder.save(Checkpoint(trainer(step: 1))) }
        == "DIR/checkpoints: found a folder that cannot be made, expected one that can")
    #expect(try scratch.names() == ["checkpoints"])
  }

  @Test("a file that is no checkpoint")
  func notACheckpoint() throws {
    try Safetensors.write([("a", NDArray([1.0]))], to: scratch("a.safetensors"))
    #expect(
      message { _ = try Checkpoint(readingFrom: scratch("a.safetensors")) }
        == "DIR/a.safetensors: metadata: found no entry \"gradus\", "
        + "expected a checkpoint written by gradus train")
  }
}
