import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// A residual network trained from nothing on CIFAR-10's JPEG images, as `gradus train` does it: about
/// an hour on two processors.
@Suite(
  "Verify ResNet-20",
  .enabled(
    if: Verification.isAsked && Verification.cifar != nil,
    "set GRADUS_VERIFY=1, and GRADUS_TEST_DATA to a folder with cifar10/cifar10-jpeg.tar.gz"),
  .serialized)
struct VerifyResNet20 {
  /// Unpacks the folders of images, `train/CLASS/*.jpg` and `test/CLASS/*.jpg`.
  private func unpack(_ archive: String, into folder: String) throws -> Int {
    let reader = TarReader(try Files.read(archive), maximumFile: 1 << 20, file: archive)
    var (count, parents) = (0, Set<String>())
    while let file = try reader.next() {
      guard file.path.hasSuffix(".jpg") else { continue }
      let target = URL(filePath: folder + "/" + file.path)
      let parent = target.deletingLastPathComponent()
      if parents.insert(parent.path).inserted {
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
      }
      try Data(file.content).write(to: target)
      count += 1
    }
    return count
  }

  @Test("trained from scratch it has at least 85 % after 20 epochs")
  func fromScratch() throws {
    Compute.useDefaultThreads()
    let scratch = try ScratchFolder()
    #expect(try unpack(#require(Verification.cifar), into: scratch("cifar10")) == 60_000)
    var run = try TrainRun(
      TrainRequest(
        model: "resnet20", data: scratch("cifar10"), epochs: 20, batchSize: 128,
        optimizer: .nesterov, learningRate: 0.2, l2: 0.0005,
        schedule: Schedule(option: "one-cycle", warmup: nil),
        augmentation: Augmentation(option: "crop=4,flip")), out: scratch("run"))
    print("resnet20 on CIFAR-10's JPEG images, 20 epochs of some minutes each")
    let result = try run.run { event in
      guard case .epoch(let record, let seconds) = event else { return }
      print(
        "resnet20 epoch \(record.epoch): training \(record.train.accuracy), "
          + "validation \(record.validation?.accuracy ?? .nan), \(seconds) s")
    }
    let test = try #require(result.test)
    print("resnet20: test accuracy \(test.accuracy), \(result.seconds) s")
    #expect(result.epochs.count == 20 && test.accuracy >= 0.85)
  }
}
