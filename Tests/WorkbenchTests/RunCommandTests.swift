import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// Runs that are stopped, resumed, damaged or put where they cannot be.
@Suite("Runs on the command line")
struct RunCommandTests {
  let gradus: Program

  init() throws { gradus = try Program() }

  private var newestCheckpoint: String {
    get throws {
      let entry = try #require(try RunFolder(gradus.folder("run")).checkpoints.entries().last)
      return "run/checkpoints/" + entry.file
    }
  }

  @Test("a run that is resumed ends exactly as one that never stopped")
  func resumed() throws {
    let whole = try gradus.train("--epochs", "4", "--out", "whole")
    try gradus.train("--epochs", "2", "--out", "run")
    let rest = try gradus("train", "--resume", "run", "--epochs", "4", "--json", "--threads", "1")
    #expect(rest.status == 0)
    #expect(try rest.lines().compactMap { $0["epoch"]?.integer } == [3, 4])
    #expect(try rest.lines().last?["test"] == whole.lines().last?["test"])
    let again = try gradus("train", "--resume", "run", "--json", "--threads", "1")
    #expect(try again.lines().map { $0["event"]?.string } == ["done"])
    #expect(try again.lines().last?["test"] == whole.lines().last?["test"])
    func scores(_ run: String) throws -> [JSONValue?] {
      try String(decoding: gradus.folder.bytes(run + "/metrics.jsonl"), as: UTF8.self)
        .split(separator: "\n").flatMap { line in
          let line = try JSONParser.parse(String(line))
          return [line["epoch"], line["train"], line["validation"]]
        }
    }
    #expect(try scores("run") == scores("whole"))
    #expect(try scores("run").count == 12)
  }

  @Test("a run that has done its epochs says so, and cannot be given fewer")
  func nothingLeft() throws {
    let first = try gradus(
      "train", "logistic", "--limit-train", "64", "--threads", "1", "--epochs", "1", "--out", "one")
    #expect(first.errors.contains(" on 64 samples of digits, 1 epoch; run one\n"))
    try gradus.train("--epochs", "2", "--out", "run")
    let before = try gradus.folder.bytes("run/run.yaml")
    let fewer = try gradus("train", "--resume", "run", "--epochs", "1", "--json")
    #expect(fewer.status == 2)
    #expect(
      try fewer.error()
        == ["usage", "--epochs", "found 1, expected at least 2, which the run has begun"])
    #expect(try gradus.folder.bytes("run/run.yaml") == before)
    let same = try gradus("train", "--resume", "run", "--epochs", "2", "--threads", "1")
    #expect(same.status == 0)
    #expect(same.errors.contains("2 epochs, 2 done; run run\n"))
    #expect(same.errors.contains("all of them are done: nothing is left to train\n"))
  }

  /// oneDNN's generated code may have no stack when a handler is called: that corrupted the heap in
  /// one interrupted run of twenty.
  @Test("no thread that computes can be interrupted by a signal's handler")
  func signalsAreBlocked() throws {
    let running = try gradus.start([
      "train", "mlp", "--epochs", "2000", "--limit-train", "256", "--threads", "2", "--json",
      "--out", "run",
    ])
    for _ in 0..<600 where running.output.isEmpty && running.process.isRunning {
      Thread.sleep(forTimeInterval: 0.05)
    }
    let tasks = "/proc/\(running.process.processIdentifier)/task"
    let signals: UInt64 = 1 << UInt64(SIGINT - 1) | 1 << UInt64(SIGTERM - 1)
    var (threads, open) = (0, 0)
    for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
      // A loader's thread may have ended meanwhile.
      guard let status = try? Files.read("\(tasks)/\(task)/status") else { continue }
      func mask(_ name: String) throws -> UInt64 {
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name + ":") })
        return try #require(UInt64(line.split(separator: "\t")[1], radix: 16))
      }
      threads += 1
      #expect(try mask("SigCgt") & signals == 0, "there is a handler")
      if try mask("SigBlk") & signals != signals { open += 1 }
    }
    // The main thread, the one that waits for signals and has them open meanwhile, and the kernels'
    // second one.
    #if OneDNN
      #expect(threads >= 3)
    #else
      #expect(threads >= 2)
    #endif
    #expect(open <= 1)
    kill(running.process.processIdentifier, SIGINT)
    #expect(running.wait().status == 130)
  }

  @Test("a transfer that is stopped before its features are there leaves nothing, and says so")
  func interruptedTransfer() throws {
    try gradus(
      "train", "resnet20", "--epochs", "1", "--limit-train", "8", "--threads", "1", "--out", "run")
    let running = try gradus.start([
      "transfer", "resnet20", "--weights", newestCheckpoint, "--normalization", "data",
      "--threads", "1", "--json", "--out", "new/frozen",
    ])
    let lock = gradus.folder("new/frozen/.lock")
    for _ in 0..<3000
    where !FileManager.default.fileExists(atPath: lock) && running.process.isRunning {
      Thread.sleep(forTimeInterval: 0.01)
    }
    kill(running.process.processIdentifier, SIGINT)
    let result = running.wait()
    #expect(result.status == 130)
    let lines = try result.lines()
    #expect(lines.map { $0["event"]?.string } == ["start", "stopped"], "\(result.output)")
    #expect(lines.first?["weights"]?["taken"]?.integer == 95)
    #expect(lines.first?["weights"]?["missing"]?.array == [])
    #expect(result.errors.hasSuffix("nothing is kept of them\n"))
    #expect(!FileManager.default.fileExists(atPath: gradus.folder("new")))
  }

  @Test("Ctrl-C saves a checkpoint, exits 130, and --resume goes on", arguments: [SIGINT, SIGTERM])
  func interrupted(_ signal: Int32) throws {
    let running = try gradus.start([
      "train", "mlp", "--epochs", "2000", "--limit-train", "256", "--batch-size", "8", "--threads",
      "1", "--json", "--out", "run",
    ])
    for _ in 0..<600 where running.output.isEmpty && running.process.isRunning {
      Thread.sleep(forTimeInterval: 0.05)
    }
    kill(running.process.processIdentifier, signal)
    let result = running.wait()
    #expect(result.status == 130)
    let last = try #require(try result.lines().last)
    #expect(last.keys == ["event", "run", "seconds"])
    #expect(last["event"]?.string == "stopped")
    let folder = RunFolder(gradus.folder("run"))
    let position = try #require(try folder.checkpoints.latest()).description.position
    #expect(position.step >= 32)
    let epochs = try result.lines().count - 1
    #expect(position.epoch == epochs)
    let rest = try gradus(
      "train", "--resume", "run", "--epochs", "\(epochs + 1)", "--json", "--threads", "1")
    #expect(rest.status == 0)
    #expect(try rest.lines().map { $0["event"]?.string } == ["epoch", "done"])
    // The unbroken run of as many epochs.
    let whole = try gradus(
      "train", "mlp", "--epochs", "\(epochs + 1)", "--limit-train", "256", "--batch-size", "8",
      "--threads", "1", "--json", "--out", "whole")
    #expect(try rest.lines().last?["test"] == whole.lines().last?["test"])
  }

  @Test("with other threads, resuming says that the last bits will differ")
  func otherThreads() throws {
    try gradus.train("--epochs", "1", "--out", "run")
    let rest = try gradus("train", "--resume", "run", "--epochs", "2", "--threads", "2", "--json")
    #expect(rest.status == 0)
    // The portable build has one thread whatever is asked for, and so nothing to warn of.
    let warning =
      Compute.engineName == "reference"
      ? ""
      : "gradus: the run was started with 1 thread, now 2: "
        + "the last bits will differ from an unbroken run's\n"
    #expect(rest.errors == warning)
    let usage = try gradus("train", "--resume", "run", "--seed", "3", "--json")
    #expect(usage.status == 2)
    #expect(
      try usage.error() == [
        "usage", "--seed", "cannot be changed by --resume; only --epochs can be given with it",
      ])
  }

  @Test("a run is never written over")
  func existing() throws {
    try gradus.train("--epochs", "1", "--out", "run")
    let before = try gradus.folder.bytes("run/run.yaml")
    let result = try gradus.train("--epochs", "1", "--out", "run")
    #expect(result.status == 2)
    #expect(
      try result.error() == [
        "usage", "--out",
        "run holds a run already; '--resume run' goes on with it, or give another folder",
      ])
    #expect(try gradus.folder.bytes("run/run.yaml") == before)
  }

  @Test("two runs do not write to one folder")
  func twoAtOnce() throws {
    let running = try gradus.start([
      "train", "mlp", "--epochs", "2000", "--limit-train", "256", "--threads", "1", "--json",
      "--out", "run",
    ])
    for _ in 0..<600 where running.output.isEmpty && running.process.isRunning {
      Thread.sleep(forTimeInterval: 0.05)
    }
    let second = try gradus("train", "--resume", "run", "--json", "--threads", "1")
    #expect(second.status == 1)
    #expect(
      try second.error() == [
        "output", "run",
        "another training writes to this folder; wait until it has ended, or give another --out",
      ])
    kill(running.process.processIdentifier, SIGINT)
    #expect(running.wait().status == 130)
    // The lock went with the process.
    let position = try #require(try RunFolder(gradus.folder("run")).checkpoints.latest())
      .description.position
    let rest = try gradus(
      "train", "--resume", "run", "--epochs", "\(position.epoch + 1)", "--json", "--threads", "1")
    #expect(rest.status == 0)
  }

  @Test("a folder that cannot be made")
  func unwritable() throws {
    try gradus.folder.write("file", "text")
    let result = try gradus.train("--out", "file/run")
    #expect(result.status == 1)
    #expect(
      try result.error() == [
        "output", "file/run", "the folder cannot be made: Not a directory",
      ])
    #expect(try gradus.folder.names() == ["file"])
  }

  @Test("a disk that fills up while saving leaves the last checkpoint and nothing half-written")
  func fullDisk() throws {
    try gradus.train("--epochs", "1", "--out", "run")
    let before = try newestCheckpoint
    // Files may have 2 blocks of 512 bytes, which a checkpoint is larger than.
    let shell = "trap '' XFSZ; ulimit -f 2"
    let rest = try gradus(
      "train", "--resume", "run", "--epochs", "2", "--json", "--threads", "1", shell: shell)
    #expect(rest.status == 1)
    let error = try rest.error()
    #expect(error[0] == "output")
    #expect(error[2].contains("File too large"), "\(error)")
    #expect(try newestCheckpoint == before)
    let names = try gradus.folder.names(in: "run/checkpoints")
    #expect(names == ["manifest.json", String(before.dropFirst("run/checkpoints/".count))])
    #expect(try gradus.folder.names(in: "run").filter { $0.hasSuffix(".tmp") } == [])
    #expect(try gradus("evaluate", "run", "--json").status == 0)
  }

  @Test("a flipped byte, a truncated and a missing checkpoint")
  func damaged() throws {
    try gradus.train("--epochs", "1", "--out", "run")
    let name = try newestCheckpoint
    let whole = try gradus.folder.bytes(name)
    var flipped = whole
    flipped[whole.count / 2] ^= 1
    for bytes in [flipped, Array(whole.prefix(100)), []] {
      try gradus.folder.write(name, bytes)
      for arguments in [
        ["evaluate", "run"], ["predict", "run", "a.png"], ["train", "--resume", "run"],
      ] {
        let result = try gradus.start(arguments + ["--json"]).wait()
        #expect(result.status == 1)
        let error = try result.error()
        #expect(error[0] == "input")
        #expect(error[1] == name)
        #expect(
          error[2].hasSuffix(
            "as listed in manifest.json; the file has changed since it was written"))
      }
    }
    try FileManager.default.removeItem(atPath: gradus.folder(name))
    let result = try gradus("evaluate", "run", "--json")
    #expect(try result.error() == ["input", name, "found no such file, expected a file"])
    try FileManager.default.removeItem(atPath: gradus.folder("run/checkpoints"))
    #expect(
      try gradus("evaluate", "run", "--json").error() == [
        "input", "run", "the run has no checkpoint yet; train it for at least one epoch",
      ])
  }

  @Test("a checkpoint of another model lists what does not fit")
  func anotherModel() throws {
    try gradus.train("--epochs", "1", "--out", "run")
    try gradus(
      "train", "lenet5", "--epochs", "1", "--limit-train", "64", "--threads", "1", "--out", "other")
    try FileManager.default.removeItem(atPath: gradus.folder("run/checkpoints"))
    try FileManager.default.copyItem(
      atPath: gradus.folder("other/checkpoints"), toPath: gradus.folder("run/checkpoints"))
    let result = try gradus("evaluate", "run", "--json")
    #expect(result.status == 1)
    let error = try result.error()
    #expect(error[0] == "input" && error[1] == "checkpoint")
    #expect(
      error[2].hasPrefix(
        "layers.1.weight is missing; layers.1.bias is missing; "
          + "layers.0.weight is not in the model; layers.0.bias is not in the model; "))
    #expect(try gradus("train", "--resume", "run", "--json").error() == error)
  }

  @Test("training that diverges names the step and the layer and keeps the last good checkpoint")
  func diverging() throws {
    let result = try gradus(
      "train", "mlp", "--optimizer", "sgd", "--learning-rate", "1e30", "--limit-train", "64",
      "--threads", "1", "--checkpoint-every", "1", "--out", "run", "--json")
    #expect(result.status == 1)
    let error = try result.error()
    #expect(error[0] == "failed" && error[1] == "training")
    #expect(error[2].contains("at step 2 of epoch 1: first in the output of layers."))
    let kept = try #require(try RunFolder(gradus.folder("run")).checkpoints.latest())
    #expect(kept.model.allSatisfy { $0.array.doubles.allSatisfy(\.isFinite) })
  }

  @Test("exact convolutions stand in run.yaml, and going on without them is told")
  func exactConvolution() throws {
    try gradus.train("--exact-convolution", "--epochs", "1", "--out", "run")
    let engine = try RunFolder(gradus.folder("run")).read().environment.engine
    // The reference engine, of the portable build, knows no others.
    let hasOthers = engine != "reference"
    #expect(engine.hasSuffix(", exact convolutions") == hasOthers)
    let usual = engine.replacing(", exact convolutions", with: "")
    let resume = ["train", "--resume", "run", "--threads", "1", "--json", "--epochs"]
    let same = try gradus.start(resume + ["2", "--exact-convolution"]).wait()
    #expect(same.status == 0 && !same.errors.contains("was started with"), "\(same.errors)")
    let other = try gradus.start(resume + ["3"]).wait()
    #expect(other.status == 0)
    let told =
      "gradus: the run was started with engine \(engine), now \(usual): the last bits will "
    #expect(other.errors.contains(told) == hasOthers, "\(other.errors)")
  }

  @Test("a batch that memory cannot hold is refused with the largest that would fit")
  func memory() throws {
    try gradus.folder.write(
      "wide.yaml",
      """
      input: [1, 8, 8]
      layers:
        - conv2d: {filters: 1000000, kernel: 3, padding: 1}
        - relu
        - conv2d: {filters: 1, kernel: 8}
        - flatten
        - dense: 10
      """)
    let result = try gradus("train", "wide.yaml", "--batch-size", "10000000", "--json")
    // 1,258 samples of 2 × 64,000,000 numbers: 644 GB.
    #expect(result.status == 1)
    let error = try result.error()
    #expect(error[0] == "memory" && error[1] == "--batch-size")
    #expect(error[2].contains("out of memory: a batch of 1258 needs"))
    #expect(error[2].contains("the largest batch that would fit is"))
    #expect(try gradus.folder.names() == ["wide.yaml"])
  }
}
