import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// Trainings whose process is killed at a random moment, again and again, with all that draws
/// numbers: dropout, augmentation, shuffling, batches prepared ahead; and with running statistics.
enum KilledRun {
  static let network = """
    input: [1, 8, 8]
    layers:
      - conv2d: {filters: 8, kernel: 3, padding: 1}
      - batch-norm
      - relu
      - max-pool: 2
      - flatten
      - dense: 64
      - batch-norm
      - relu
      - dropout: 0.5
      - dense: 10
    """

  static func arguments(out: String) -> [String] {
    [
      "train", "network.yaml", "--epochs", "12", "--limit-train", "400", "--batch-size", "16",
      "--augment", "rotation=10,shift=1,noise=0.1,cutout=2,mixup=0.2", "--schedule", "cosine",
      "--label-smoothing", "0.1", "--checkpoint-every", "7", "--threads", "1", "--json", "--out",
      out,
    ]
  }

  /// What a run ended with: every tensor of its last checkpoint, bit for bit, and the epochs' scores.
  static func end(_ gradus: Program, _ name: String) throws -> [String: [UInt8]] {
    let folder = RunFolder(gradus.folder(name))
    let checkpoint = try #require(try folder.checkpoints.latest())
    var result: [String: [UInt8]] = [:]
    for (path, array) in checkpoint.model { result["model/" + path] = array.bits }
    for (path, array) in checkpoint.optimizer { result["optimizer/" + path] = array.bits }
    for (number, record) in checkpoint.description.position.history.enumerated() {
      let scores = [record.train, try #require(record.validation)]
      result["epoch/\(number)"] = scores.flatMap { [$0.loss, $0.accuracy] }
        .flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }
    }
    return result
  }

  /// Kills trainings `count` times in all; each that came to its end is compared and begun anew.
  static func check(kills count: Int, seed: UInt64) throws {
    let gradus = try Program()
    try gradus.folder.write("network.yaml", network)
    let start = ContinuousClock.now
    #expect(try gradus.start(arguments(out: "whole")).wait().status == 0)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let whole = try end(gradus, "whole")
    #expect(whole.count > 30)
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "kills"))
    var (kills, runs, begun) = (0, 0, false)
    while kills < count || begun {
      let out = "run-\(runs)"
      // Killed before the folder was there, it has to be begun again.
      let exists = RunFolder(gradus.folder(out)).exists
      let running = try gradus.start(
        exists
          ? ["train", "--resume", out, "--threads", "1", "--json"] : arguments(out: out))
      begun = true
      if kills < count {
        Thread.sleep(forTimeInterval: seconds * random.uniform())
        kill(running.process.processIdentifier, SIGKILL)
      }
      let result = running.wait()
      if result.status == 128 + SIGKILL {
        kills += 1
        // Whatever moment it was, what is listed is whole.
        _ = try RunFolder(gradus.folder(out)).checkpoints.latest()
        continue
      }
      #expect(result.status == 0 && result.errors.isEmpty, "\(out): \(result)")
      let reached = try end(gradus, out)
      #expect(Set(reached.keys) == Set(whole.keys))
      for (name, bits) in whole where reached[name] != bits {
        Issue.record("\(out), after \(kills) kills in all: \(name) differs")
      }
      runs += 1
      begun = false
    }
    #expect(kills == count && runs >= 1)
  }
}

extension NDArray {
  fileprivate var bits: [UInt8] {
    doubles.flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }
  }
}

@Suite struct KilledRunTests {
  @Test func aKilledRunGoesOnAsIfNothingHadBeen() throws {
    try KilledRun.check(kills: 3, seed: 1)
  }
}

/// Fifty times.
@Suite(.enabled(if: Verification.isAsked, "set GRADUS_VERIFY=1"))
struct VerifyKilledRunTests {
  @Test func fiftyKills() throws { try KilledRun.check(kills: 50, seed: 2) }
}
